"""Drafts that are kept while somebody writes: one's own, one reply and one note a thread, gone once they are sent."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, NotAllowed, NotFound
from convo.model.words import Role
from tests.desk.acting import acting, audited, operator
from tests.desk.said import START, say
from tests.intake.saying import rows
from tests.store.processes import spawn


@pytest.fixture
def thread(desk: Desk) -> int:
    said = say(desk, "ana@example.org", "the wheel wobbles", at=START, name="Ana")
    assert said.thread_id is not None
    return said.thread_id


def bodies(desk: Desk, thread: int) -> list[tuple[bool, str]]:
    return [(draft.note, draft.body) for draft in desk.drafts.kept(thread)]


def test_what_is_kept_is_what_was_written_to_the_last_space(desk: Desk, thread: int) -> None:
    text = "  Hola Ana,\n\n\t👩‍👩‍👧 \u202etxet [/] \x1b]52;c;x\x07 \n "
    with clock.fixed(START):
        view = desk.drafts.keep(thread, text, channel="email")
    assert view is not None
    assert (view.body, view.channel, view.note, view.author) == (text, "email", False, "tester")
    assert (view.thread_id, view.updated_at) == (thread, START)
    assert desk.drafts.kept(thread) == (view,)


def test_a_reply_and_a_note_are_kept_and_each_replaces_what_was_kept_before(desk: Desk, thread: int) -> None:
    for second, (body, note) in enumerate((("Hol", False), ("batch", True), ("Hola", False), ("batch 7", True))):
        with clock.fixed(START + timedelta(seconds=second)):
            desk.drafts.keep(thread, body, note=note)
    assert bodies(desk, thread) == [(True, "batch 7"), (False, "Hola")]


@pytest.mark.parametrize("empty", ["", " \n\t "])
def test_an_empty_one_drops_what_was_kept(desk: Desk, thread: int, empty: str) -> None:
    desk.drafts.keep(thread, "Hola")
    desk.drafts.keep(thread, "a note", note=True)
    assert desk.drafts.keep(thread, empty) is None
    assert bodies(desk, thread) == [(True, "a note")]
    desk.drafts.drop(thread, note=True)
    desk.drafts.drop(thread, note=True)
    assert bodies(desk, thread) == []


def test_nobody_gets_or_loses_what_somebody_else_writes(desk: Desk, thread: int) -> None:
    kim = operator(desk, "kim")
    desk.drafts.keep(thread, "mine")
    kim.drafts.keep(thread, "hers")
    kim.threads.reply(thread, "sent")
    assert bodies(desk, thread) == [(False, "mine")]
    assert bodies(kim, thread) == []


def test_all_of_ones_own_are_listed_newest_first(desk: Desk, thread: int) -> None:
    other = say(desk, "jo@example.org", "an invoice", at=START).thread_id
    assert other is not None
    kim = operator(desk, "kim")
    for second, (where, body) in enumerate(((thread, "first"), (other, "second"), (thread, "third"))):
        with clock.fixed(START + timedelta(seconds=second)):
            desk.drafts.keep(where, body)
    kim.drafts.keep(thread, "hers")
    assert [(draft.thread_id, draft.body) for draft in desk.drafts.mine()] == [(thread, "third"), (other, "second")]


def test_sending_drops_that_draft_and_no_other(desk: Desk, thread: int) -> None:
    desk.drafts.keep(thread, "Hola")
    desk.drafts.keep(thread, "batch 7", note=True)
    desk.threads.note(thread, "batch 7")
    assert bodies(desk, thread) == [(False, "Hola")]
    with pytest.raises(NotFound):
        desk.threads.reply(thread, "Hola", channel="nowhere")
    assert bodies(desk, thread) == [(False, "Hola")]
    desk.threads.reply(thread, "Hola")
    assert bodies(desk, thread) == []


def test_keeping_leaves_no_trace_among_what_was_done(desk: Desk, thread: int) -> None:
    before = audited(desk)
    desk.drafts.keep(thread, "Hola")
    desk.drafts.drop(thread)
    assert audited(desk) == before
    assert rows(desk.store, "undo_step") == []


def test_refusals(desk: Desk, thread: int) -> None:
    with pytest.raises(NotFound):
        desk.drafts.keep(4711, "Hola")
    with pytest.raises(BadInput):
        desk.drafts.keep(thread, "x" * 1_000_001)
    with pytest.raises(NotAllowed):
        acting(desk, "vera", Role.VIEWER).drafts.keep(thread, "Hola")


def test_what_two_screens_of_one_person_keep_at_once_is_one_draft_and_outlives_them(desk: Desk, thread: int) -> None:
    url = str(desk.store.location.path or desk.store.location.url)
    script = """
        import os, sys
        from convo.config import Settings
        from convo.desk.desk import Actor, Desk, open_desk
        from convo.model.words import Role
        desk = open_desk(sys.argv[1], settings=Settings(store=sys.argv[1]), create=False)
        mine = Desk(desk.store, desk.settings, Actor("tester", Role.AGENT))
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(60):
            mine.drafts.keep(int(sys.argv[2]), f"draft {number}")
            mine.drafts.drop(int(sys.argv[2]))
        mine.drafts.keep(int(sys.argv[2]), "the last")
        print("kept", flush=True)
        os.kill(os.getpid(), 9)
        """
    processes = [spawn(script, url, thread) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=120) for process in processes] == [("kept\n", "")] * 2
    assert bodies(desk, thread) == [(False, "the last")]
