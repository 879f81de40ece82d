"""What customers see of a reply that is being written to them: where each provider shows it, and all the way there."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from convo import clock
from convo.channels.base import Setup, Typing
from convo.channels.registry import kind_names, kind_of
from convo.channels.secrets import variable_of
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused, Trouble
from convo.config import ChannelSettings, Settings
from convo.desk.desk import Actor, Desk
from convo.model.envelope import Handle
from convo.model.words import Role
from convo.store.store import Store
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels.contract import TypingSide
from tests.channels.far_sides import far_side
from tests.channels.matrix.rooms import Account, Member, account, chat, member
from tests.channels.messenger import page
from tests.channels.telegram import bots
from tests.channels.using import using, work
from tests.channels.whatsapp import number
from tests.channels.whatsapp.payloads import AT
from tests.desk.acting import operator
from tests.servers.bot_api import BotApi
from tests.servers.graph import TOKEN, Graph
from tests.servers.synapse import Synapse

SHOWING = [name for name in kind_names() if kind_of(name).can.typing]


def added(desk: Desk, kind: str, setup: Setup, patch: pytest.MonkeyPatch) -> None:
    """Make what a far side is reached by the desk's channel "shop", with its secrets in the environment."""
    values = {}
    for each in fields(setup.config):
        value = getattr(setup.config, each.name)
        if isinstance(value, Secret):
            patch.setenv(variable_of("shop", each.name), value.reveal())
        elif value != each.default:
            values[each.name] = value
    desk.channels.add(kind, "shop", values)


