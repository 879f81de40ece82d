"""Merging customers and taking them apart again."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.words import Role
from convo.store.location import locate
from convo.store.opening import open_store
from tests.desk.said import START, buy, say

OWNED = ("identity", "thread", "episode", "message", "attachment", "event", "delivery", "consent")


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def homes(desk: Desk) -> dict[tuple[str, int], int]:
    """Whose each row is."""
    with desk.store.read() as connection:
        return {
            (name, row.id): row.customer_id
            for name in OWNED
            for row in connection.execute(
                select(tables.METADATA.tables[name].c.id, tables.METADATA.tables[name].c.customer_id)
            )
        }


def state(desk: Desk) -> dict[str, Any]:
    """Everything that a merge may touch, but its own rows."""
    with desk.store.read() as connection:
        held = {
            name: sorted(tuple(row) for row in connection.execute(select(tables.METADATA.tables[name])))
            for name in ("customer_tag", "customer_attribute", "thread", "episode")
        }
        held["customer"] = sorted(
            (tuple(row) for row in connection.execute(select(tables.customer))), key=lambda row: int(row[0])
        )
    return held | {"homes": homes(desk)}


def check_sums(desk: Desk) -> None:
    """Every thread counts its messages right, holds only its customer's, and holds some."""
    with desk.store.read() as connection:
        for thread in connection.execute(select(tables.thread)):
            rows = connection.execute(select(tables.message).where(tables.message.c.thread_id == thread.id)).all()
            times: dict[str, list[datetime]] = {"inbound": [], "outbound": [], "note": []}
            for row in rows:
                times[row.direction].append(row.sent_at)
            assert rows
            assert {row.customer_id for row in rows} == {thread.customer_id}
            assert thread.message_count == len(rows)
            assert thread.last_message_at == max(row.sent_at for row in rows)
            assert thread.last_inbound_at == max(times["inbound"], default=None)
            assert thread.last_outbound_at == max(times["outbound"], default=None)
        stray = connection.execute(
            select(func.count())
            .select_from(tables.episode)
            .join(tables.thread, tables.thread.c.id == tables.episode.c.thread_id)
            .where(tables.thread.c.customer_id != tables.episode.c.customer_id)
        ).scalar_one()
        assert stray == 0
        for name in ("attachment", "delivery"):
            part = tables.METADATA.tables[name]
            stray = connection.execute(
                select(func.count())
                .select_from(part)
                .join(tables.message, tables.message.c.id == part.c.message_id)
                .where(tables.message.c.customer_id != part.c.customer_id)
            ).scalar_one()
            assert stray == 0


def person(desk: Desk, number: int) -> int:
    """A customer with a mail, an answer, a note, a purchase, a consent, a tag and an attribute."""
    address = f"p{number}@example.org"
    said = say(desk, address, f"hello from {number}", at=minutes(number), subject=f"topic {number}", name=f"P{number}")
    buy(desk, address, at=minutes(number + 0.2))
    assert said.customer_id is not None
    assert said.thread_id is not None
    with clock.fixed(minutes(number + 0.4)):
        desk.threads.reply(said.thread_id, "an answer")
        desk.threads.note(said.thread_id, "a note")
        desk.customers.consent(said.customer_id, "marketing", number % 2 == 0, source="form")
        desk.customers.tag(said.customer_id, add=["all", f"only {number}"])
        desk.customers.set_attributes(said.customer_id, {"plan": f"plan {number}"})
    return said.customer_id


