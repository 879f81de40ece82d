"""Replies: where they go, what they change, and that a delivery is queued with each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotAllowed, NotFound
from convo.model import tables
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction, Role
from tests.desk.acting import acting, audited, operator
from tests.intake.saying import START, chat, mail, rows, take

LATER = START + timedelta(days=1)


def deliveries(desk: Desk) -> list[tuple[object, ...]]:
    """What is queued: message, channel, recipient, status, key."""
    return rows(desk.store, "delivery", "message_id", "channel_id", "recipient", "status", "idempotency_key")


def both(minute: int, kind: str, text: str = "hello") -> Envelope:
    """A message of one who is known by mail and on telegram, on either; the later ones answer the first."""
    handles = [Handle("email", "ana@x.example", "Ana"), Handle("telegram", "77")]
    if kind == "telegram":
        handles.reverse()
    return Envelope(
        Direction.INBOUND,
        tuple(handles),
        START + timedelta(minutes=minute),
        text,
        external_id=f"{kind}-{minute}",
        references=("email-0",) if minute else (),
    )


def test_a_reply_is_a_message_with_its_delivery_queued(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, "how long?", subject="Truing", external_id="q1@x.example"))
    with clock.fixed(LATER):
        sent = desk.threads.reply(1, "Half an hour.\r\nCome by.")
    assert (sent.direction, sent.body, sent.delivery) == ("outbound", "Half an hour.\nCome by.", "queued")
    assert (sent.channel, sent.subject, sent.author, sent.sent_at) == ("email", "Truing", "tester", LATER)
    ((message, _, recipient, status, key),) = deliveries(desk)
    assert (message, recipient, status) == (sent.id, "ana@x.example", "queued")
    with desk.store.read() as connection:
        stored = connection.execute(select(tables.message).where(tables.message.c.id == sent.id)).one()
    assert key == stored.external_id
    assert str(key).endswith("@convo.invalid")
    assert stored.reference_ids == ["q1@x.example"]
    (row,) = desk.deliveries.list().items
    assert (row.message_id, row.thread_id, row.channel, row.status) == (sent.id, 1, "email", "queued")


def test_each_reply_has_a_key_of_its_own(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    for _ in range(5):
        desk.threads.reply(1, "same words")
    assert len({key for *_, key in deliveries(desk)}) == 5


def test_a_reply_that_cannot_be_queued_is_not_written_either(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    take(desk.store, mail("ana@x.example", 0))
    before = rows(desk.store, "message"), rows(desk.store, "thread"), audited(desk)

    def broken(*_: object, **rest: object) -> None:
        raise Conflict("the outbox is full")

    monkeypatch.setattr("convo.desk.threads.queue", broken)
    with pytest.raises(Conflict):
        desk.threads.reply(1, "unheard")
    assert (rows(desk.store, "message"), rows(desk.store, "thread"), audited(desk)) == before
    assert desk.search.messages("unheard").items == ()


def test_replying_makes_the_thread_pending_read_and_the_operators_own(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with clock.fixed(LATER):
        operator(desk, "marta").threads.reply(1, "hello")
    row = desk.threads.show(1).row
    assert (row.status, row.assignee, row.waiting_since, row.unread) == ("pending", "marta", None, False)
    assert (row.messages, row.last_message_at) == (2, LATER)
    assert rows(desk.store, "thread", "last_outbound_at") == [(LATER,)]
    assert rows(desk.store, "episode", "first_response_at") == [(LATER,)]
    last = audited(desk)[-1]
    assert (last.actor, last.operation, last.entity) == ("marta", "threads.reply", "message")
    assert last.after == {"thread": 1, "channel": "email"}


def test_only_the_first_reply_is_the_first_response(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    for day in (1, 2):
        with clock.fixed(START + timedelta(days=day)):
            desk.threads.reply(1, "hello")
    assert rows(desk.store, "episode", "first_response_at") == [(LATER,)]


def test_a_reply_leaves_a_colleagues_thread_with_the_colleague(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.operators.add("ben")
    desk.threads.assign(1, "ben")
    operator(desk, "marta").threads.reply(1, "for Ben")
    assert desk.threads.show(1).row.assignee == "ben"


def test_a_reply_of_nobody_in_particular_assigns_nobody(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.reply(1, "hello")
    assert desk.threads.show(1).row.assignee is None


def test_a_snoozed_thread_becomes_pending_and_a_resolved_one_stays_resolved(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 0))
    desk.threads.snooze(1, clock.now() + timedelta(days=9))
    desk.threads.close(2)
    for number in (1, 2):
        desk.threads.reply(number, "by the way")
    assert [(row.status, row.snoozed_until) for row in desk.exports.threads()] == [
        ("pending", None),
        ("resolved", None),
    ]


def test_a_reply_goes_by_the_channel_that_the_customer_used_last(desk: Desk) -> None:
    take(desk.store, both(0, "email"), channel="email")
    assert desk.threads.reply(1, "a").channel == "email"
    take(desk.store, both(5, "telegram"), channel="telegram")
    assert desk.threads.reply(1, "b").channel == "telegram"
    assert desk.threads.reply(1, "c", channel="EMAIL").channel == "email"
    assert [recipient for _, _, recipient, *_ in deliveries(desk)] == ["ana@x.example", "77", "ana@x.example"]


def test_a_reply_refers_only_to_what_its_kind_of_channel_knows(desk: Desk) -> None:
    take(desk.store, both(0, "email"), channel="email")
    take(desk.store, both(5, "telegram"), channel="telegram")
    first = desk.threads.reply(1, "by mail", channel="email")
    imported = mail("ana@x.example", 9, direction=Direction.NOTE, external_id="note", references=("email-0",))
    take(desk.store, imported)
    assert desk.threads.note(1, "a note").thread_id == 1
    second = desk.threads.reply(1, "by mail", channel="email")
    references = dict(rows(desk.store, "message", "id", "reference_ids"))
    key = dict(rows(desk.store, "message", "id", "external_id"))[first.id]
    assert references[first.id] == ["email-0"]
    assert references[second.id] == ["email-0", key]


def test_what_outbound_history_was_sent_by_does_not_decide(desk: Desk) -> None:
    take(desk.store, both(0, "email"), channel="email")
    answered = mail("ana@x.example", 9, "ours", direction=Direction.OUTBOUND, references=("email-0",))
    take(desk.store, answered, channel="other mailbox")
    assert desk.threads.show(1).row.messages == 2
    assert desk.threads.reply(1, "hello").channel == "email"


def test_a_customer_who_is_not_known_on_a_channel_is_not_answered_there(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, name="Ana"))
    desk.channels.add("telegram", "bot")
    before = rows(desk.store, "message")
    with pytest.raises(Conflict, match="Ana is not known on bot") as caught:
        desk.threads.reply(1, "hello", channel="bot")
    assert "identity add" in caught.value.hint
    assert rows(desk.store, "message") == before
    desk.customers.add_identity(1, "telegram", "77")
    assert desk.threads.reply(1, "hello", channel="bot").channel == "bot"
    assert deliveries(desk)[-1][2] == "77"


@pytest.mark.parametrize(
    ("kind", "identity", "value"), [("sms", "phone", "+34612345678"), ("discourse", "external", "ana")]
)
def test_a_channel_reaches_people_by_the_handle_that_it_uses(desk: Desk, kind: str, identity: str, value: str) -> None:
    take(desk.store, chat("77", 0), channel="telegram")
    desk.customers.add_identity(1, identity, value)
    desk.channels.add(kind, "other")
    desk.threads.reply(1, "hello", channel="other")
    assert deliveries(desk)[-1][2] == value


def test_a_reply_goes_to_the_address_that_wrote_and_not_to_the_first_that_is_known(desk: Desk) -> None:
    take(desk.store, mail("home@x.example", 0, subject="One"))
    desk.customers.add_identity(1, "email", "work@x.example")
    take(desk.store, mail("work@x.example", 5, subject="Two"))
    assert desk.threads.show(2).row.customer_id == 1
    desk.threads.reply(2, "hello")
    desk.threads.reply(1, "hello")
    assert [recipient for _, _, recipient, *_ in deliveries(desk)] == ["work@x.example", "home@x.example"]


def test_a_removed_channel_sends_nothing_and_a_paused_one_keeps_it_queued(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.channels.pause("email")
    assert desk.threads.reply(1, "later").delivery == "queued"
    desk.channels.remove("email")
    for channel in (None, "email"):
        with pytest.raises(Conflict, match="the channel email is removed"):
            desk.threads.reply(1, "never", channel=channel)
    with pytest.raises(NotFound, match="no channel 'fax'"):
        desk.threads.reply(1, "never", channel="fax")


def test_a_channel_is_found_by_its_name_in_any_script_and_case(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.channels.add("email", "BÜRO")
    for name in ("BÜRO", "büro"):
        assert desk.threads.reply(1, "hello", channel=name).channel == "BÜRO"


def test_a_snippet_goes_before_the_body_with_its_variables_filled(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, name="Ana Ruiz"))
    desk.snippets.add("hi", "Hello {customer.first_name},")
    assert desk.threads.reply(1, "it is ready.", snippet="hi").body == "Hello Ana,\n\nit is ready."
    assert desk.threads.reply(1, "", snippet="hi").body == "Hello Ana,"
    with pytest.raises(NotFound, match="no snippet"):
        desk.threads.reply(1, "x", snippet="nope")


@pytest.mark.parametrize("body", ["", "   \n\t", "\r\n"])
def test_an_empty_reply_is_refused(desk: Desk, body: str) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with pytest.raises(BadInput, match="nothing to say"):
        desk.threads.reply(1, body)
    assert deliveries(desk) == []


def test_a_hostile_reply_is_stored_as_far_as_a_store_can_and_found(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    sent = desk.threads.reply(1, "a\x00b \ud800 \x1b[31m needle \u202e " + "x" * 5000)
    assert sent.body.startswith("a\ufffdb \ufffd \x1b[31m needle")
    assert [hit.message_id for hit in desk.search.messages("needle").items] == [sent.id]
    with pytest.raises(BadInput, match="the most is 1,000,000"):
        desk.threads.reply(1, "x" * 1_000_001)


def test_a_reply_stands_after_the_customers_message_even_when_their_clock_is_ahead(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 60, "from the future"))
    with clock.fixed(START):
        sent = desk.threads.reply(1, "now")
    view = desk.threads.show(1)
    assert [message.body for message in view.messages] == ["from the future", "now"]
    assert view.row.last_message_at == sent.sent_at == START + timedelta(minutes=60)


def test_the_answer_to_a_reply_joins_its_thread(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Truing"))
    with clock.fixed(LATER):
        sent = desk.threads.reply(1, "come by")
    key = dict(rows(desk.store, "message", "id", "external_id"))[sent.id]
    take(desk.store, mail("ana@x.example", 60 * 24 * 40, subject="Something else", references=(key,)))
    row = desk.threads.show(1).row
    assert (row.messages, row.status) == (3, "open")


def test_a_viewer_reads_and_does_not_answer(desk: Desk) -> None:
    take(desk.store, chat("77", 0), channel="telegram")
    viewer = acting(desk, "vera", Role.VIEWER)
    assert viewer.threads.show(1).messages[0].body == "hello"
    with pytest.raises(NotAllowed):
        viewer.threads.reply(1, "hello")
