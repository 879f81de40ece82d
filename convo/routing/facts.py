"""Reads what rules ask about: messages with their threads, customers and channels, as they stand in the store."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from convo.model import tables
from convo.model.words import AttachmentRole, Direction, EventKind
from convo.query.inflight import InFlight
from convo.store.bulk import among

_MILLION = 1_000_000


class _All:
    def __contains__(self, field: object) -> bool:
        return True


ALL: Container[str] = _All()
"""Every field of the query language."""


@dataclass(slots=True)
class CustomerFacts:
    """What a customer brings to each of their messages; as in `InFlight`."""

    identities: tuple[tuple[str, str], ...] = ()
    tags: frozenset[str] = frozenset()
    attributes: dict[str, str] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)


def load_facts(connection: Connection, messages: Collection[int], fields: Container[str] = ALL) -> dict[int, InFlight]:
    """The messages by id, in no order, as they stand; what serves only fields that are not asked for is left out."""
    if not messages:
        return {}
    message, thread, customer = tables.message, tables.thread, tables.customer
    channel, operator, team, policy = tables.channel, tables.operator, tables.team, tables.sla_policy
    rows = connection.execute(
        select(
            message,
            thread.c.status,
            thread.c.priority,
            thread.c.assignee_id,
            operator.c.name.label("assignee"),
            team.c.name.label("team"),
            thread.c.unread,
            thread.c.waiting_since,
            thread.c.last_outbound_at,
            thread.c.queued_since,
            policy.c.name.label("sla"),
            thread.c.first_response_due,
            thread.c.next_response_due,
            thread.c.resolution_due,
            customer.c.name.label("customer_name"),
            customer.c.blocked_at,
            channel.c.name.label("channel"),
            channel.c.kind,
        )
        .join(thread, thread.c.id == message.c.thread_id)
        .join(customer, customer.c.id == message.c.customer_id)
        .join(channel, channel.c.id == message.c.channel_id)
        .outerjoin(operator, operator.c.id == thread.c.assignee_id)
        .outerjoin(team, team.c.id == thread.c.team_id)
        .outerjoin(policy, policy.c.id == thread.c.sla_policy_id)
        .where(among(connection, message.c.id, messages))
    ).all()
    threads = {row.thread_id for row in rows}
    tags = thread_tags(connection, threads) if "tag" in fields else {}
    noted = with_notes(connection, threads) if "has" in fields else set()
    html = with_html(connection, messages) if "has" in fields else set()
    people = load_customers(connection, {row.customer_id for row in rows}, fields)
    found = {}
    for row in rows:
        person = people[row.customer_id]
        found[row.id] = InFlight(
            sent_at=row.sent_at,
            message_id=row.id,
            direction=row.direction,
            author=row.author,
            subject=row.subject,
            body=row.body,
            automatic=row.automatic,
            message_unverified=row.unverified,
            has_attachment=row.has_attachment,
            has_html=row.id in html,
            language=row.language,
            sentiment=row.sentiment,
            intent=row.intent,
            thread_id=row.thread_id,
            status=row.status,
            priority=row.priority,
            assignee_id=row.assignee_id,
            assignee=row.assignee,
            team=row.team,
            unread=row.unread,
            waiting_since=row.waiting_since,
            last_outbound_at=row.last_outbound_at,
            queued=row.queued_since is not None,
            sla=row.sla,
            first_response_due=row.first_response_due,
            next_response_due=row.next_response_due,
            resolution_due=row.resolution_due,
            has_note=row.thread_id in noted,
            thread_tags=tags.get(row.thread_id, frozenset()),
            customer_id=row.customer_id,
            customer_name=row.customer_name,
            identities=person.identities,
            blocked=row.blocked_at is not None,
            customer_tags=person.tags,
            attributes=person.attributes,
            spent=person.spent,
            channel=row.channel,
            channel_kind=row.kind,
        )
    return found


def messages_of(connection: Connection, threads: Collection[int]) -> list[int]:
    """The messages that these threads are judged by: the customer's newest in each, or else the newest of all."""
    message = tables.message
    newest = (
        select(message.c.thread_id, func.max(message.c.sort_key))
        .where(among(connection, message.c.thread_id, threads))
        .group_by(message.c.thread_id)
    )
    inbound = newest.where(message.c.direction == Direction.INBOUND.value)
    keys = {row[0]: row[1] for row in connection.execute(inbound)}
    silent = [number for number in threads if number not in keys]
    if silent:
        keys |= {row[0]: row[1] for row in connection.execute(newest) if row[0] not in keys}
    wanted = select(message.c.id).where(among(connection, message.c.sort_key, keys.values()))
    return list(connection.execute(wanted).scalars())