@pytest.mark.parametrize("name", SHOWING)
def test_a_customer_sees_that_a_reply_is_written_and_nothing_of_notes_other_channels_or_what_lies_there(
    name: str, sqlite_store: Store, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(store=str(sqlite_store.location.path), channels=ChannelSettings("on"))
    desk, far = Desk(sqlite_store, settings, Actor("tester", Role.ADMIN)), far_side(name, request)
    assert isinstance(far, TypingSide)
    added(desk, name, far.setup(), monkeypatch)
    work(desk)
    pushes = not kind_of(name).can.fetches
    with clock.fixed(AT + timedelta(seconds=30)) if pushes else nullcontext():
        pushed = asyncio.run(far.says("where is my wheel?"))
        if pushed is not None:
            desk.channels.receive("shop", pushed)
        for _ in range(20):  # Synapse answers with what it said to the far side's own looks first
            if desk.threads.list().items:
                break
            work(desk)
        writes(operator(desk, "kim"), "never pays", note=True)
        writes(operator(desk, "jo"), "by mail", channel="elsewhere")
        writes(operator(desk, "zoe"), "left lying", ago=60)
        asyncio.run(_is_shown(desk, far))


async def _is_shown(desk: Desk, far: Any) -> None:
    """A worker sends an answer first, so that all that could be shown before has been."""
    stop = asyncio.Event()
    worker = asyncio.create_task(Worker(desk, Log(), every=0.2).run(stop))
    try:
        async with asyncio.timeout(20):
            desk.threads.reply(1, "one moment")
            while not await far.heard():
                await asyncio.sleep(0.02)
            assert not await far.sees_typing()
            writes(desk, "On its w")
            while not await far.sees_typing():
                await asyncio.sleep(0.02)
    finally:
        stop.set()
        await worker
    assert [text.strip() for text in await far.heard()] == ["one moment"]


def writes(desk: Desk, text: str, *, ago: int = 0, **more: Any) -> None:
    """A draft in the first thread was kept so many seconds ago, and its writer's screen says that they write there."""
    with clock.fixed(clock.now() - timedelta(seconds=ago)):
        desk.drafts.keep(1, text, **more)
    desk.presence.touch(f"{desk.actor.name}-1", 1, writing=True)


def to(kind: str, value: str, thread_key: str | None = None, answers: str | None = None) -> Typing:
    """Somebody writes to somebody."""
    return Typing(1, Handle(kind, value), thread_key, answers)


# -- Telegram


def shown_by_bot(server: BotApi, typing: Typing) -> list[dict[str, Any]]:
    bots.with_channel(bots.config(server), lambda channel: channel.show_typing(typing))
    return server.acted


def test_telegram_shows_it_in_the_chat_or_the_topic_of_the_thread(bot_api_server: BotApi) -> None:
    world = bot_api_server.world
    world.starts(bots.ANA)
    world.says(bots.ANA, "/start", chat=bots.GROUP)
    topic = f"{bots.GROUP['id']}/77"
    in_chat, in_topic = {"chat_id": 501}, {"chat_id": bots.GROUP["id"], "message_thread_id": 77}
    shown_by_bot(bot_api_server, to("telegram", "501"))
    acted = shown_by_bot(bot_api_server, to("telegram", "501", topic))
    assert acted == [each | {"action": "typing"} for each in (in_chat, in_topic)]


def test_telegram_shows_nothing_to_whom_a_bot_cannot_write(bot_api_server: BotApi) -> None:
    assert shown_by_bot(bot_api_server, to("telegram", "@ana")) == []
    trouble = bots.trouble_of(bots.config(bot_api_server), lambda channel: channel.show_typing(to("telegram", "999")))
    assert isinstance(trouble, ChannelDown)
    bot_api_server.floods("sendChatAction", retry_after=7)
    trouble = bots.trouble_of(bots.config(bot_api_server), lambda channel: channel.show_typing(to("telegram", "501")))
    assert isinstance(trouble, ChannelDown)
    assert trouble.retry_after == 7


# -- Matrix


@pytest.fixture(scope="module")
def talk(synapse_server: Synapse) -> tuple[Account, Member, str]:
    """The desk's account, a customer, and their room of two."""
    desk, ana = account(synapse_server), member(synapse_server)
    return desk, ana, chat(desk, ana)


def test_matrix_shows_it_in_the_room_that_an_answer_goes_to_and_ends_it(talk: tuple[Account, Member, str]) -> None:
    desk, ana, room = talk
    places = [to("matrix", ana.user, room), to("matrix", ana.user, f"{room} $root")]
    for typing in (*places, to("matrix", ana.user, None, f"{room} $first/edit/$second")):
        desk.does(lambda channel: channel.show_typing(typing))  # noqa: B023 - it is done here
        assert ana.sees_typing(room) == [desk.user]
        desk.does(lambda channel: channel.end_typing(typing))  # noqa: B023
        assert ana.sees_typing(room) == []


def test_matrix_makes_no_room_to_show_it_in_and_uses_none_that_the_customer_has_left(
    talk: tuple[Account, Member, str], synapse_server: Synapse
) -> None:
    desk, ana, room = talk
    joined = desk.member.call("GET", "joined_rooms")
    bo = member(synapse_server)
    desk.does(lambda channel: channel.show_typing(to("matrix", bo.user)))
    desk.does(lambda channel: channel.show_typing(to("matrix", bo.user, None, f"{room} $first")))
    assert ana.sees_typing(room) == []
    assert desk.member.call("GET", "joined_rooms") == joined
    with pytest.raises(ChannelDown):
        desk.does(lambda channel: channel.show_typing(to("matrix", bo.user, "!elsewhere:localhost")))


# -- Meta's


def test_messenger_shows_it_to_the_person_and_ends_it(graph_server: Graph) -> None:
    async def both(channel: Any) -> None:
        await channel.show_typing(to("messenger", page.ANA))
        await channel.end_typing(to("messenger", page.ANA))

    page.with_page(graph_server, both)
    acts = [{"recipient": {"id": page.ANA}, "sender_action": action} for action in ("typing_on", "typing_off")]
    assert (graph_server.acted, graph_server.sent) == (acts, [])


def shown_by_number(graph: Graph, typing: Typing) -> list[dict[str, Any]]:
    using(lambda: number.number(graph), lambda channel: channel.show_typing(typing))
    return graph.acted


def test_whatsapp_shows_it_below_the_message_that_is_answered_which_is_read_then(graph_server: Graph) -> None:
    shown_by_number(graph_server, to("whatsapp", "+34600111222", None, "wamid.IN1"))
    acted = shown_by_number(graph_server, to("whatsapp", "+34600111222", None, "wamid.IN1/edit/wamid.IN2"))
    told = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"}
    assert acted == [told | {"typing_indicator": {"type": "text"}}] * 2
    assert graph_server.sent == []


def test_whatsapp_shows_nothing_in_groups_or_before_a_message_came(graph_server: Graph) -> None:
    shown_by_number(graph_server, to("whatsapp", "+34600111222"))
    assert shown_by_number(graph_server, to("whatsapp", "+34600111222", "group:Y2Fw", "wamid.IN1")) == []


@pytest.mark.parametrize(
    "show",
    [shown_by_number, lambda graph, typing: page.with_page(graph, lambda channel: channel.show_typing(typing))],
    ids=["whatsapp", "messenger"],
)
def test_a_refusal_of_metas_is_told_in_words(graph_server: Graph, show: Callable[[Graph, Typing], Any]) -> None:
    for code, kind in ((190, ChannelRefused), (1, Trouble)):
        graph_server.fails("send", code)
        with pytest.raises(kind) as caught:
            show(graph_server, to("whatsapp", page.ANA, None, "wamid.IN1"))
        assert TOKEN not in caught.value.reason