def test_a_merge_moves_everything_to_the_customer_kept(desk: Desk) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    with clock.fixed(minutes(10)):
        view = desk.customers.merge(kept, merged)
    assert set(homes(desk).values()) == {kept}
    assert (view.kept_id, view.merged_id, view.undone_at) == (kept, merged, None)
    assert view.moved == {
        "identity": 1,
        "thread": 1,
        "episode": 1,
        "message": 3,
        "event": 1,
        "delivery": 1,
        "consent": 1,
    }
    shown = desk.customers.show(kept)
    assert {identity.value for identity in shown.identities} == {"p1@example.org", "p2@example.org"}
    assert shown.tags == ("all", "only 1", "only 2")
    assert shown.attributes == {"plan": "plan 1"}
    assert shown.merged == (merged,)
    assert shown.last_seen_at == minutes(2.2)
    assert desk.customers.show(merged).merged_into == kept
    assert [row.id for row in desk.customers.list().items] == [kept]


def test_an_unmerge_puts_everything_back(desk: Desk) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    before = state(desk)
    with clock.fixed(minutes(10)):
        desk.customers.merge(kept, merged)
        assert state(desk) != before
        view = desk.customers.unmerge(merged)
    assert state(desk) == before
    assert view.undone_at == minutes(10)
    assert desk.customers.merges(kept) == desk.customers.merges(merged) == (view,)


def test_empty_fields_are_filled_and_emptied_again_unless_they_changed_since(desk: Desk) -> None:
    kept = desk.customers.add("", identities=[("email", "a@example.org")]).id
    merged = desk.customers.add("Bob", language="de", time_zone="Europe/Berlin").id
    desk.customers.set_attributes(merged, {"size": "M", "plan": "gold"})
    desk.customers.block(merged)
    desk.customers.merge(kept, merged)
    filled = desk.customers.show(kept)
    assert (filled.name, filled.language, filled.time_zone, filled.blocked) == ("Bob", "de", "Europe/Berlin", True)
    assert filled.attributes == {"plan": "gold", "size": "M"}
    desk.customers.edit(kept, language="pt")
    desk.customers.set_attributes(kept, {"plan": "silver"})
    desk.customers.unmerge(merged)
    after = desk.customers.show(kept)
    assert (after.name, after.language, after.time_zone, after.blocked) == ("", "pt", None, False)
    assert after.attributes == {"plan": "silver"}
    back = desk.customers.show(merged)
    assert (back.name, back.language, back.blocked, back.attributes) == (
        "Bob",
        "de",
        True,
        {"plan": "gold", "size": "M"},
    )


def test_what_one_merge_filled_is_given_by_another_that_is_left(desk: Desk) -> None:
    kept = desk.customers.add("", identities=[("email", "a@example.org")]).id
    first, second = desk.customers.add("Bob").id, desk.customers.add("Dan").id
    desk.customers.tag(first, add=["vip"])
    desk.customers.tag(second, add=["vip"])
    desk.customers.merge(kept, first)
    desk.customers.merge(kept, second)
    desk.customers.unmerge(first)
    assert (desk.customers.show(kept).name, desk.customers.show(kept).tags) == ("Dan", ("vip",))
    desk.customers.unmerge(second)
    assert (desk.customers.show(kept).name, desk.customers.show(kept).tags) == ("", ())


def test_messages_and_events_that_came_since_go_where_their_identity_belongs(desk: Desk) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    with clock.fixed(minutes(10)):
        desk.customers.merge(kept, merged)
    theirs = say(desk, "p2@example.org", "new from 2", at=minutes(20), subject="fresh")
    bought = buy(desk, "p2@example.org", at=minutes(21))
    ours = say(desk, "p1@example.org", "new from 1", at=minutes(22), subject="other")
    assert theirs.customer_id == ours.customer_id == kept
    assert theirs.thread_id is not None
    with clock.fixed(minutes(30)):
        answer = desk.threads.reply(theirs.thread_id, "yes")
        note = desk.threads.note(theirs.thread_id, "hm")
        desk.customers.unmerge(merged)
    placed = homes(desk)
    for entity, number in (
        ("message", theirs.message_id),
        ("event", bought.event_id),
        ("thread", theirs.thread_id),
        ("message", answer.id),
        ("message", note.id),
    ):
        assert placed[entity, number or 0] == merged, entity
    assert placed["message", ours.message_id or 0] == kept
    assert desk.customers.show(kept).last_seen_at == minutes(22)
    assert desk.customers.show(merged).last_seen_at == minutes(21)
    check_sums(desk)


