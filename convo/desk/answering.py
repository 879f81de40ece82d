"""What an answer needs: the channel it goes by, the handle it goes to, and the message that is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select

from convo import clock
from convo.channels.base import Capabilities
from convo.desk.message_ids import new_id
from convo.desk.names import id_of
from convo.desk.ways import facts_of
from convo.errors import BadInput, Conflict
from convo.model import tables
from convo.model.envelope import Part
from convo.model.views import ThreadRow
from convo.model.words import ChannelState, DeliveryStatus, Direction
from convo.store import search_index
from convo.text import clean, index_words

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LONGEST_BODY = 1_000_000
_MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Account:
    """A channel that an answer can go by, and what it can do with its settings."""

    id: int
    name: str
    kind: str
    can: Capabilities


def answer_body(text: str) -> str:
    """The text as it is written down; raises BadInput when it is empty or too long."""
    body = clean(text).strip()
    if not body:
        raise BadInput("there is nothing to say", hint="give the text with -m, -F FILE or on standard input")
    if len(body) > _LONGEST_BODY:
        raise BadInput(f"the text is {len(body):,} characters long; the most is {_LONGEST_BODY:,}")
    return body


def with_canned(desk: "Desk", thread: int, body: str, snippet: str | None, article: str | None) -> str:
    """A text with the snippet of a name, rendered for a thread, before it, and an article below it; raises NotFound."""
    before = desk.snippets.render(snippet, thread) if snippet else ""
    below = desk.articles.show(article) if article else None
    parts = (before, body, *((below.title, below.body) if below else ()))
    return "\n\n".join(part for part in parts if part.strip()) if snippet or article else body


def account_of(row: Any) -> Account:
    """The channel of a row that has its id, name, kind and config."""
    return Account(row.id, row.name, row.kind, facts_of(row.kind, row.config))


def home_of(connection: Connection, thread: int) -> Account:
    """The channel that a thread began on."""
    channel = tables.channel
    wanted = select(channel.c.id, channel.c.name, channel.c.kind, channel.c.config).join(
        tables.thread, tables.thread.c.channel_id == channel.c.id
    )
    return account_of(connection.execute(wanted.where(tables.thread.c.id == thread)).one())


def channel_for(connection: Connection, thread: int, name: str | None) -> Account:
    """The channel of this name, or else the one that the customer last used in the thread.

    Raises NotFound, and Conflict when it is removed.
    """
    channel, message = tables.channel, tables.message
    if name is not None:
        number = id_of(connection, channel, name, "channel")
    else:
        last = (
            select(message.c.channel_id)
            .where(message.c.thread_id == thread, message.c.direction == Direction.INBOUND.value)
            .order_by(message.c.sort_key.desc())
            .limit(1)
        )
        number = connection.execute(last).scalar() or home_of(connection, thread).id
    wanted = select(channel.c.id, channel.c.name, channel.c.kind, channel.c.state, channel.c.config)
    found = connection.execute(wanted.where(channel.c.id == number)).one()
    if found.state == ChannelState.REMOVED:
        raise Conflict(f"the channel {found.name} is removed", hint="answer by another with --channel")
    return account_of(found)


def recipient_on(connection: Connection, row: ThreadRow, channel: Account) -> tuple[int, str]:
    """The id and value of the customer's identity on a channel: the one used there last, or else one that would do.

    Raises Conflict when there is none.
    """
    identity, message = tables.identity, tables.message
    spoke = connection.execute(
        select(identity.c.id, identity.c.value)
        .join(message, message.c.identity_id == identity.c.id)
        .where(
            message.c.customer_id == row.customer_id,
            message.c.channel_id == channel.id,
            identity.c.customer_id == row.customer_id,
        )
        .order_by((message.c.thread_id == row.id).desc(), message.c.sort_key.desc())
        .limit(1)
    ).first()
    if spoke is not None:
        return spoke.id, spoke.value
    held = connection.execute(
        select(identity.c.id, identity.c.value)
        .where(
            identity.c.customer_id == row.customer_id,
            identity.c.kind.in_(channel.can.reached_as),
        )
        .order_by(identity.c.kind != channel.kind, identity.c.shared, identity.c.id)
        .limit(1)
    ).first()
    if held is None:
        raise Conflict(
            f"{row.customer or 'the customer'} is not known on {channel.name} ({channel.kind})",
            hint="answer by another channel, or add the identity: convo customer identity add",
        )
    return held.id, held.value


def write_down(
    desk: "Desk",
    row: ThreadRow,
    text: str,
    direction: Direction,
    channel: Account,
    identity_id: int | None,
    *,
    automatic: bool = False,
    author: str = "",
    key: str | None = None,
    parts: Sequence[Part] = (),
) -> dict[str, Any]:
    """Store and index a message of ours at the thread's end, by a person or automatic; returns its columns.

    `author` is who wrote it, where that was not whoever acts; `key` is what its id is made of, where one is given;
    `parts` are the files that go with it, checked.
    """
    connection, now = desk.store.current(), clock.now()
    outbound = direction == Direction.OUTBOUND
    number = desk.store.allocate(connection, "message", 1)[0]
    sent_at = max(now, row.last_message_at)
    sort_key, subject = search_index.sort_key(sent_at, number), row.subject if outbound else ""
    message = {
        "id": number,
        "sort_key": sort_key,
        "thread_id": row.id,
        "customer_id": row.customer_id,
        "channel_id": channel.id,
        "identity_id": identity_id,
        "direction": direction.value,
        "author": author or desk.actor.name,
        "operator_id": None if author else desk.actor.operator_id,
        "subject": subject,
        "body": text,
        "external_id": new_id(connection, channel.id, key) if outbound or key else None,
        "reference_ids": [*_references(connection, row.id, channel.kind)] if outbound else [],
        "sent_at": sent_at,
        "received_at": now,
        "automatic": automatic,
        "unverified": False,
        "has_attachment": bool(parts),
    }
    connection.execute(insert(tables.message), message)
    search_index.add(connection, [(sort_key, index_words(subject), index_words(text))])
    if parts:
        connection.execute(insert(tables.attachment), [_attachment(desk, message, part) for part in parts])
    return message


def _attachment(desk: "Desk", message: dict[str, Any], part: Part) -> dict[str, Any]:
    data = part.data or b""
    return {
        "message_id": message["id"],
        "customer_id": message["customer_id"],
        "name": part.name,
        "media_type": part.media_type,
        "size": len(data),
        "sha256": desk.store.blobs.put(data),
        "role": part.role.value,
    }


def queue(
    connection: Connection,
    message: dict[str, Any],
    recipient: str,
    *,
    hold: timedelta = timedelta(0),
    template: Mapping[str, Any] | None = None,
) -> None:
    """Put a message on its way after `hold`; its own id is the key under which it is sent, however often tried.

    With a `template` (see `convo.desk.templates`) that goes in place of its text.
    """
    now = clock.now()
    connection.execute(
        insert(tables.delivery),
        {
            "message_id": message["id"],
            "customer_id": message["customer_id"],
            "channel_id": message["channel_id"],
            "recipient": recipient,
            "status": DeliveryStatus.QUEUED.value,
            "idempotency_key": message["external_id"],
            "attempts": 0,
            "next_at": now + hold,
            "error": "",
            "template": None if template is None else dict(template),
            "created_at": now,
            "updated_at": now,
        },
    )


def _references(connection: Connection, thread: int, kind: str) -> Sequence[str]:
    """The newest ids of what was said in the thread on channels of this kind, where alone they mean something."""
    message, channel = tables.message, tables.channel
    found = connection.execute(
        select(message.c.external_id)
        .join(channel, channel.c.id == message.c.channel_id)
        .where(
            message.c.thread_id == thread,
            message.c.external_id.is_not(None),
            message.c.direction != Direction.NOTE.value,
            channel.c.kind == kind,
        )
        .order_by(message.c.sort_key.desc())
        .limit(_MOST_REFERENCES)
    ).scalars()
    return found.all()[::-1]
