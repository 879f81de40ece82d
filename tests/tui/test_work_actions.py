"""What keys do to threads: each is done, told, and taken back to exactly what was before."""

from collections.abc import Sequence

import pytest

from convo.desk.desk import Desk, open_desk
from convo.model.views import ThreadView

from .piloting import Screen, on_screen

THREAD = 12
"""Maya Okafor's: open, nobody's."""


def state(view: ThreadView) -> tuple[object, ...]:
    row = view.row
    return (row.status, row.assignee, row.team, row.priority, row.unread, row.snoozed_until, row.subject, view.tags)


KEYS: Sequence[tuple[str, Sequence[str], str, str]] = (
    ("e", (), "status", "resolved"),
    ("s", ("1h",), "status", "snoozed"),
    ("s", ("tomorrow 9",), "snoozed_until", "2026-11-18 09:00:00+00:00"),
    ("a", ("alex",), "assignee", "alex"),
    ("a", ("workshop",), "team", "workshop"),
    ("i", (), "assignee", "kim"),
    ("p", ("urgent",), "priority", "urgent"),
    ("U", (), "unread", "False"),
    ("R", ("the brakes",), "subject", "the brakes"),
)


@pytest.mark.parametrize(("key", "words", "field", "expected"), KEYS)
def test_a_key_does_it_and_u_takes_it_back(
    demo: Desk, key: str, words: Sequence[str], field: str, expected: str
) -> None:
    before = state(demo.threads.show(THREAD))

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press(key)
        for typed in words:
            await screen.type(typed)
            await screen.press("enter")
        found = str(getattr(demo.threads.show(THREAD).row, field))
        assert found.endswith(expected)
        assert screen.shows("u undoes")
        await screen.press("u")
        assert state(demo.threads.show(THREAD)) == before
        assert screen.shows("taken back")

    on_screen(demo, script)


def test_tags_are_put_on_and_taken_off_several_at_once(demo: Desk) -> None:
    demo.threads.tag(THREAD, add=["wheels"])

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("t")
        await screen.type("brakes")
        await screen.press("tab")
        await screen.type("wheels")
        await screen.press("enter")
        assert demo.threads.show(THREAD).tags == ("brakes",)
        await screen.press("u")
        assert demo.threads.show(THREAD).tags == ("wheels",)
        await screen.press("t", "escape", "t", "enter")
        assert demo.threads.show(THREAD).tags == ()

    on_screen(demo, script)


def test_what_means_nothing_is_said_and_changes_nothing(demo: Desk) -> None:
    before = state(demo.threads.show(THREAD))

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("s")
        await screen.type("someday 9")
        await screen.press("enter")
        assert screen.shows("is no time")
        assert demo.threads.show(THREAD).row.status == "open"
        await screen.press("escape", "s")
        await screen.type("today 9")
        assert screen.shows("is past")
        await screen.press("escape", "a")
        await screen.type("zzzz")
        await screen.press("enter", "escape")
        assert state(demo.threads.show(THREAD)) == before

    on_screen(demo, script)


def test_enter_waits_for_the_names_that_are_still_coming(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.pilot.press("a", "a", "l", "e", "x", "enter")
        await screen.settled()
        await screen.until(lambda: demo.threads.show(THREAD).row.assignee == "alex")

    on_screen(demo, script)


def test_blocking_asks_and_the_key_that_asked_does_not_confirm(demo: Desk) -> None:
    customer = demo.threads.show(THREAD).row.customer_id

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("B", "B", "enter")
        assert screen.shows("Block Maya Okafor?")
        assert not demo.customers.show(customer).blocked
        await screen.press("n", "B", "y")
        assert demo.customers.show(customer).blocked
        await screen.press("u")
        assert not demo.customers.show(customer).blocked
        demo.customers.block(customer)
        await screen.press("B")
        assert screen.shows("Listen to Maya Okafor again?")
        await screen.press("y")
        assert not demo.customers.show(customer).blocked

    on_screen(demo, script)


def test_a_thread_that_somebody_changed_since_is_left_and_u_says_so(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("i")
        with open_desk(demo.store.location.path, operator="alex") as other:
            other.threads.assign(THREAD, "alex")
        await screen.press("u")
        assert demo.threads.show(THREAD).row.assignee == "alex"
        assert screen.shows("alex changed")

    on_screen(demo, script)


def test_why_tells_which_rule_fired_and_which_did_not(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(13)
        await screen.press("W")
        assert screen.shows("Why #13")
        assert screen.shows("unhappy")
        await screen.press("escape")
        assert not screen.shows("Why #13")

    on_screen(demo, script)
