"""`convo delivery`: what did not go and why, another try, and none."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from convo.channels.trouble import SendRefused, SendUnsure
from convo.desk.desk import Desk
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.commands.conftest import Convo
from tests.worker.scripted import Provider, scripted


@pytest.fixture
def provider(desk_on: Desk) -> Iterator[Provider]:
    """A customer wrote and got two answers: one was refused, of one nobody knows."""
    with scripted("a") as (one,):
        desk_on.channels.add("scripted", "door", {"provider": "a"})
        one.says(1, "hello")
        asyncio.run(Worker(desk_on, Log()).once())
        thread = desk_on.threads.list("channel:door").items[0].id
        for text in ("first", "second"):
            desk_on.threads.reply(thread, text)
        one.send_trouble.extend([SendRefused("no such \x1b[2J user"), SendUnsure("the line broke")])
        asyncio.run(Worker(desk_on, Log()).once())
        yield one


def listed(convo: Convo, *words: str) -> list[tuple[str, str]]:
    lines = convo("delivery", "list", *words, "--json").out.splitlines()
    return [(row["status"], row["error"]) for row in map(json.loads, lines)]


def test_dead_letters_are_listed_with_the_reason(convo: Convo, provider: Provider) -> None:
    dead = [("unknown", "the line broke"), ("failed", "no such \x1b[2J user")]
    assert listed(convo, "--dead") == dead
    assert listed(convo, "--status", "failed") == dead[1:]
    assert listed(convo, "--channel", "door") == dead
    shown = convo("delivery", "show", "1").out
    assert "to\tana@x.example" in shown
    assert "\x1b" not in shown
    assert "one of queued, sending" in convo("delivery", "list", "--status", "lost").err
    assert convo("delivery", "list", "--dead", "--status", "sent").code == 2


def test_another_try_asks_only_where_the_customer_may_get_it_twice(convo: Convo, provider: Provider) -> None:
    assert convo("delivery", "retry", "1").code == 0
    asked = convo("delivery", "retry", "2")
    assert asked.code == 2
    assert "may have gone already (the line broke)" in asked.err
    assert convo("delivery", "retry", "2", "--yes").code == 0
    assert convo("work", "--once").code == 0
    assert [letter.text for letter in provider.sent] == ["first", "second"]
    assert convo("delivery", "retry", "1").code == 1


def test_what_is_cancelled_does_not_leave(convo: Convo, provider: Provider) -> None:
    assert convo("delivery", "retry", "1").code == 0
    ran = convo("delivery", "cancel", "1", "--json", "status")
    assert json.loads(ran.out) == {"status": "cancelled"}
    assert convo("work", "--once").code == 0
    assert provider.sent == []
    assert convo("delivery", "cancel", "2").code == 0
    ran = convo("delivery", "cancel", "2")
    assert ran.code == 1
    assert "2 is cancelled: only what has not gone" in ran.err
