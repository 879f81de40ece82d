"""Whatever a channel or an importer hands over, taking it in raises nothing and the ledger accounts for all of it."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from convo.intake.bounds import bounded, key
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys, prepare
from convo.intake.receive import Destination, receive_many
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.words import AttachmentRole, Authentication, Direction, EventKind, IdentityKind
from convo.store.store import Store
from tests.intake.hostile import EVIL
from tests.intake.saying import START, mail, rows, take

_texts = st.one_of(
    st.sampled_from(["", " ", "a", "A", "\x00", "\ud800", "\udcff", EVIL, "[/]", "erased:a", "content:a", "İ", "ß"]),
    st.just("x" * 70_000),
    st.text(max_size=20),
    st.text(alphabet=st.characters(), max_size=12),
    st.integers(1, 2_500).map(lambda count: "\U0001f980" * count),
)  # fmt: skip
_maybe = st.none() | _texts
_kinds = st.sampled_from([kind.value for kind in IdentityKind]) | _texts
_values = _texts | st.sampled_from(["a@example.org", "B@EXAMPLE.ORG", "+34600111222", "@ana:example.org", "7"])
_handles = st.lists(st.builds(Handle, _kinds, _values, _texts), max_size=4).map(tuple)
_zones = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=14)), None])
_times = st.one_of(
    st.datetimes(timezones=_zones),
    st.integers(0, 90).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.sampled_from([datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=timezone(-timedelta(hours=23)))]),
)  # fmt: skip
_tables = st.dictionaries(_texts, _texts, max_size=3)
_numbers = st.none() | st.integers() | st.sampled_from([0, -1, 2**62, 2**63, -(2**63), 10**40])
_parts = st.builds(Part, _texts, _texts, st.none() | st.binary(max_size=9), st.sampled_from(list(AttachmentRole)))
_messages = st.builds(
    Envelope,
    direction=st.sampled_from(list(Direction)),
    customer=_handles,
    sent_at=_times,
    text=_texts,
    subject=_texts,
    author=_texts,
    external_id=_maybe,
    thread_key=_maybe,
    references=st.lists(_texts, max_size=3).map(tuple),
    recipients=_handles,
    parts=st.lists(_parts, max_size=2).map(tuple),
    automatic=st.booleans(),
    authentication=st.sampled_from(list(Authentication)),
    language=_maybe,
    tags=st.lists(_texts, max_size=3).map(tuple),
    attributes=_tables,
    channel=st.none() | st.sampled_from(["email", "Ärger", "ärger", "İ"]) | _texts,
    source=_texts,
    place=_texts,
)
_events = st.builds(
    EventEnvelope,
    kind=st.sampled_from(list(EventKind)),
    customer=_handles,
    at=_times,
    title=_texts,
    amount_milli=_numbers,
    currency=st.none() | st.sampled_from(["EUR", "eur", "EURO", "€"]) | _texts,
    duration=_numbers,
    external_id=_maybe,
    data=_tables,
    attributes=_tables,
    channel=_maybe,
    source=_texts,
    place=_texts,
)
_items = st.one_of(
    _messages, _events, st.builds(Skipped, _texts, _texts, _texts), st.builds(Unreadable, _texts, st.binary(), _texts)
)


@settings(
    max_examples=80,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(batches=st.lists(st.lists(_items, min_size=1, max_size=5), min_size=1, max_size=3))
def test_anything_taken_in_is_accounted_for(store: Store, batches: list[list[Item]]) -> None:
    before = len(rows(store, "ledger", "id"))
    received = [outcome for batch in batches for outcome in take(store, *batch)]
    ledger = rows(store, "ledger", "id", "outcome", "reason")[before:]
    assert Counter(row[1] for row in ledger) == Counter(outcome.outcome.value for outcome in received)
    assert len(ledger) == sum(map(len, batches))
    assert all(reason for _, outcome, reason in ledger if outcome != "stored")
    assert not any("does not take it" in reason for _, _, reason in ledger), ledger
    assert len(rows(store, "message", "id")) + len(rows(store, "event", "id")) == len(
        [row for row in rows(store, "ledger", "id", "outcome") if row[1] == "stored"]
    )


@settings(max_examples=100)
@given(item=_items)
def test_what_is_within_bounds_stays_as_it_is(item: Item) -> None:
    made = prepare(item, Keys(), home_region="US", kind="email")
    if not made.refused:
        assert bounded(made.item) == made.item


@given(first=st.text(min_size=900, max_size=2_500), second=st.text(min_size=900, max_size=2_500))
def test_ids_that_are_cut_stay_apart_and_short_enough_for_an_index(first: str, second: str) -> None:
    assert len(key(first).encode()) <= 2_000
    assert key(key(first)) == key(first)
    assert (key("x" * 2_000 + first) == key("x" * 2_000 + second)) == (first == second) or "\r" in first + second


def test_a_reply_finds_the_message_whose_id_was_too_long_to_keep(store: Store) -> None:
    long = "<" + "i" * 5_000 + "@example.org>"
    first, reply = take(
        store,
        mail("ana@example.org", 0, subject="Wheel", external_id=long),
        mail("ana@example.org", 60 * 24 * 30, subject="Something else", references=(long,)),
        size=1,
    )
    assert first.thread_id == reply.thread_id
    assert take(store, mail("ana@example.org", 0, subject="Wheel", external_id=long))[0].outcome == "skipped"


def test_an_id_that_pretends_to_be_the_ledgers_own_hides_no_other_message(store: Store) -> None:
    from convo.intake.ledger import erased_key

    (fake, real) = take(
        store,
        mail("eve@example.org", 0, external_id=erased_key("victim@example.org")),
        mail("ana@example.org", 0, external_id="victim@example.org"),
        size=1,
    )
    assert [fake.outcome, real.outcome] == ["stored", "stored"]


def test_a_blank_id_is_none(store: Store) -> None:
    outcomes = take(
        store, mail("ana@example.org", 0, "one", external_id=" "), mail("ana@example.org", 0, "two", external_id=" ")
    )
    assert [received.outcome for received in outcomes] == ["stored", "stored"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"amount_milli": 2**63, "currency": "EUR"}, "its amount is beyond all measure"),
        ({"amount_milli": 1, "currency": "EURO"}, "its currency 'EURO' is no ISO 4217 code, such as EUR"),
        ({"amount_milli": 1}, "an amount needs a currency, and a currency an amount"),
        ({"duration": 2**64}, "its duration is beyond all measure"),
        ({"duration": -1}, "its duration is negative"),
    ],
)
def test_a_number_that_no_store_holds_is_quarantined_in_a_sentence(
    store: Store, event: dict[str, Any], reason: str
) -> None:
    (received,) = take(store, EventEnvelope(EventKind.PURCHASE, (Handle("email", "a@example.org"),), START, **event))
    assert (received.outcome, received.reason) == ("quarantined", reason)


def test_a_channel_named_in_any_alphabet_is_made_once(store: Store) -> None:
    for minute, name in enumerate(["Ärger", "Ärger", "İstanbul", "İstanbul"]):
        (received,) = take(store, mail("ana@example.org", minute, channel=name))
        assert received.outcome == "stored"
    assert sorted(row[1] for row in rows(store, "channel", "id", "name")) == ["email", "Ärger", "İstanbul"]


def test_tags_and_attributes_are_kept_in_the_form_in_which_the_desk_keeps_them(store: Store) -> None:
    take(
        store,
        mail(
            "ana@example.org", 0, tags=("VIP", "vip ", "a,b"), attributes={"Plan (new)": " gold ", "long": "x" * 9_999}
        ),
    )
    assert [row[1] for row in rows(store, "thread_tag", "thread_id", "tag")] == ["a b", "vip"]
    found = {name: value for _, name, value in rows(store, "customer_attribute", "customer_id", "name", "value")}
    assert found == {"plan__new_": "gold", "long": "x" * 499 + "…"}


def test_a_hundred_attributes_on_each_of_a_thousand_messages_are_one_batch(store: Store) -> None:
    items = [
        mail(f"c{n}@example.org", n, attributes={f"name{k}": f"value {n}" for k in range(100)}) for n in range(1_000)
    ]
    with store.write() as connection:
        from convo.intake.channels import find_or_add

        channel = find_or_add(connection, "email", "email", START)
    outcomes = receive_many(store, items, Destination(channel, "email"), IntakePolicy(), Keys())
    assert {received.outcome for received in outcomes} == {"stored"}
    assert len(rows(store, "customer_attribute", "customer_id")) == 100_000
