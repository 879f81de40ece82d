"""The conversation: one timeline that opens where one left off, tells states in words, and stays where one reads."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from convo import clock
from convo.desk.desk import Desk
from convo.intake.channels import find_or_add
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys
from convo.intake.receive import Destination, receive_many
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part
from convo.model.words import Direction, EventKind
from convo.tui.conversation.pane import ConversationPane
from convo.tui.messages import ThreadChosen
from tests.tui.conftest import NOON
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen

MARA = "mara@post.example"


def mail(minute: float, text: str, *, topic: str = "wheel", **rest: object) -> Envelope:
    """A mail from Mara, so many minutes before (below zero) or after noon."""
    values: dict[str, object] = {
        "direction": Direction.INBOUND,
        "customer": (Handle("email", MARA, "Mara Lind"),),
        "author": "Mara Lind",
        "sent_at": NOON + timedelta(minutes=minute),
        "text": text,
        "thread_key": topic,
        "subject": topic,
        "external_id": f"{topic}-{minute}@post.example",
    }
    return Envelope(**(values | rest))  # type: ignore[arg-type]


def take(desk: Desk, *items: Item) -> None:
    """Take items in by email."""
    with desk.store.write() as connection:
        number = find_or_add(connection, "email", "email", NOON)
    receive_many(desk.store, items, Destination(number, "email", None, 0), IntakePolicy(), Keys())


def maras(desk: Desk) -> tuple[int, int]:
    """Mara's newest thread and her number."""
    row = desk.threads.list("customer:mara", limit=1).items[0]
    return row.id, row.customer_id


async def opened(screen: Screen, thread: int, customer: int) -> ConversationPane:
    """Open a thread as the inbox does."""
    screen.app.screen.post_message(ThreadChosen(thread, customer, opened=True))
    await screen.settled()
    return screen.app.screen.query_one(ConversationPane)


def story(desk: Desk) -> tuple[int, int]:
    """An old topic, page views, a call, a quoted answer with a file, and two unread mails."""
    day = 24 * 60
    take(
        desk,
        mail(-14 * day, "which helmet fits?", topic="helmet"),
        mail(-14 * day + 5, "the blue one, thanks", topic="helmet"),
    )
    desk.threads.close(maras(desk)[0])
    who = (Handle("email", MARA, "Mara Lind"),)
    take(
        desk,
        *(EventEnvelope(EventKind.PAGE_VIEW, who, NOON + timedelta(minutes=n - 90), f"/wheels/{n}") for n in range(4)),
        EventEnvelope(EventKind.CALL, who, NOON - timedelta(minutes=80), "call", duration=184),
        EventEnvelope(EventKind.PURCHASE, who, NOON - timedelta(minutes=70), "R7 wheel", 189_000, "EUR"),
        mail(
            -60,
            "It wobbles.\n\nOn Mon, 16 Nov 2026 at 10:00, Kim wrote:\n> Does it\n> wobble?",
            parts=(Part("bill.pdf", "application/pdf", b"%PDF-1.7 bill"),),
        ),
    )
    thread, customer = maras(desk)
    desk.threads.mark_read(thread)
    desk.threads.note(thread, "offer a new one")
    take(desk, mail(1, "this is terrible, I am very angry and disappointed, worst shop ever"), mail(2, "hello?"))
    message, attachment = tables.message, tables.attachment
    with desk.store.write() as connection:
        connection.execute(update(message).where(message.c.body.startswith("this is ter")).values(sentiment=-0.9))
        connection.execute(update(attachment).where(attachment.c.name == "bill.pdf").values(name="../../bill.pdf"))
    return thread, customer


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW], ids=["wide", "medium", "narrow"])
def test_a_thread_opens_on_what_nobody_read_with_everything_else_in_its_place(
    demo: Desk, size: tuple[int, int]
) -> None:
    thread, customer = story(demo)
    old = thread - 1

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("── new ──", pane)
        assert screen.shows("note, for us only", pane)
        assert screen.shows(f"Mara Lind · #{thread}", pane)
        assert pane.selected is not None
        assert pane.selected.body.startswith("this is terrible")
        assert screen.shows("☹ unhappy", pane)
        assert not demo.threads.show(thread).row.unread
        await screen.press("g")
        assert screen.shows("helmet", pane)
        assert screen.shows("#" + str(old) + " helmet · 2 messages · closed", pane)
        if size == WIDE:
            assert screen.shows("◇ 4 pages viewed, last /wheels/3", pane)
            assert screen.shows("☏ call, 3 min 4 s", pane)
            assert screen.shows("◆ purchase  R7 wheel  189.00 EUR", pane)
            assert screen.shows("── Tue 3 Nov ──", pane)
            assert screen.shows("… 3 quoted lines", pane)

    on_screen(demo, script, size)