@pytest.mark.parametrize("owner", ["kept", "merged"])
def test_a_thread_that_both_wrote_in_is_split_and_stays_whose_it_was(desk: Desk, owner: str) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    with clock.fixed(minutes(10)):
        desk.customers.merge(kept, merged)
    own, guest, subject = ("p1", "p2", "topic 1") if owner == "kept" else ("p2", "p1", "topic 2")
    said = say(desk, f"{guest}@example.org", "me too", at=minutes(20), subject=f"Re: {subject}")
    assert said.thread_id is not None
    with clock.fixed(minutes(21)):
        answer = desk.threads.reply(said.thread_id, "to both")
    more = say(desk, f"{own}@example.org", "thanks", at=minutes(22), subject=f"Re: {subject}")
    assert more.thread_id == said.thread_id
    with clock.fixed(minutes(23)):
        desk.threads.tag(said.thread_id, add=["mixed"])
        desk.customers.unmerge(merged)
    check_sums(desk)
    original = desk.threads.show(said.thread_id)
    assert original.row.customer_id == (kept if owner == "kept" else merged)
    bodies = [message.body for message in original.messages]
    assert bodies == [f"hello from {own[1]}", "an answer", "a note", "thanks"]
    with desk.store.read() as connection:
        moved = connection.execute(
            select(tables.message.c.thread_id).where(tables.message.c.id == said.message_id)
        ).scalar_one()
    sibling = desk.threads.show(moved)
    assert sibling.row.customer_id == (merged if owner == "kept" else kept)
    assert [message.body for message in sibling.messages] == ["me too", "to both"]
    assert [message.id for message in sibling.messages][1] == answer.id
    assert (sibling.row.subject, sibling.row.status, sibling.tags) == (original.row.subject, "open", ("mixed",))
    assert sibling.row.waiting_since is None
    assert original.row.waiting_since == minutes(22)


def test_what_came_by_a_shared_handle_stays_with_the_customer_kept(desk: Desk) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    desk.customers.merge(kept, merged)
    desk.customers.share_identity("email", "p2@example.org", True)
    since = say(desk, "p2@example.org", "who am I", at=minutes(60), subject="family")
    desk.customers.unmerge(merged)
    assert homes(desk)["message", since.message_id or 0] == kept
    assert [identity.value for identity in desk.customers.show(merged).identities] == ["p2@example.org"]


def test_a_name_given_back_through_a_chain_is_no_longer_taken_for_a_gift(desk: Desk) -> None:
    bottom, middle, top = (
        desk.customers.add(name, identities=[("external", place)]).id
        for name, place in (("Bob", "x"), ("", "y"), ("", "z"))
    )
    desk.customers.merge(middle, bottom)
    desk.customers.merge(top, middle)
    assert desk.customers.show(top).name == "Bob"
    desk.customers.unmerge(bottom)
    assert desk.customers.show(top).name == ""
    desk.customers.edit(top, name="Bob")
    desk.customers.unmerge(middle)
    assert [desk.customers.show(number).name for number in (bottom, middle, top)] == ["Bob", "", "Bob"]


def test_a_note_from_before_the_merge_stays_though_a_late_mail_stands_before_it(desk: Desk) -> None:
    kept = say(desk, "p1@example.org", "hello", at=minutes(1), subject="topic")
    merged = say(desk, "p2@example.org", "other", at=minutes(1.1), subject="other")
    assert kept.thread_id is not None
    assert kept.customer_id is not None
    assert merged.customer_id is not None
    with clock.fixed(minutes(5)):
        note = desk.threads.note(kept.thread_id, "remember")
    with clock.fixed(minutes(10)):
        desk.customers.merge(kept.customer_id, merged.customer_id)
    late = say(desk, "p2@example.org", "late", at=minutes(2), received=minutes(20), subject="Re: topic")
    assert late.thread_id == kept.thread_id
    with clock.fixed(minutes(30)):
        desk.customers.unmerge(merged.customer_id)
    assert homes(desk)["message", note.id] == kept.customer_id
    assert homes(desk)["message", late.message_id or 0] == merged.customer_id
    check_sums(desk)


