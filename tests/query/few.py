"""A store with just the messages that a test names, from what they are in flight."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, insert

from convo.model import tables
from convo.query.inflight import InFlight
from convo.store import search_index
from convo.store.store import Store
from convo.text.words import index_words
from tests.query.nasty import NOW


def keep(store: Store, messages: Sequence[InFlight]) -> None:
    """Put the messages into an empty store, each in its own thread of its own customer, all numbered like it."""
    channels = {(m.channel, m.channel_kind): None for m in messages}
    with store.write() as connection:
        numbers = {}
        for number, (name, kind) in enumerate(channels, 1):
            numbers[name, kind] = number
            row = {"id": number, "name": name, "kind": kind, "config": {}, "state": "active", "created_at": NOW}
            connection.execute(insert(tables.channel), row)
        for operator in {(m.assignee_id, m.assignee) for m in messages if m.assignee_id is not None}:
            row = {"id": operator[0], "name": operator[1], "shown": "", "role": "agent", "skills": []}
            more = {"languages": [], "capacity": 1, "availability": "away", "created_at": NOW}
            connection.execute(insert(tables.operator), row | more)
        teams = {name: number for number, name in enumerate({m.team for m in messages if m.team is not None}, 1)}
        for name, number in teams.items():
            connection.execute(insert(tables.team), {"id": number, "name": name, "created_at": NOW})
        policies = {name: number for number, name in enumerate({m.sla for m in messages if m.sla is not None}, 1)}
        for name, number in policies.items():
            connection.execute(insert(tables.sla_policy), {"id": number, "name": name, "created_at": NOW})
        for message in messages:
            _keep(connection, message, numbers[message.channel, message.channel_kind], teams, policies)


def _keep(
    connection: Connection, message: InFlight, channel: int, teams: dict[str, int], policies: dict[str, int]
) -> None:
    number = message.message_id
    assert number is not None
    assert number == message.thread_id == message.customer_id

    def add(table: Table, **values: object) -> None:
        connection.execute(insert(table), values)

    add(
        tables.customer,
        id=number,
        name=message.customer_name,
        blocked_at=NOW if message.blocked else None,
        created_at=NOW,
    )
    for kind, value in message.identities:
        add(tables.identity, customer_id=number, kind=kind, value=value, shown="", shared=False, created_at=NOW)
    for name, value in message.attributes.items():
        add(tables.customer_attribute, customer_id=number, name=name, value=value)
    for currency, milli in message.spent.items():
        for part in (milli // 2, milli - milli // 2):
            purchase: dict[str, object] = {"customer_id": number, "channel_id": channel, "kind": "purchase", "at": NOW}
            add(tables.event, **purchase, title="", data={}, amount_milli=part, currency=currency)
    for tag in message.customer_tags:
        add(tables.customer_tag, customer_id=number, tag=tag)
    add(
        tables.thread,
        id=number,
        customer_id=number,
        channel_id=channel,
        subject="",
        status=message.status,
        priority=message.priority,
        assignee_id=message.assignee_id,
        team_id=teams.get(message.team or ""),
        unread=message.unread,
        unverified=message.message_unverified,
        message_count=1,
        created_at=NOW,
        last_message_at=NOW,
        last_outbound_at=message.last_outbound_at,
        waiting_since=message.waiting_since,
        queued_since=NOW if message.queued else None,
        sla_policy_id=policies.get(message.sla or ""),
        first_response_due=message.first_response_due,
        next_response_due=message.next_response_due,
        resolution_due=message.resolution_due,
    )
    for tag in message.thread_tags:
        add(tables.thread_tag, thread_id=number, tag=tag)
    key = search_index.sort_key(message.sent_at, number)
    add(
        tables.message,
        id=number,
        sort_key=key,
        thread_id=number,
        customer_id=number,
        channel_id=channel,
        direction=message.direction,
        author=message.author,
        subject=message.subject,
        body=message.body,
        reference_ids=[],
        sent_at=message.sent_at,
        received_at=NOW,
        automatic=message.automatic,
        unverified=message.message_unverified,
        has_attachment=message.has_attachment,
        language=message.language,
        sentiment=message.sentiment,
        intent=message.intent,
    )
    if message.has_html:
        add(tables.attachment, message_id=number, customer_id=number, name="", media_type="text/html", role="html")
    search_index.add(connection, [(key, index_words(message.subject), index_words(message.body))])