def message_of(connection: Connection, thread: int) -> int | None:
    """The message that a thread is judged by; None for a thread that has none."""
    message = tables.message
    newest = select(message.c.id).where(message.c.thread_id == thread).order_by(message.c.sort_key.desc()).limit(1)
    found: int | None = connection.execute(newest.where(message.c.direction == Direction.INBOUND.value)).scalar()
    return connection.execute(newest).scalar() if found is None else found


def load_customers(
    connection: Connection, customers: Collection[int], fields: Container[str] = ALL
) -> Mapping[int, CustomerFacts]:
    """What these customers bring to their messages, by id."""
    found = {number: CustomerFacts() for number in customers}
    if not found:
        return found
    if "from" in fields or "customer" in fields:
        identity = tables.identity
        for number, kind, value in connection.execute(
            select(identity.c.customer_id, identity.c.kind, identity.c.value)
            .where(among(connection, identity.c.customer_id, found))
            .order_by(identity.c.id)
        ):
            found[number].identities += ((kind, value),)
    if "tag" in fields:
        tag = tables.customer_tag
        for number, name in connection.execute(
            select(tag.c.customer_id, tag.c.tag).where(among(connection, tag.c.customer_id, found))
        ):
            found[number].tags |= {name}
    if "attr" in fields:
        attribute = tables.customer_attribute
        for number, name, value in connection.execute(
            select(attribute.c.customer_id, attribute.c.name, attribute.c.value).where(
                among(connection, attribute.c.customer_id, found)
            )
        ):
            found[number].attributes[name] = value
    if "spent" in fields:
        event = tables.event
        amount = event.c.amount_milli
        # Summed in two parts, because SQLite fails where a sum of integers overflows.
        millions, rest = func.sum(amount.op("/")(_MILLION)), func.sum(amount % _MILLION)
        for number, currency, whole, part in connection.execute(
            select(event.c.customer_id, event.c.currency, millions, rest)
            .where(
                among(connection, event.c.customer_id, found),
                event.c.kind == EventKind.PURCHASE.value,
                amount.is_not(None),
            )
            .group_by(event.c.customer_id, event.c.currency)
        ):
            found[number].spent[currency] = int(whole) * _MILLION + int(part)
    return found


def thread_tags(connection: Connection, threads: Collection[int]) -> dict[int, frozenset[str]]:
    """The tags of those of these threads that have any."""
    tag = tables.thread_tag
    found: dict[int, frozenset[str]] = {}
    for number, name in connection.execute(
        select(tag.c.thread_id, tag.c.tag).where(among(connection, tag.c.thread_id, threads))
    ):
        found[number] = found.get(number, frozenset()) | {name}
    return found


def with_notes(connection: Connection, threads: Collection[int]) -> set[int]:
    """Those of these threads that have an internal note."""
    message = tables.message
    return set(
        connection.execute(
            select(message.c.thread_id)
            .where(among(connection, message.c.thread_id, threads), message.c.direction == Direction.NOTE.value)
            .distinct()
        ).scalars()
    )


def with_html(connection: Connection, messages: Collection[int]) -> set[int]:
    """Those of these messages that have an HTML form."""
    attachment = tables.attachment
    return set(
        connection.execute(
            select(attachment.c.message_id).where(
                among(connection, attachment.c.message_id, messages),
                attachment.c.role == AttachmentRole.HTML.value,
            )
        ).scalars()
    )