def test_quotes_threads_and_page_views_unfold_in_place(demo: Desk) -> None:
    thread, customer = story(demo)

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        await screen.press("g", "z")
        assert screen.shows("▾ #", pane)
        assert screen.shows("the blue one, thanks", pane)
        await screen.press("j", "j", "z")
        assert not screen.shows("the blue one, thanks", pane)
        await screen.press("j", "enter")
        assert screen.shows("/wheels/0", pane)
        while pane.selected is None:
            await screen.press("j")
        assert pane.selected.thread_id == thread
        await screen.press("z")
        assert screen.shows("> Does it", pane)
        await screen.press("z")
        assert not screen.shows("> Does it", pane)
        assert screen.shows("… 3 quoted lines", pane)

    on_screen(demo, script)


def test_the_customers_next_thread_comes_by_one_key_and_back(demo: Desk) -> None:
    thread, customer = story(demo)

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        await screen.press("l")
        assert pane.thread != thread
        assert screen.shows("closed · ", "#heading")
        assert screen.shows("▸ #", pane)
        await screen.press("l")
        assert pane.thread == thread

    on_screen(demo, script)


def test_only_looking_marks_nothing_read(demo: Desk) -> None:
    thread, customer = story(demo)

    async def script(screen: Screen) -> None:
        screen.app.screen.post_message(ThreadChosen(thread, customer))
        await screen.settled()
        assert screen.shows("── new ──", "#conversation")
        assert demo.threads.show(thread).row.unread

    on_screen(demo, script)


def test_what_comes_meanwhile_is_followed_at_the_end_and_hinted_at_elsewhere(demo: Desk) -> None:
    thread, customer = story(demo)
    take(demo, *(mail(3 + n, f"and another thing {n}\n\n\nplease") for n in range(20)))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        await screen.press("G")
        seen = pane.last_seen
        take(demo, mail(40, "followed"))
        screen.app.store_changed()
        await screen.settled()
        assert screen.shows("followed", pane)
        assert pane.last_seen == demo.threads.show(thread).messages[-1].id != seen
        assert not demo.threads.show(thread).row.unread
        for _ in range(3):
            await screen.press("ctrl+u")
        before, seen = screen.lines("#timeline"), pane.last_seen
        take(demo, mail(41, "out of sight"))
        screen.app.store_changed()
        await screen.settled()
        assert [line[:40].rstrip() for line in screen.lines("#timeline")] == [line[:40].rstrip() for line in before]
        assert screen.shows("↓ 1 new below", pane)
        assert pane.last_seen == seen
        assert demo.threads.show(thread).row.unread
        await screen.press("G")
        assert screen.shows("out of sight", pane)
        assert not screen.shows("new below", pane)
        assert pane.last_seen == demo.threads.show(thread).messages[-1].id

    on_screen(demo, script)


def test_how_far_an_answer_came_is_told_in_words(demo: Desk) -> None:
    thread, customer = story(demo)
    with clock.fixed(NOON + timedelta(minutes=3)):
        demo.threads.reply(thread, "held back", hold=8)
        failed = demo.threads.reply(thread, "not going").id
        lost = {"status": "failed", "error": "550 no such \x1b[31mmailbox"}
        with demo.store.write() as connection:
            delivery, message = tables.delivery, tables.message
            connection.execute(update(delivery).where(delivery.c.message_id == failed).values(**lost))
            connection.execute(update(message).where(message.c.id == failed).values(automatic=True))

        async def script(screen: Screen) -> None:
            pane = await opened(screen, thread, customer)
            await screen.press("G")
            assert screen.shows("◦ queued, leaves in 8 s", pane)
            assert screen.shows("· automatic", pane)
            assert screen.shows("✗ failed", pane)
            assert screen.shows("not delivered: 550 no such ␛[31mmailbox", pane)

        on_screen(demo, script)


def test_a_sender_who_proved_nothing_is_named_so(demo: Desk) -> None:
    thread, customer = story(demo)
    with demo.store.write() as connection:
        connection.execute(update(tables.message).values(unverified=True))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("⚠ unverified: this may not be who it says", pane)

    on_screen(demo, script)


