"""What operators were doing goes where their threads go: merged, taken apart, erased, imported and taken back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.store.store import Store
from tests.desk.said import START, say
from tests.intake.saying import rows


def known(desk: Desk, address: str, minute: int, name: str = "", text: str = "hello") -> tuple[int, int]:
    """A customer's new thread: whose, and which."""
    at = START + timedelta(minutes=minute)
    said = say(desk, address, text, at=at, name=name, subject=f"{text} {minute}")
    assert said.customer_id is not None
    assert said.thread_id is not None
    return said.customer_id, said.thread_id


def step(desk: Desk, title: str, *about: tuple[int, int | None, int | None]) -> int:
    """A step that did something to these: (customer, thread, message)."""
    with desk.store.write() as connection:
        made = insert(tables.undo_step).returning(tables.undo_step.c.id)
        number = int(connection.execute(made, {"actor": "tester", "title": title, "at": clock.now()}).scalar_one())
        for customer, thread, message in about:
            connection.execute(
                insert(tables.undo_row),
                {"undo_step_id": number, "customer_id": customer, "thread_id": thread, "message_id": message},
            )
    return number


def at_work(desk: Desk, customer: int, thread: int, title: str = "close") -> int:
    """Somebody looks, writes and can take back something there; the step."""
    desk.drafts.keep(thread, f"an answer in {thread}")
    desk.presence.touch(f"screen {thread}", thread)
    return step(desk, title, (customer, thread, None))


def owners(desk: Desk, table: str) -> dict[int | None, int]:
    """Whose each thread's rows are; a step about no thread, such as the merge's own, is left out."""
    held = rows(desk.store, table, "id", "thread_id", "customer_id")
    return {thread: customer for _, thread, customer in held if thread is not None}


@pytest.mark.parametrize("since", [False, True], ids=["before the merge", "since the merge"])
def test_a_merge_takes_them_along_and_back(desk: Desk, since: bool) -> None:
    kept, hers = known(desk, "a@example.org", 1)
    merged, his = known(desk, "b@example.org", 2)
    if not since:
        at_work(desk, kept, hers)
        at_work(desk, merged, his)
    desk.customers.merge(kept, merged)
    if since:
        at_work(desk, kept, hers)
        at_work(desk, kept, his)
    for table in ("draft", "undo_row"):
        assert owners(desk, table) == {hers: kept, his: kept}
    desk.customers.unmerge(merged)
    for table in ("draft", "undo_row"):
        assert owners(desk, table) == {hers: kept, his: merged}
    assert [view.thread_id for view in desk.drafts.mine()] == [his, hers]


def test_a_draft_that_takes_the_number_of_one_that_was_sent_is_not_taken_for_it(desk: Desk) -> None:
    kept, hers = known(desk, "a@example.org", 1)
    merged, his = known(desk, "b@example.org", 2)
    desk.drafts.keep(his, "soon sent")
    desk.customers.merge(kept, merged)
    desk.threads.reply(his, "soon sent")
    desk.drafts.keep(hers, "another")
    desk.customers.unmerge(merged)
    assert owners(desk, "draft") == {hers: kept}


def test_what_was_done_to_a_customer_stays_theirs(desk: Desk) -> None:
    kept, _ = known(desk, "a@example.org", 1)
    merged, _ = known(desk, "b@example.org", 2)
    blocked = step(desk, "block", (merged, None, None))
    desk.customers.merge(kept, merged)
    desk.customers.unmerge(merged)
    assert (blocked, merged) in rows(desk.store, "undo_row", "undo_step_id", "customer_id")


def test_a_step_goes_with_its_message_when_a_thread_is_parted(desk: Desk) -> None:
    kept, thread = known(desk, "a@example.org", 1)
    merged, _ = known(desk, "b@example.org", 2)
    desk.customers.merge(kept, merged)
    at = START + timedelta(minutes=5)
    assert say(desk, "b@example.org", "me too", at=at, subject="Re: hello 1").thread_id == thread
    with clock.fixed(at + timedelta(minutes=1)):
        answer = desk.threads.reply(thread, "an answer to b")
    desk.drafts.keep(thread, "more")
    desk.customers.unmerge(merged)
    steps = rows(desk.store, "undo_row", "message_id", "thread_id", "customer_id")
    ((parted, customer),) = [row[1:] for row in steps if row[0] == answer.id]
    assert parted != thread
    assert customer == merged == desk.threads.show(parted).row.customer_id
    assert owners(desk, "draft") == {thread: kept}


def test_an_erasure_takes_them_and_leaves_what_was_done_to_others(desk: Desk) -> None:
    ann, hers = known(desk, "ann@example.org", 1, "Ann Examplarius")
    other, his = known(desk, "other@example.org", 2, "Somebody Else")
    at_work(desk, ann, hers, "reply to Ann Examplarius")
    at_work(desk, other, his, "close")
    step(desk, "block Ann Examplarius", (ann, None, None))
    both = step(desk, "tag Ann Examplarius and another", (ann, hers, None), (other, his, None))
    desk.customers.erase(ann)
    assert rows(desk.store, "draft", "thread_id") == [(his,)]
    assert rows(desk.store, "presence", "thread_id") == [(his,)]
    assert rows(desk.store, "undo_row", "customer_id", "thread_id") == [(other, his), (other, his)]
    titles = dict(rows(desk.store, "undo_step", "id", "title"))
    assert sorted(titles.values()) == ["close", "erased"]
    assert titles[both] == "erased"


def test_an_erased_draft_is_in_no_file_any_more(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))
    customer, thread = known(desk, "ann@example.org", 1, "Ann Examplarius")
    desk.drafts.keep(thread, "bandersnatch remembers everything")
    path = sqlite_store.location.path
    assert path is not None
    copied = path.with_name(f"{path.name}.copied")
    copied.write_text("bandersnatch remembers everything")
    view = desk.customers.erase(customer)
    assert (view.proven, view.left_in) == (False, (str(copied),))
    copied.unlink()
    assert not any(b"bandersnatch" in held.read_bytes() for held in path.parent.iterdir() if held.is_file())


def test_an_import_taken_back_takes_them(desk: Desk) -> None:
    line = {"from": "zed@example.org", "date": START.isoformat(), "text": "hello", "id": "one"}
    run = desk.imports.run_lines([json.dumps(line).encode()], as_new=True).run_id
    assert run is not None
    ((customer, thread, message),) = rows(desk.store, "message", "customer_id", "thread_id", "id")
    other, his = known(desk, "other@example.org", 2)
    at_work(desk, customer, thread)
    at_work(desk, other, his)
    step(desk, "reply", (customer, thread, message))
    step(desk, "block", (customer, None, None))
    desk.imports.undo(run)
    for table in ("draft", "presence", "undo_row"):
        assert rows(desk.store, table, "thread_id") == [(his,)], table
    assert len(rows(desk.store, "undo_step")) == 1
    assert rows(desk.store, "customer", "id") == [(other,)]


def test_an_export_of_a_person_tells_what_is_being_written_to_them(desk: Desk, tmp_path: Path) -> None:
    customer, thread = known(desk, "ann@example.org", 1)
    desk.drafts.keep(thread, "Dear Ann")
    path = desk.customers.export(customer, tmp_path / "ann")
    assert [draft["body"] for draft in json.loads(path.read_text("utf-8"))["drafts"]] == ["Dear Ann"]