@pytest.mark.parametrize("first", [1, 2])
def test_when_a_customer_was_last_heard_of_survives_two_merges(desk: Desk, first: int) -> None:
    people = [person(desk, number) for number in (1, 2, 3)]
    times = [desk.customers.show(customer).last_seen_at for customer in people]
    desk.customers.merge(people[0], people[2])
    desk.customers.merge(people[0], people[1])
    assert desk.customers.show(people[0]).last_seen_at == times[2]
    desk.customers.unmerge(people[first])
    desk.customers.unmerge(people[3 - first])
    assert [desk.customers.show(customer).last_seen_at for customer in people] == times


def test_a_chain_can_be_taken_apart_from_its_middle(desk: Desk) -> None:
    a, b, c = (person(desk, number) for number in (1, 2, 3))
    before = state(desk)
    desk.customers.merge(a, b)
    desk.customers.merge(c, a)
    assert set(homes(desk).values()) == {c}
    assert desk.customers.show(c).merged == (a, b)
    desk.customers.unmerge(b)
    desk.customers.merge(c, b)
    desk.customers.unmerge(a)
    assert homes(desk)["message", 4] == c
    desk.customers.unmerge(b)
    assert state(desk) == before


def test_refusals(desk: Desk) -> None:
    a, b, c = (person(desk, number) for number in (1, 2, 3))
    with pytest.raises(BadInput, match="into itself"):
        desk.customers.merge(a, a)
    with pytest.raises(NotFound, match="no customer 99"):
        desk.customers.merge(a, 99)
    desk.customers.merge(a, b)
    with pytest.raises(Conflict, match=f"{b} is merged into {a} already"):
        desk.customers.merge(c, b)
    with pytest.raises(Conflict, match="already"):
        desk.customers.merge(b, c)
    with pytest.raises(Conflict, match="into nobody"):
        desk.customers.unmerge(a)
    with pytest.raises(NotFound):
        desk.customers.unmerge(99)
    with pytest.raises(Conflict, match=f"is merged into {a}"):
        desk.customers.edit(b, name="x")


def test_a_rehearsal_changes_nothing_and_says_the_same(desk: Desk) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    audited = len(desk.audit.list(limit=1000).items)
    before = state(desk)
    shown = desk.customers.merge(kept, merged, dry_run=True)
    assert state(desk) == before
    assert desk.customers.merges(kept) == ()
    assert len(desk.audit.list(limit=1000).items) == audited
    assert desk.customers.merge(kept, merged).moved == shown.moved
    merged_state = state(desk)
    back = desk.customers.unmerge(merged, dry_run=True)
    assert state(desk) == merged_state
    assert desk.customers.unmerge(merged).moved == back.moved
    assert state(desk) == before


def test_every_step_is_audited(desk: Desk) -> None:
    kept, merged = person(desk, 1), person(desk, 2)
    desk.customers.merge(kept, merged)
    desk.customers.unmerge(merged)
    rows = desk.audit.list(entity="customer", limit=1000).items
    unmerged = next(row for row in rows if row.operation == "customers.unmerge")
    did = next(row for row in rows if row.operation == "customers.merge")
    assert (unmerged.entity_id, unmerged.before) == (merged, {"merged_into": kept})
    assert did.entity_id == kept
    assert did.after is not None
    assert did.after["merged"] == merged
    assert did.actor == "tester"


