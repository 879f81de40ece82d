"""The ways by which an answer can go: which is chosen, what each lets through, and why one is closed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from convo import clock
from convo.desk.desk import Actor, Desk
from convo.errors import Conflict, NotAllowed, NotFound
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction, Role
from convo.model.writing_views import Way
from tests.intake.saying import START, chat, mail, rows, take

SOON = START + timedelta(hours=2)
NEXT_DAY = START + timedelta(hours=25)


def ana(minute: int, kind: str = "email") -> Envelope:
    """A message of Ana, whom several channels know; what is not her first answers it, so that it is one thread."""
    handles = [Handle("email", "ana@x.example", "Ana"), Handle("whatsapp", "34612345678"), Handle("telegram", "77")]
    handles.sort(key=lambda handle: handle.kind != kind)
    at = START + timedelta(minutes=minute)
    references = ("email-0",) if minute else ()
    return Envelope(
        Direction.INBOUND, tuple(handles), at, "hello", external_id=f"{kind}-{minute}", references=references
    )


def written(desk: Desk, *kinds: str) -> None:
    """Ana writes by these channels, ten minutes apart, always in thread 1."""
    for place, kind in enumerate(kinds):
        take(desk.store, ana(10 * place, kind), channel=kind)


def ways(desk: Desk, thread: int = 1, at: datetime = SOON) -> dict[str, Way]:
    """The ways of a thread at a time, by channel."""
    with clock.fixed(at):
        return {way.channel: way for way in desk.threads.ways(thread)}


def test_the_chosen_way_comes_first_and_is_the_one_used_last_in_the_thread(desk: Desk) -> None:
    written(desk, "email", "telegram", "whatsapp", "telegram")
    found = ways(desk)
    assert [(way.channel, way.chosen) for way in found.values()] == [
        ("telegram", True),
        ("whatsapp", False),
        ("email", False),
    ]
    assert all(way.open for way in found.values())
    assert (found["email"].recipient, found["telegram"].recipient) == ("ana@x.example", "77")


def test_a_way_of_another_thread_comes_after_those_of_this_one(desk: Desk) -> None:
    written(desk, "email")
    take(desk.store, chat("77", 60 * 24 * 30), channel="telegram")
    assert next(iter(ways(desk))) == "email"
    assert next(iter(ways(desk, 2))) == "telegram"


def test_whatsapp_takes_free_text_for_a_day_after_the_customers_last_message_there(desk: Desk) -> None:
    written(desk, "email", "whatsapp")
    way = ways(desk)["whatsapp"]
    closes = START + timedelta(minutes=10, hours=24)
    assert (way.open, way.chosen, way.longest, way.closes_at) == (True, True, 4096, closes)
    assert way.limit == "free text until 3 Nov 09:10"
    assert ways(desk, at=closes - timedelta(seconds=1))["whatsapp"].limit == "free text until 09:10"
    shut = ways(desk, at=closes)["whatsapp"]
    assert (shut.open, shut.chosen, shut.limit) == (False, False, "at most 4,096 characters")
    assert shut.refusal == "the 24-hour window closed 09:10: only templates can go"


def test_what_we_say_does_not_open_the_window_again(desk: Desk) -> None:
    written(desk, "email", "whatsapp")
    with clock.fixed(SOON):
        assert desk.threads.reply(1, "we look into it").channel == "whatsapp"
    assert not ways(desk, at=NEXT_DAY)["whatsapp"].open


def test_a_reply_goes_by_the_next_way_when_the_window_of_the_last_used_has_closed(desk: Desk) -> None:
    written(desk, "email", "telegram", "whatsapp")
    with clock.fixed(SOON):
        assert desk.threads.reply(1, "a").channel == "whatsapp"
    with clock.fixed(NEXT_DAY):
        assert desk.threads.reply(1, "b").channel == "telegram"
        with pytest.raises(Conflict, match="the 24-hour window closed") as caught:
            desk.threads.reply(1, "c", channel="whatsapp")
    assert caught.value.hint == (
        "send an approved template with --template NAME, or answer by another with --channel: telegram, email"
    )
    assert [row[0] for row in rows(desk.store, "delivery", "recipient")] == ["+34612345678", "77"]


def test_a_removed_channel_is_no_way_and_a_paused_one_is_taken_only_for_want_of_another(desk: Desk) -> None:
    written(desk, "email", "telegram", "whatsapp")
    desk.channels.remove("whatsapp")
    desk.channels.pause("telegram")
    found = ways(desk)
    assert [(way.channel, way.chosen) for way in found.values()] == [("email", True), ("telegram", False)]
    assert found["telegram"].limit == "at most 4,096 characters; paused: it leaves when the channel is resumed"
    with clock.fixed(SOON):
        assert desk.threads.reply(1, "hello").channel == "email"


@pytest.mark.parametrize("kind", ["phone", "shop", "import"])
def test_what_cannot_send_is_shown_with_the_reason_and_an_answer_takes_another_way(desk: Desk, kind: str) -> None:
    desk.channels.add("email", "info")
    identity = {"phone": Handle("phone", "+34612345678"), "shop": Handle("email", "a@x.example")}
    handles = (identity.get(kind, Handle("email", "a@x.example")), Handle("email", "a@x.example"))
    take(desk.store, Envelope(Direction.INBOUND, handles, START, "hello"), channel=kind)
    found = ways(desk)
    assert [(way.channel, way.chosen, way.open) for way in found.values()] == [
        ("info", True, True),
        (kind, False, False),
    ]
    assert found[kind].refusal
    with clock.fixed(SOON):
        assert desk.threads.reply(1, "hello").channel == "info"
    desk.channels.remove("info")
    with clock.fixed(SOON), pytest.raises(Conflict, match=f"nothing can go by {kind} now"):
        desk.threads.reply(1, "hello")


def test_whom_nothing_reaches_has_no_way(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.channels.remove("email")
    assert ways(desk) == {}
    with pytest.raises(NotFound):
        desk.threads.ways(2)


def test_one_who_never_wrote_by_messenger_or_whatsapp_gets_nothing_there(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    for kind in ("messenger", "whatsapp", "telegram", "sms"):
        desk.channels.add(kind, kind)
    desk.customers.add_identity(1, "messenger", "991")
    desk.customers.add_identity(1, "phone", "+34612345678")
    desk.customers.add_identity(1, "telegram", "77")
    found = ways(desk)
    assert found["messenger"].refusal.endswith("nothing can go until they write again")
    assert found["whatsapp"].refusal == "the customer has not written here: only templates can go"
    assert found["sms"].limit == "at most 1,600 characters"
    assert found["telegram"].limit == "at most 4,096 characters; reaches only one who has started the bot"
    assert [channel for channel, way in found.items() if way.chosen] == ["email"]


def test_times_are_the_desks_own(desk: Desk) -> None:
    written(desk, "email", "whatsapp")
    madrid = Desk(desk.store, replace(desk.settings, time_zone="Europe/Madrid"), Actor("vera", Role.VIEWER))
    assert ways(madrid, at=datetime(2026, 11, 3, 0, 30, tzinfo=UTC))["whatsapp"].limit == "free text until 10:10"
    with pytest.raises(NotAllowed):
        madrid.threads.reply(1, "hello")


def test_a_way_on_which_all_can_read_along_says_so(desk: Desk) -> None:
    community = (Handle("external", "discourse:forum.example:11", "Ana"), Handle("email", "ana@x.example"))
    for minute, key in enumerate(("100", "private/101")):
        at = START + timedelta(minutes=minute)
        said = Envelope(Direction.INBOUND, community, at, "hello", external_id=f"post/{minute}", thread_key=key)
        take(desk.store, said, channel="discourse")
    take(desk.store, mail("ana@x.example", 2))
    assert ways(desk)["discourse"].limit == "everybody can read it; at most 32,000 characters"
    assert ways(desk, 2)["discourse"].limit == "at most 32,000 characters"
    assert ways(desk, 3)["discourse"].limit == "at most 32,000 characters", "it would begin a private message"
