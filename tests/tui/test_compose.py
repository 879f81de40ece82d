"""Where one writes: replies and notes go in by keys alone, and nothing that was written is lost or sent unawares."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from textual import events

from convo import clock
from convo.desk.desk import Desk, open_desk
from convo.model import tables
from convo.model.views import MessageView
from convo.tui.compose.box import Box
from convo.tui.compose.meanwhile import Meanwhile
from convo.tui.compose.pane import ComposePane
from convo.tui.compose.place import Place, place_of
from convo.tui.dialogs.choice import Choice
from convo.tui.inbox.filter import FilterLine
from convo.tui.lines import resting_cursor
from convo.tui.lines.typed_line import TypedLine
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen

WHATSAPP = 3
"""Lena's thread on WhatsApp; she can be reached by email and the web, too, and has a telephone."""


async def at(screen: Screen, thread: int) -> ComposePane:
    """Go to a thread, and wait until it can be answered."""
    await screen.at(thread)
    pane = screen.app.screen.query_one(ComposePane)
    await screen.until(lambda: pane.thread == thread and pane.place is not None)
    await screen.settled()
    return pane


def said(desk: Desk, thread: int) -> tuple[MessageView, ...]:
    return desk.threads.show(thread).messages


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
def test_a_reply_is_written_and_sent_by_keys_and_waits_before_it_leaves(demo: Desk, size: tuple[int, int]) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        before = len(said(demo, WHATSAPP))
        await screen.press("r")
        assert screen.shows("closes in ", pane)
        assert screen.shows("to Lena on WhatsApp", pane)
        await screen.type("Hallo\nbis morgen")
        assert pane.region.height == 5
        await screen.type("\n\n\n\n\n\n\n\n\n\n\n\n")
        assert pane.box.region.height == 10
        await screen.press("ctrl+s")
        assert len(said(demo, WHATSAPP)) == before + 1
        assert said(demo, WHATSAPP)[-1].body == "Hallo\nbis morgen"
        assert pane.box.text == ""
        assert demo.drafts.kept(WHATSAPP) == ()
        assert screen.shows("leaves in 10 s", pane)
        assert not pane.has_focus_within
        delivery = tables.delivery
        with demo.store.read() as connection:
            waits = select(delivery.c.next_at).where(delivery.c.message_id == said(demo, WHATSAPP)[-1].id)
            assert connection.execute(waits).scalar_one() == clock.now() + timedelta(seconds=10)

    on_screen(demo, script, size)