def test_ten_thousand_messages_merge_at_once(sqlite_store: Any) -> None:
    desk = Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))
    kept, merged = person(desk, 1), person(desk, 2)
    with desk.store.write() as connection:
        row = connection.execute(select(tables.message).where(tables.message.c.customer_id == merged)).first()
        assert row is not None
        copies = [
            dict(row._mapping) | {"id": 100 + number, "sort_key": row.sort_key + 1000 + number}
            for number in range(10_000)
        ]
        connection.execute(insert(tables.message), copies)
        connection.execute(
            update(tables.thread).where(tables.thread.c.id == row.thread_id).values(message_count=10_003)
        )
    before = state(desk)
    started = perf_counter()
    view = desk.customers.merge(kept, merged)
    desk.customers.unmerge(merged)
    assert perf_counter() - started < 5
    assert view.moved["message"] == 10_003
    assert state(desk) == before


PEOPLE = 4
steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("unmerge"), st.integers(0, PEOPLE - 1), st.just(0)),
        st.tuples(st.just("say"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("reply"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("note"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("buy"), st.integers(0, PEOPLE - 1), st.just(0)),
    ),
    max_size=20,
)


@pytest.fixture(scope="module")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with a few people in it."""
    path = tmp_path_factory.mktemp("people") / "people.convo"
    with Desk(open_store(locate(path)), Settings(), Actor("tester", Role.ADMIN)) as desk:
        for number in range(1, PEOPLE + 1):
            person(desk, number)
    with open_store(locate(path)).maintain() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="module")
def copies(populated: Path) -> Iterator[Any]:
    with TemporaryDirectory() as folder:
        numbers = iter(range(10**9))

        def copy() -> Desk:
            path = Path(folder) / f"{next(numbers)}.convo"
            shutil.copy(populated, path)
            return Desk(open_store(locate(path), create=False), Settings(), Actor("tester", Role.ADMIN))

        yield copy


@settings(max_examples=60)
@given(steps=steps, order=st.randoms(use_true_random=False))
def test_undoing_all_merges_in_any_order_puts_every_row_where_it_belongs(
    copies: Any, steps: list[tuple[str, int, int]], order: Any
) -> None:
    with copies() as desk:
        before = state(desk)
        ids = sorted({row[0] for row in before["customer"]})
        active: set[int] = set()
        came: dict[tuple[str, int], int] = {}
        heard = {row[0]: row[7] for row in before["customer"]}
        for at, (step, one, other) in enumerate(steps, start=100):
            with clock.fixed(minutes(at)):
                if step == "merge" and one != other and not {ids[one], ids[other]} & active:
                    desk.customers.merge(ids[one], ids[other])
                    active.add(ids[other])
                elif step == "unmerge" and ids[one] in active:
                    desk.customers.unmerge(ids[one])
                    active.discard(ids[one])
                elif step == "say":
                    said = say(desk, f"p{one + 1}@example.org", "more", at=minutes(at), subject=f"topic {other + 1}")
                    came["message", said.message_id or 0] = ids[one]
                    heard[ids[one]] = minutes(at)
                elif step == "buy":
                    bought = buy(desk, f"p{one + 1}@example.org", at=minutes(at))
                    came["event", bought.event_id or 0] = ids[one]
                    heard[ids[one]] = minutes(at)
                elif step in ("reply", "note"):
                    threads = desk.threads.list(limit=100).items
                    row = sorted(threads, key=lambda row: row.id)[one % len(threads)]
                    (desk.threads.reply if step == "reply" else desk.threads.note)(row.id, "said")
                check_sums(desk)
        undone = sorted(active)
        order.shuffle(undone)
        for number, customer in enumerate(undone):
            with clock.fixed(minutes(1000 + number)):
                desk.customers.unmerge(customer)
            check_sums(desk)
        after = state(desk)
        for row, home in (before["homes"] | came).items():
            assert after["homes"][row] == home, row
        for name in ("customer_tag", "customer_attribute"):
            assert after[name] == before[name]
        if not any(step in ("say", "buy", "reply", "note") for step, _, _ in steps):
            assert after == before
        assert {row[0]: row[7] for row in after["customer"]} == heard