def test_an_attachment_is_opened_after_asking_and_saved_over_nothing(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, customer = story(demo)
    told = tmp_path / "told"
    (tmp_path / "bin").mkdir()
    for name in ("xdg-open", "open"):
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{told}.part" && mv "{told}.part" "{told}"\n')
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    paths: list[Path] = []

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("⊞ ../../bill.pdf · 13 bytes", pane)
        await screen.press("o")
        assert screen.shows("nothing is attached")
        await screen.press("k", "k", "o")
        assert screen.shows("open it as pdf")
        assert not told.exists()
        await screen.press("enter")
        await screen.until(told.exists)
        path = Path(told.read_text())
        paths.append(path)
        assert path.name == "bill.pdf"
        assert path.read_bytes() == b"%PDF-1.7 bill"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        await screen.press("w", "enter")
        assert (tmp_path / "bill.pdf").read_bytes() == b"%PDF-1.7 bill"
        (tmp_path / "bill.pdf").write_text("mine")
        await screen.press("w", "enter")
        assert screen.shows("is there already")
        assert (tmp_path / "bill.pdf").read_text() == "mine"
        await screen.press("escape")

    on_screen(demo, script)
    assert not paths[0].exists()


def test_what_may_do_more_than_show_itself_is_never_opened(demo: Desk) -> None:
    take(demo, mail(1, "look", parts=(Part("a.pdf.desktop", "application/pdf", b"[Desktop Entry]"),)))

    async def script(screen: Screen) -> None:
        await opened(screen, *maras(demo))
        await screen.press("o")
        assert screen.shows("is not opened from here")
        assert not screen.shows("open it as")

    on_screen(demo, script)


def test_a_message_is_copied_by_the_desktop_or_the_terminal(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(demo, mail(1, "take \x1b]52;c;AAAA\x07 this"))
    program = tmp_path / "wl-copy"
    program.write_text(f'#!/bin/sh\ncat > "{tmp_path}/board"\n')
    program.chmod(0o700)
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    async def script(screen: Screen) -> None:
        await opened(screen, *maras(demo))
        await screen.press("y")
        assert screen.shows("OSC 52")
        assert screen.app.clipboard == "take ␛]52;c;AAAA␇ this"
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        await screen.press("y")
        assert screen.shows("wl-copy")
        assert (tmp_path / "board").read_text() == "take ␛]52;c;AAAA␇ this"

    on_screen(demo, script)


def test_a_long_message_scrolls_under_the_cursor_before_it_goes_on(demo: Desk) -> None:
    words = "\n".join(f"line {n}" for n in range(400))
    take(demo, mail(1, words), mail(2, "after it " + "x" * 10_000), mail(3, "\N{FAMILY}" * 9 + " [/] end"))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, *maras(demo))
        assert screen.shows("line 0", pane)
        await screen.press("j")
        assert pane.selected is not None
        assert pane.selected.body.startswith("line 0")
        for _ in range(40):
            await screen.press("ctrl+d")
            if screen.shows("in all: z unfolds more", pane):
                break
        assert pane.selected.body.startswith("line 0")
        assert not screen.shows("line 300", pane)
        await screen.press("z", "z")
        for _ in range(40):
            if screen.shows("line 399", pane):
                break
            await screen.press("ctrl+d")
        await screen.press("G")
        assert screen.shows("[/] end", pane)

    on_screen(demo, script, MEDIUM)


def many(desk: Desk, count: int) -> tuple[int, int]:
    """Mara's thread with so many messages, a minute apart."""
    take(desk, mail(-60 * 24 * 20, "message 0"))
    thread, customer = maras(desk)
    message = tables.message
    with desk.store.write() as connection:
        (row,) = connection.execute(message.select().where(message.c.thread_id == thread)).mappings()
        at = [row["sent_at"] + timedelta(minutes=n) for n in range(count)]
        rows = [
            {key: value for key, value in row.items() if key != "id"}
            | {
                "sort_key": row["sort_key"] + (n * 60 << 20),
                "sent_at": at[n],
                "body": f"message {n}",
                "external_id": f"{n}@many.example",
            }
            for n in range(1, count)
        ]
        connection.execute(insert(message), rows)
        newest = {"message_count": count, "last_message_at": at[-1], "unread": False}
        connection.execute(update(tables.thread).where(tables.thread.c.id == thread).values(**newest))
    return thread, customer


def test_older_pages_come_as_one_nears_them_and_nothing_moves(demo: Desk) -> None:
    thread, customer = many(demo, 350)

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("message 349", pane)
        assert len(pane.timeline.items) < 250
        line = ""
        while not screen.shows("message 249", pane):
            await screen.press("ctrl+u")
        for _ in range(10):
            await screen.press("k")
            selected = pane.selected
            assert selected is not None
            line = selected.body
            assert screen.shows(line, pane)
        await screen.press("k")
        assert pane.selected is not None
        assert pane.selected.body == f"message {int(line.split()[1]) - 1}"
        for _ in range(6):
            await screen.press("g")
        assert screen.shows("message 0", pane)
        await screen.press("G")
        assert screen.shows("message 349", pane)

    on_screen(demo, script)


def test_an_unread_message_far_back_is_found_and_the_end_from_there(demo: Desk) -> None:
    thread, customer = many(demo, 500)
    message = tables.message
    with demo.store.write() as connection:
        key = connection.execute(message.select().where(message.c.body == "message 99")).mappings().one()["sort_key"]
        connection.execute(update(tables.thread).where(tables.thread.c.id == thread).values(unread=True, read_key=key))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("── new ──", pane)
        assert pane.selected is not None
        assert pane.selected.body == "message 100"
        screen.app.store_changed()
        await screen.settled()
        for n in range(101, 180):
            await screen.press("j")
            assert pane.selected.body == f"message {n}"
        await screen.press("G")
        assert screen.shows("message 499", pane)

    on_screen(demo, script)