def test_a_note_has_a_text_of_its_own_and_says_so(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        await screen.type("for her")
        await screen.press("ctrl+t")
        assert screen.shows("note, for us only", pane)
        assert pane.box.text == ""
        await screen.type("for us @al")
        assert screen.shows("@alex", "#names")
        await screen.press("tab")
        assert pane.box.text == "for us @alex "
        await screen.press("ctrl+s")
        assert (said(demo, WHATSAPP)[-1].direction, said(demo, WHATSAPP)[-1].body) == ("note", "for us @alex")
        await screen.press("r")
        assert pane.box.text == "for her"

    on_screen(demo, script)
    with open_desk(str(demo.store.location), operator="alex") as alex:
        told = alex.notifications.list().items[0]
        assert (told.thread_id, told.by, told.body) == (WHATSAPP, "kim", "kim names you: for us @alex")


def test_somebody_who_answered_meanwhile_is_read_before_anything_is_sent(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        newest = said(demo, WHATSAPP)[-1].id
        pane.seen = lambda: newest
        await screen.press("r")
        await screen.type("mine")
        with open_desk(str(demo.store.location), operator="alex") as alex:
            alex.threads.reply(WHATSAPP, "alex was faster")
        await screen.press("ctrl+s")
        await screen.until(lambda: isinstance(screen.app.screen, Meanwhile))
        assert screen.shows("alex:")
        assert screen.shows("alex was faster")
        await screen.press("ctrl+s", "enter")
        assert pane.box.text == "mine"
        assert said(demo, WHATSAPP)[-1].body == "alex was faster"
        assert not pane.has_focus_within
        await screen.press("r", "ctrl+s")
        await screen.until(lambda: isinstance(screen.app.screen, Meanwhile))
        await screen.press("a")
        assert [one.body for one in said(demo, WHATSAPP)[-2:]] == ["alex was faster", "mine"]
        assert pane.box.text == ""

    on_screen(demo, script)


def test_another_way_is_chosen_with_its_limits_and_a_closed_one_says_why(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        await screen.type("by mail")
        await screen.press("ctrl+o")
        assert screen.shows("whatsapp")
        assert screen.shows("a phone line carries no text")
        await screen.type("phone")
        await screen.press("enter")
        assert screen.shows("reply to Lena on WhatsApp", pane)
        await screen.press("ctrl+o")
        await screen.type("email")
        await screen.press("enter")
        assert screen.shows("reply to Lena on email", pane)
        await screen.press("escape")
        assert demo.drafts.kept(WHATSAPP)[0].channel == "email"
        await screen.press("r", "ctrl+s")
        assert said(demo, WHATSAPP)[-1].channel_kind == "email"

    on_screen(demo, script)


def test_what_is_too_long_for_the_way_is_not_sent(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        before = said(demo, WHATSAPP)
        await screen.press("r")
        pane.box.put("x" * 4000)
        await screen.settled()
        assert screen.shows("4,000 of 4,096", pane)
        pane.box.put("x" * 100)
        await screen.settled()
        assert screen.shows("4 over 4,096", pane)
        await screen.press("ctrl+s")
        assert said(demo, WHATSAPP) == before
        assert len(pane.box.text) == 4100

    on_screen(demo, script)


def test_a_semicolon_at_a_words_beginning_offers_snippets_filled_for_the_thread(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        await screen.type("a;b ")
        assert not isinstance(screen.app.screen, Choice)
        await screen.type(";")
        assert isinstance(screen.app.screen, Choice)
        await screen.type("Hello")
        await screen.press("enter")
        assert pane.box.text == "a;b Hello Lena Voß,"
        await screen.press("ctrl+b")
        await screen.type("trued free of charge")
        await screen.press("enter")
        assert "Wheels that we sold" in pane.box.text
        await screen.type(" ;-x")
        await screen.press("escape")
        assert pane.box.text.endswith(" ;-x")

    on_screen(demo, script)


def test_drafts_outlive_escape_another_thread_and_the_end_of_the_screen(demo: Desk) -> None:
    async def first(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        await screen.type("kept at a pause")
        await screen.until(lambda: bool(demo.drafts.kept(WHATSAPP)))
        await screen.type(", then on leaving")
        await screen.press("escape", "escape", "g")
        assert not pane.has_focus_within
        assert demo.drafts.kept(WHATSAPP)[0].body == "kept at a pause, then on leaving"
        assert (await at(screen, 8)).box.text == ""
        await screen.press("n")
        await screen.pilot.press("q")

    async def second(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        assert pane.box.text == "kept at a pause, then on leaving"
        pane = await at(screen, 8)
        assert pane.box.text == "q"
        assert screen.shows("note, for us only", pane)

    on_screen(demo, first)
    on_screen(demo, second)


def test_what_another_screen_of_ones_own_wrote_is_shown_and_never_written_over(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        demo.drafts.keep(WHATSAPP, "from before")
        pane = await at(screen, WHATSAPP)
        assert pane.box.text == "from before"
        demo.drafts.keep(WHATSAPP, "from over there")
        pane.refresh_from_store()
        await screen.settled()
        assert pane.box.text == "from over there"
        await screen.press("r")
        await screen.type(" and here")
        demo.drafts.keep(WHATSAPP, "newer over there")
        pane.keep()
        await screen.settled()
        assert demo.drafts.kept(WHATSAPP)[0].body == "newer over there"
        assert pane.box.text == "from over there and here"
        assert screen.shows("another text of yours", pane)
        await screen.press("ctrl+l")
        assert pane.box.text == "newer over there"
        await screen.press("ctrl+l")
        assert pane.box.text == "from over there and here"
        await screen.press("escape")
        assert demo.drafts.kept(WHATSAPP)[0].body == "from over there and here"

    on_screen(demo, script)


def test_who_else_writes_is_told_with_their_text_and_they_see_us(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        with open_desk(str(demo.store.location), operator="alex") as alex:
            alex.presence.touch("elsewhere", WHATSAPP, writing=True)
            alex.drafts.keep(WHATSAPP, "I am at it")
            pane.refresh_from_store()
            await screen.settled()
            assert screen.shows("alex is writing: I am at it", pane)
            await screen.press("r", "x")
            await screen.until(lambda: any(one.writing for one in alex.presence.others(WHATSAPP, "elsewhere")))
            await screen.press("escape")
            await screen.until(lambda: not any(one.writing for one in alex.presence.others(WHATSAPP, "elsewhere")))

    on_screen(demo, script)
    assert [one.name for one in demo.presence.others(WHATSAPP, "me")] == ["alex"]


def test_a_reply_that_is_typed_is_one_that_its_customer_may_see_being_written_and_a_note_is_not(demo: Desk) -> None:
    channel = next(one.id for one in demo.channels.accounts() if one.name == demo.threads.ways(WHATSAPP)[0].channel)

    async def script(screen: Screen) -> None:
        await at(screen, WHATSAPP)
        await screen.press("n", "x", "y")
        await screen.until(lambda: demo.drafts.kept(WHATSAPP))
        await screen.until(lambda: any(one.writing for one in demo.presence.others(WHATSAPP, "elsewhere")))
        assert demo.presence.typing(channel) == ()
        await screen.press("escape", "r", "H", "i")
        await screen.until(lambda: demo.presence.typing(channel))
        assert [one.thread for one in demo.presence.typing(channel)] == [WHATSAPP]

    on_screen(demo, script)


def test_what_was_taken_back_is_in_the_box_again(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        from convo.tui.messages import TakenBack

        pane = await at(screen, WHATSAPP)
        screen.app.screen.post_message(TakenBack(WHATSAPP, "too\x1b[2J early"))
        await screen.settled()
        assert pane.box.text == "too␛[2J early"
        assert demo.drafts.kept(WHATSAPP)[0].body == "too␛[2J early"

    on_screen(demo, script)


def test_what_was_read_before_a_draft_was_kept_does_not_empty_the_box_afterwards(
    demo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        assert pane.thread is not None
        before = place_of(demo, pane.spare, pane.thread, pane.session)
        await screen.type("hey")
        await screen.until(lambda: [one.body for one in demo.drafts.mine()] == ["hey"])
        await screen.settled()
        answers: list[Callable[[Place], None]] = []
        unsent = pane.current
        assert unsent is not None
        with monkeypatch.context() as patch:
            patch.setattr(pane, "ask", lambda topic, call, then, refused: answers.append(then))
            unsent.writes += 1  # the draft is on its way to the store
            pane.look()
            unsent.answered += 1
            (answer,) = answers
            answer(before)
        assert pane.box.text == "hey"

    on_screen(demo, script)


def test_a_viewer_is_told_that_the_box_is_read_only(demo: Desk) -> None:
    demo.operators.add("vic", role="viewer")

    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r", "x", "ctrl+s")
        await screen.until(lambda: screen.shows("read-only", pane))
        assert pane.box.text == ""

    with open_desk(str(demo.store.location), operator="vic") as vic:
        on_screen(vic, script)


def test_what_is_pasted_or_kept_is_harmless_and_may_be_long(demo: Desk) -> None:
    hostile = "\x1b]52;c;aGk=\x07 \u202egnp.exe\x9b2J [/] 👩‍👩‍👧 日本 שלום\r\nnext"

    async def script(screen: Screen) -> None:
        demo.drafts.keep(8, hostile)
        pane = await at(screen, 8)
        assert "\x1b" not in pane.box.text
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        pane.box.post_message(events.Paste(hostile))
        await screen.settled()
        assert pane.box.text.splitlines() == ["␛]52;c;aGk=␇ \ufffdgnp.exe\ufffd2J [/] 👩‍👩‍👧 日本 שלום", "next"]
        pane.box.post_message(events.Paste("a line\n" * 30))
        await screen.press("ctrl+z")
        assert pane.box.text.endswith("\nnext")
        pane.box.post_message(events.Paste("many words " * 90_000))
        await screen.settled()
        await screen.press("x", "ctrl+z", "ctrl+z", "ctrl+z", "ctrl+y")
        assert len(pane.box.text) < 100

    on_screen(demo, script, NARROW)


def test_a_cursor_that_nobody_moves_stops_blinking_until_a_key_is_pressed(
    demo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rests_and_blinks_again(screen: Screen, typed: Box | TypedLine) -> None:
        await screen.until(lambda: not typed.cursor_blink)
        assert typed._cursor_visible
        with monkeypatch.context() as held:
            held.setattr(resting_cursor, "BLINKS", 3600.0)
            await screen.press("x")
            assert typed.cursor_blink

    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        await rests_and_blinks_again(screen, pane.box)
        await screen.press("escape", "slash")
        await rests_and_blinks_again(screen, screen.app.screen.query_one(FilterLine).query_one(TypedLine))

    monkeypatch.setattr(resting_cursor, "BLINKS", 0.01)
    on_screen(demo, script)
