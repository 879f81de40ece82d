"""Intake stores each thing once, quarantines what it cannot store, and its ledger accounts for everything."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from convo.intake import receive as receiving
from convo.intake.line import Line
from convo.model import tables
from convo.model.envelope import EventEnvelope, Handle, Part, Skipped, Unreadable
from convo.model.words import AttachmentRole, Authentication, Direction, EventKind, LedgerOutcome
from convo.store import search_index
from convo.store.store import Store
from tests.intake.saying import START, chat, mail, rows, take


def test_a_message_makes_its_customer_thread_episode_and_ledger_row(store: Store) -> None:
    (received,) = take(store, mail("Ana@Example.org", 0, "the wheel wobbles", subject="Wheel", name="Ana"))
    assert received.outcome == LedgerOutcome.STORED
    assert rows(store, "customer", "name") == [("Ana",)]
    assert rows(store, "identity", "kind", "value") == [("email", "ana@example.org")]
    assert rows(store, "thread", "subject", "status", "unread", "message_count") == [("Wheel", "open", True, 1)]
    assert rows(store, "episode", "opened_at", "first_response_at") == [(START, None)]
    assert rows(store, "message", "body", "author", "direction") == [("the wheel wobbles", "Ana", "inbound")]
    assert rows(store, "ledger", "outcome", "key", "message_id") == [
        ("stored", "Ana@Example.org-0@example", received.message_id)
    ]


def test_the_same_message_twice_is_stored_once_and_both_are_accounted_for(store: Store) -> None:
    first, second = take(store, mail("ana@example.org", 0), mail("ana@example.org", 0))
    (third,) = take(store, mail("ana@example.org", 0))
    assert [first.outcome, second.outcome, third.outcome] == ["stored", "skipped", "skipped"]
    assert third.reason == "already stored"
    assert len(rows(store, "message")) == 1
    assert len(rows(store, "ledger")) == 3


def test_an_id_that_a_careless_program_uses_again_loses_no_message(store: Store) -> None:
    scan = mail("scanner@example.org", 0, "page one", external_id="same@scanner")
    take(store, scan, replace(scan, sent_at=mail("x", 60).sent_at, text="page two"))
    take(store, replace(scan, sent_at=mail("x", 60).sent_at, text="page two"))
    assert rows(store, "message", "body") == [("page one",), ("page two",)]


def test_equal_messages_without_an_id_are_told_apart_by_their_count_and_known_again(store: Store) -> None:
    twice = [chat("7", 0, "ok"), chat("7", 0, "ok")]
    assert [r.outcome for r in take(store, *twice, channel="telegram")] == ["stored", "stored"]
    assert [r.outcome for r in take(store, *twice, channel="telegram")] == ["skipped", "skipped"]


def test_what_cannot_be_stored_is_quarantined_with_its_reason_and_stops_nothing(store: Store) -> None:
    outcomes = take(
        store,
        mail("ana@example.org", 0),
        replace(mail("ana@example.org", 1), customer=(Handle("pigeon", "7"),)),
        replace(mail("ana@example.org", 2), sent_at=START.replace(year=9999)),
        Unreadable("line 9 has no date", b"\x00raw", "log", "line 9"),
        Skipped("a system line"),
        mail("ana@example.org", 3),
    )
    assert [r.outcome for r in outcomes] == ["stored", *["quarantined"] * 3, "skipped", "stored"]
    assert [r.reason for r in outcomes[1:5]] == [
        "'pigeon' is no kind of identity",
        "its time is in the year 9999",
        "line 9 has no date",
        "a system line",
    ]
    assert (b"\x00raw",) in rows(store, "ledger", "raw")


def test_a_row_that_the_database_refuses_is_quarantined_alone(store: Store, monkeypatch) -> None:
    real = receiving.write_messages

    def refuses_one(store: Store, connection: Connection, run_id: int | None, lines: list[Line], now: int) -> None:
        if any(line.prepared.body == "poison" for line in lines):
            raise ValueError("this row is poison")
        real(store, connection, run_id, lines, now)

    monkeypatch.setattr(receiving, "write_messages", refuses_one)
    items = [mail("ana@example.org", n, "poison" if n == 5 else "fine") for n in range(9)]
    outcomes = take(store, *items)
    assert [r.outcome for r in outcomes].count("stored") == 8
    assert outcomes[5].reason == "the store does not take it: this row is poison"
    assert [row[0] for row in rows(store, "ledger", "ordinal")] == list(range(9))


def test_nuls_and_lone_surrogates_are_stored_as_replacement_characters(store: Store) -> None:
    (received,) = take(store, mail("ana@example.org", 0, "a\x00b\ud800c", subject="s\x00", name="A\udfff"))
    assert received.outcome == "stored"
    assert rows(store, "message", "body", "subject") == [("a\ufffdb\ufffdc", "s\ufffd")]


def test_an_event_is_stored_with_its_amount(store: Store) -> None:
    bought = EventEnvelope(
        EventKind.PURCHASE, (Handle("email", "ana@example.org"),), START, "a wheel", 189_000, "EUR", external_id="1041"
    )
    assert [r.outcome for r in take(store, bought, bought, channel="shop")] == ["stored", "skipped"]
    assert rows(store, "event", "kind", "title", "amount_milli", "currency") == [
        ("purchase", "a wheel", 189_000, "EUR")
    ]


def test_an_attachment_is_kept_by_its_content(store: Store) -> None:
    photo = Part("photo.jpg", "image/jpeg", b"bytes", AttachmentRole.FILE)
    lost = Part("lost.jpg", "image/jpeg", None)
    take(store, mail("ana@example.org", 0, parts=(photo, lost)))
    (kept, named) = rows(store, "attachment", "id", "name", "size", "sha256")
    assert store.blobs.get(kept[3]) == b"bytes"
    assert named[1:] == ("lost.jpg", None, None)


def test_quoted_text_is_folded_away_and_the_original_kept(store: Store) -> None:
    text = "Yes please.\n\nOn Mon, 2 Nov 2026 at 09:12, Kim wrote:\n> Shall I?\n"
    take(store, mail("ana@example.org", 0, text))
    ((body, original),) = rows(store, "message", "body", "original")
    assert body.strip() == "Yes please."
    assert original == text


_letters = st.sampled_from(["ana@example.org", "BEN@example.org", "info@example.org", "cy@example.org"])
_items = st.lists(
    st.tuples(_letters, st.integers(0, 30_000), st.sampled_from(["in", "out"]), st.integers(0, 40), st.integers(0, 3)),
    max_size=25,
)


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=_items, size=st.integers(1, 7))
def test_batches_of_any_size_leave_the_same_store(sqlite_store: Store, said, size) -> None:
    envelopes = [
        mail(
            who,
            minute,
            f"text {n}",
            subject=f"topic {answers % 3}" if answers % 2 else "",
            direction=Direction.INBOUND if way == "in" else Direction.OUTBOUND,
            references=(f"id-{answers}",) if answers < n else (),
            external_id=f"id-{n}" if kind % 2 else None,
            authentication=Authentication.FAIL if kind == 3 else Authentication.NONE,
        )
        for n, (who, minute, way, answers, kind) in enumerate(sorted(said, key=lambda s: s[1]))
    ]
    states = []
    for batch in (1, size, 1000):
        _empty(sqlite_store)
        take(sqlite_store, *envelopes, size=batch)
        states.append(
            [
                rows(sqlite_store, "message", "id", "thread_id", "customer_id", "identity_id", "body", "sent_at"),
                rows(
                    sqlite_store, "thread", "id", "customer_id", "subject", "status", "message_count", "waiting_since"
                ),
                rows(sqlite_store, "customer", "id", "name", "last_seen_at"),
                sorted(rows(sqlite_store, "episode", "thread_id", "opened_at", "first_response_at"), key=str),
                rows(sqlite_store, "ledger", "id", "ordinal", "key", "outcome", "message_id"),
            ]
        )
    assert states[0] == states[1] == states[2]


def _empty(store: Store) -> None:
    with store.write() as connection:
        for table in reversed(tables.ORDER):
            connection.execute(table.delete())
        search_index.clear(connection)


def test_a_customer_is_known_since_the_first_that_was_ever_heard_of_them(store: Store) -> None:
    take(store, mail("ana@example.org", 60))
    take(store, mail("ana@example.org", 0))
    take(store, mail("ana@example.org", 90))
    assert rows(store, "customer", "created_at", "last_seen_at") == [(START, START + timedelta(minutes=90))]
