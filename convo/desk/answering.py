"""What an answer needs: the channel it goes by, the handle it goes to, and the message that is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select

from convo import clock
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
_MOST_VALUES = 30
_LONGEST_VALUE = 1_024


@dataclass(frozen=True, slots=True)
class Account:
    """A channel that an answer can go by."""

    id: int
    name: str
    kind: str


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


def home_of(connection: Connection, thread: int) -> Account:
    """The channel that a thread began on."""
    channel = tables.channel
    wanted = select(channel.c.id, channel.c.name, channel.c.kind).join(
        tables.thread, tables.thread.c.channel_id == channel.c.id
    )
    return Account(*connection.execute(wanted.where(tables.thread.c.id == thread)).one())


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
    wanted = select(channel.c.id, channel.c.name, channel.c.kind, channel.c.state).where(channel.c.id == number)
    found = connection.execute(wanted).one()
    if found.state == ChannelState.REMOVED:
        raise Conflict(f"the channel {found.name} is removed", hint="answer by another with --channel")
    return Account(found.id, found.name, found.kind)


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
            identity.c.kind.in_(facts_of(channel.kind).reached_as),
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


def as_template(name: str, language: str, values: Sequence[str]) -> dict[str, Any]:
    """An approved template as a delivery keeps it; raises BadInput for a name, language or value that cannot be one."""
    for what, word, longest in (("template", name, 512), ("language", language, 40)):
        if len(word) > longest or not all(letter.isalnum() or letter in "_-." for letter in word):
            raise BadInput(
                f"{word[:60]!r} is no {what}", hint="letters, digits and underscores, as the provider has it"
            )
    if len(values) > _MOST_VALUES or any(len(value) > _LONGEST_VALUE for value in values):
        raise BadInput(f"a template takes at most {_MOST_VALUES} values of {_LONGEST_VALUE:,} characters")
    held = [clean(value).strip() for value in values]
    if not name or not all(held):
        raise BadInput("a value of a template is empty" if name else "a template has a name")
    return {"name": name, "language": language, "values": held}


def template_text(template: Mapping[str, Any]) -> str:
    """A template as a conversation shows it, where nobody gave the text that the provider makes of it."""
    language = f" ({template['language']})" if template["language"] else ""
    return "\n".join((f"template {template['name']}{language}", *template["values"]))


def queue(
    connection: Connection,
    message: dict[str, Any],
    recipient: str,
    *,
    hold: timedelta = timedelta(0),
    template: Mapping[str, Any] | None = None,
) -> None:
    """Put a message on its way after `hold`; its own id is the key under which it is sent, however often tried.

    With a `template` (see `as_template`) that goes in place of its text.
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
