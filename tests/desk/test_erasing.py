"""Erasing a person, proved by searching the raw files."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.errors import Conflict, NotFound
from convo.intake.policy import IntakePolicy
from convo.intake.receive import Destination, receive
from convo.model import tables
from convo.model.envelope import Envelope, Handle, Part, Unreadable
from convo.model.words import Direction, LedgerOutcome, Role
from convo.store.erase import contains
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.desk.said import START, buy, say

WORDS = {
    "name": "Zebedee Quillfeather",
    "address": "zebedee.quillfeather@example.org",
    "subject": "perpendicular kettledrum",
    "body": "the xylophone sandwiches are marvellous",
    "attachment": "incomprehensible pomegranate manuscript",
    "file name": "zucchini-ledger.txt",
    "note": "bandersnatch remembers everything",
    "attribute": "wobbly turquoise bicycle",
}
EVERYTHING = (
    "message",
    "thread",
    "episode",
    "event",
    "identity",
    "attachment",
    "delivery",
    "consent",
    "merge_move",
    "merge",
    "customer_tag",
    "customer_attribute",
    "thread_tag",
    "customer",
)


@pytest.fixture
def sqlite_desk(sqlite_store: Store) -> Desk:
    """A desk on an empty store in a file."""
    return Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))


@pytest.fixture
def postgresql_desk(postgresql_store: Store) -> Desk:
    """A desk on an empty store on a server."""
    return Desk(postgresql_store, Settings(), Actor("tester", Role.ADMIN))


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def live_through(desk: Desk) -> int:
    """A person of whom every table knows something."""
    part = Part(WORDS["file name"], "text/plain", (WORDS["attachment"] + "\n").encode() * 300)
    said = say(
        desk,
        WORDS["address"],
        WORDS["body"] + ".\n" + "more of it\n" * 2000,
        at=minutes(1),
        name=WORDS["name"],
        subject=WORDS["subject"],
        parts=(part,),
        external_id="kettledrum-1@laptop.example",
    )
    say(desk, "other@example.org", "good day", at=minutes(2), name="Somebody Else", parts=(Part("b", "x/y", b"bb"),))
    buy(desk, WORDS["address"], at=minutes(3))
    assert said.customer_id is not None
    assert said.thread_id is not None
    with clock.fixed(minutes(4)):
        desk.threads.reply(said.thread_id, f"Dear {WORDS['name']}, thank you")
        desk.threads.note(said.thread_id, WORDS["note"])
        desk.threads.tag(said.thread_id, add=["curious"])
        desk.customers.tag(said.customer_id, add=["vip"])
        desk.customers.set_attributes(said.customer_id, {"likes": WORDS["attribute"]})
        desk.customers.consent(said.customer_id, "marketing", True, source="form")
        second = desk.customers.add(WORDS["name"], identities=[("phone", "+34600111222")]).id
        desk.customers.merge(said.customer_id, second)
        desk.customers.edit(said.customer_id, language="en")
    return said.customer_id


def rows(desk: Desk) -> dict[str, int]:
    with desk.store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(tables.METADATA.tables[name])).scalar_one()
            for name in EVERYTHING
        }


def test_an_erased_person_is_in_no_table_and_everybody_else_still_is(desk: Desk) -> None:
    say(desk, "other@example.org", "good day", at=minutes(2), name="Somebody Else", parts=(Part("b", "x/y", b"bb"),))
    before = rows(desk)
    customer = live_through(desk)
    assert all(rows(desk)[name] > number for name, number in before.items())
    view = desk.customers.erase(customer)
    assert (view.id, view.messages, view.events, view.attachments) == (customer, 3, 1, 1)
    assert rows(desk) == before
    assert desk.customers.list().items[0].name == "Somebody Else"
    with pytest.raises(NotFound):
        desk.customers.show(customer)


@pytest.mark.parametrize("what", WORDS)
def test_no_file_of_the_store_holds_the_words_any_more(sqlite_desk: Desk, what: str) -> None:
    customer = live_through(sqlite_desk)
    needle = WORDS[what].encode()
    folded = WORDS[what].casefold().encode()
    assert contains(sqlite_desk.store, needle)
    view = sqlite_desk.customers.erase(customer)
    assert view.proven
    assert view.left_in == ()
    assert not contains(sqlite_desk.store, needle)
    assert not contains(sqlite_desk.store, folded)
    for word in WORDS[what].replace("@", " ").replace(".", " ").split():
        if len(word) > 7:
            assert not contains(sqlite_desk.store, word.casefold().encode()), word


def test_a_backup_beside_the_store_spoils_the_proof_and_is_named(sqlite_desk: Desk) -> None:
    customer = live_through(sqlite_desk)
    path = sqlite_desk.store.location.path
    assert path is not None
    backup = path.with_name(path.name + ".before.bak")
    with sqlite_desk.store.maintain() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    backup.write_bytes(path.read_bytes())
    view = sqlite_desk.customers.erase(customer)
    assert not view.proven
    assert view.left_in == (str(backup),)


def test_what_somebody_else_quotes_does_not_spoil_the_proof(sqlite_desk: Desk) -> None:
    customer = live_through(sqlite_desk)
    quote = f"I agree: {WORDS['body']}"
    say(sqlite_desk, "other@example.org", quote, at=minutes(20))
    assert sqlite_desk.customers.erase(customer).proven
    assert sqlite_desk.search.messages("xylophone").items[0].customer == "Somebody Else"


def test_a_file_that_somebody_else_was_sent_too_stays(desk: Desk) -> None:
    part = Part("price list.txt", "text/plain", b"all the prices of everything" * 20)
    first = say(desk, "a@example.org", "hello there", at=minutes(1), parts=(part,))
    second = say(desk, "b@example.org", "good evening", at=minutes(2), parts=(part,))
    assert first.customer_id is not None
    assert second.thread_id is not None
    view = desk.customers.erase(first.customer_id)
    assert view.proven is desk.store.is_sqlite
    sha256 = desk.threads.show(second.thread_id).messages[0].attachments[0].sha256
    assert sha256 is not None
    assert desk.store.blobs.get(sha256) == part.data


def test_an_erased_message_does_not_come_back_by_reading_its_file_again(desk: Desk) -> None:
    customer = live_through(desk)
    desk.customers.erase(customer)
    with desk.store.read() as connection:
        channel = connection.execute(select(tables.channel.c.id).where(tables.channel.c.name == "email")).scalar_one()
        kept = connection.execute(select(tables.ledger).where(tables.ledger.c.key.like("erased:%"))).all()
    assert len(kept) == 2
    assert {row.outcome for row in kept} == {"stored"}
    assert all(
        (row.raw, row.reason, row.place, row.message_id, row.event_id) == (None, "", "", None, None) for row in kept
    )
    again = Envelope(
        Direction.INBOUND,
        (Handle("email", WORDS["address"], WORDS["name"]),),
        minutes(1),
        WORDS["body"],
        external_id="kettledrum-1@laptop.example",
    )
    got = receive(desk.store, again, Destination(channel, "email"), IntakePolicy())
    assert got.outcome == LedgerOutcome.SKIPPED
    assert WORDS["name"] not in [row.name for row in desk.customers.list().items]


def test_the_audit_log_keeps_what_was_done_and_not_with_which_values(desk: Desk) -> None:
    customer = live_through(desk)
    desk.customers.add_identity(customer, "email", "quill@example.org")
    desk.customers.erase(customer)
    found = desk.audit.list(limit=1000).items
    assert {"customers.add", "customers.merge", "customers.erase", "threads.note"} <= {row.operation for row in found}
    for row in found:
        if row.operation != "customers.erase":
            assert (row.before, row.after) == (None, None), row


def test_what_could_not_be_stored_and_names_the_person_loses_its_bytes(desk: Desk) -> None:
    customer = live_through(desk)
    with desk.store.read() as connection:
        channel = connection.execute(select(tables.channel.c.id).where(tables.channel.c.name == "email")).scalar_one()
    for raw in (f"From: {WORDS['address'].upper()}\nbroken", "From: somebody@else.example\nbroken"):
        receive(desk.store, Unreadable("no date", raw.encode()), Destination(channel, "email"), IntakePolicy())
    desk.customers.erase(customer)
    with desk.store.read() as connection:
        ledger = tables.ledger
        held = (
            connection.execute(select(ledger.c.raw).where(ledger.c.outcome == "quarantined").order_by(ledger.c.id))
            .scalars()
            .all()
        )
    assert [raw and bytes(raw) for raw in held] == [None, b"From: somebody@else.example\nbroken"]


def test_a_file_named_after_the_person_is_no_longer_named_in_its_run(desk: Desk) -> None:
    customer = live_through(desk)
    with desk.store.write() as connection:
        channel = connection.execute(select(tables.channel.c.id).where(tables.channel.c.name == "email")).scalar_one()
        for path in ("Chat with Zebedee Quillfeather.txt", "other.txt"):
            connection.execute(
                insert(tables.import_run),
                {
                    "path": path,
                    "fingerprint": path[:1],
                    "format": "x",
                    "options": {},
                    "channel_id": channel,
                    "started_at": minutes(1),
                },
            )
    desk.customers.erase(customer)
    with desk.store.read() as connection:
        run = tables.import_run
        assert connection.execute(select(run.c.path).order_by(run.c.id)).scalars().all() == ["erased", "other.txt"]


def test_only_the_customer_kept_can_be_erased(desk: Desk) -> None:
    customer = live_through(desk)
    merged = desk.customers.show(customer).merged[0]
    with pytest.raises(Conflict, match=f"is merged into {customer}"):
        desk.customers.erase(merged)
    with pytest.raises(NotFound):
        desk.customers.erase(99)


def test_a_server_store_is_erased_but_proves_nothing(postgresql_desk: Desk) -> None:
    customer = live_through(postgresql_desk)
    assert not postgresql_desk.customers.erase(customer).proven


def test_an_erased_store_opens_and_checks(sqlite_desk: Desk, tmp_path: Path) -> None:
    customer = live_through(sqlite_desk)
    sqlite_desk.customers.erase(customer)
    path = sqlite_desk.store.location.path
    assert path is not None
    with open_store(locate(path)).read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        connection.exec_driver_sql("INSERT INTO message_fts(message_fts) VALUES ('integrity-check')")
