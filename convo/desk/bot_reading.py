"""Reads from the store what a bot looks at: the customer, what they said and bought, and the session so far."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, or_, select

from convo import clock
from convo.bot.situation import Attached, Normalise, Person, Progress, Purchase, Said, Situation
from convo.desk.bot_articles import threshold
from convo.desk.bot_heard import heard
from convo.desk.enriching import reader
from convo.errors import BadInput
from convo.intake.identities import normalise
from convo.intake.topic import base_subject
from convo.model import tables
from convo.model.words import AttachmentRole, Direction, EventKind
from convo.store import search_index

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_MOST_MESSAGES = 200
_LONGEST_TEXT = 6_000
_MOST_PURCHASES = 50
_MOST_SAID = 20
_MOST_SESSIONS = 20

NOBODY = Person(0)
"""A customer of whom nothing is known."""


def normaliser(desk: "Desk") -> Normalise:
    """How handles are brought to their one form on this desk; our own addresses are no customer's."""
    region = desk.settings.home_region
    own = {address.casefold() for address in desk.settings.own}

    def in_one_form(kind: str, value: str) -> str:
        form = normalise(kind, value, home_region=region)
        if form in own:
            raise BadInput("that is our own address")
        return form

    return in_one_form


def situation(
    desk: "Desk",
    customer: int,
    thread: int,
    message: Said,
    progress: Progress,
    *,
    switched_off: bool = False,
) -> Situation:
    """Everything about a customer and a thread that a decision on a message rests on, but the articles.

    `customer` is 0 for nobody known, `thread` 0 for none.
    """
    connection, now = desk.store.current(), clock.now()
    if not customer:
        return Situation(message, NOBODY, (message,), now, progress, threshold=threshold())
    said = messages(connection, customer)
    if message.id not in {one.id for one in said}:
        said = (message, *said)
    return Situation(
        message,
        _person(connection, customer),
        said,
        now,
        progress,
        _purchases(connection, customer),
        _recalled(connection, customer),
        _bot_said(connection, thread),
        _sent_since(connection, customer, now - timedelta(days=1)),
        _person_answered(connection, thread, progress.first_message),
        switched_off,
        threshold=threshold(),
        heard=heard(connection, customer),
    )


def messages(connection: Connection, customer: int) -> tuple[Said, ...]:
    """The newest messages of a customer in all threads, the newest first, long ones cut."""
    message, channel = tables.message, tables.channel
    rows = connection.execute(
        _said_rows()
        .join(channel, channel.c.id == message.c.channel_id)
        .where(message.c.customer_id == customer, message.c.direction == Direction.INBOUND.value)
        .order_by(message.c.sort_key.desc())
        .limit(_MOST_MESSAGES)
    ).all()
    return _with_files(connection, rows)


def one_message(connection: Connection, number: int) -> Said | None:
    """A message that a customer sent; None for any other."""
    message, channel = tables.message, tables.channel
    rows = connection.execute(
        _said_rows()
        .join(channel, channel.c.id == message.c.channel_id)
        .where(message.c.id == number, message.c.direction == Direction.INBOUND.value)
    ).all()
    return next(iter(_with_files(connection, rows)), None)


def newest_message(connection: Connection, thread: int) -> Said | None:
    """The newest message that the customer sent in a thread."""
    message = tables.message
    number = connection.execute(
        select(message.c.id)
        .where(message.c.thread_id == thread, message.c.direction == Direction.INBOUND.value)
        .order_by(message.c.sort_key.desc())
        .limit(1)
    ).scalar()
    return None if number is None else one_message(connection, number)


def _said_rows() -> Any:
    message = tables.message
    return select(
        message.c.id,
        message.c.thread_id,
        message.c.subject,
        func.substr(message.c.body, 1, _LONGEST_TEXT).label("body"),
        message.c.sent_at,
        tables.channel.c.kind,
        message.c.automatic,
        or_(message.c.unverified, message.c.unanswerable.is_not(None)).label("unverified"),
        message.c.language,
        message.c.sentiment,
        message.c.intent,
        message.c.intent_score,
        message.c.has_attachment,
    )


def _with_files(connection: Connection, rows: Any) -> tuple[Said, ...]:
    attachment = tables.attachment
    holders = [row.id for row in rows if row.has_attachment]
    files: dict[int, list[Attached]] = {}
    if holders:
        for number, name, media_type in connection.execute(
            select(attachment.c.message_id, attachment.c.name, attachment.c.media_type)
            .where(attachment.c.message_id.in_(holders), attachment.c.role == AttachmentRole.FILE.value)
            .order_by(attachment.c.id)
        ):
            files.setdefault(number, []).append(Attached(name, media_type))
    return tuple(_said(row, tuple(files.get(row.id, ()))) for row in rows)


def _said(row: Row[Any], files: tuple[Attached, ...]) -> Said:
    # A mail's subject is the first thing its writer says; of an answer it is what somebody else said before.
    opens = row.subject and base_subject(row.subject) == row.subject.strip().casefold()
    text = f"{row.subject}\n{row.body}" if opens else row.body
    return Said(
        row.id,
        row.thread_id,
        text,
        row.sent_at,
        row.kind,
        row.automatic,
        row.unverified,
        row.language,
        row.sentiment,
        row.intent,
        row.intent_score,
        files,
    )


def _person(connection: Connection, customer: int) -> Person:
    person, identity, attribute = tables.customer, tables.identity, tables.customer_attribute
    row = connection.execute(select(person).where(person.c.id == customer)).one()
    handles = connection.execute(
        select(identity.c.kind, identity.c.value).where(identity.c.customer_id == customer).order_by(identity.c.id)
    ).all()
    attributes = connection.execute(
        select(attribute.c.name, attribute.c.value).where(attribute.c.customer_id == customer)
    ).all()
    return Person(
        customer,
        row.name,
        row.language,
        row.created_at,
        row.blocked_at is not None,
        tuple((row.kind, row.value) for row in handles),
        {row.name: row.value for row in attributes},
    )


def _purchases(connection: Connection, customer: int) -> tuple[Purchase, ...]:
    event = tables.event
    rows = connection.execute(
        select(event.c.external_id, event.c.title, event.c.at, event.c.data)
        .where(event.c.customer_id == customer, event.c.kind == EventKind.PURCHASE.value)
        .order_by(event.c.at.desc())
        .limit(_MOST_PURCHASES)
    ).all()
    found = []
    for row in rows:
        number = str(row.data.get("order") or row.data.get("order_number") or row.external_id or _numbered(row.title))
        if number:
            # "Order 1041: R7 wheel" tells what was bought after the number.
            what = row.title.partition(": ")[2] if number in row.title else row.title
            found.append(Purchase(number.lstrip("#"), what or row.title, row.at))
    return tuple(found)


def _numbered(title: str) -> str:
    words = [word.strip("#:,.()") for word in title[:500].split()]
    return next((word for word in words if sum(c.isdecimal() for c in word) >= 3), "")


def _recalled(connection: Connection, customer: int) -> dict[str, str]:
    """What sessions were told by the customer, the newest first to count."""
    table = tables.bot_session
    rows = connection.execute(
        select(table.c.known, table.c.asked)
        .where(table.c.customer_id == customer)
        .order_by(table.c.id.desc())
        .limit(_MOST_SESSIONS)
    ).all()
    recalled: dict[str, str] = {}
    for row in rows:
        assumed = set(row.asked.get("assumed", ()))
        recalled = {name: value for name, value in row.known.items() if name not in assumed} | recalled
    return recalled


def _bot_said(connection: Connection, thread: int) -> tuple[str, ...]:
    message = tables.message
    return tuple(
        connection.execute(
            select(func.substr(message.c.body, 1, _LONGEST_TEXT))
            .where(
                message.c.thread_id == thread,
                message.c.direction == Direction.OUTBOUND.value,
                message.c.automatic.is_(True),
            )
            .order_by(message.c.sort_key.desc())
            .limit(_MOST_SAID)
        ).scalars()
    )


def _sent_since(connection: Connection, customer: int, since: Any) -> int:
    message = tables.message
    return int(
        connection.execute(
            select(func.count())
            .select_from(message)
            .where(
                message.c.customer_id == customer,
                message.c.sort_key >= search_index.sort_key(since, 0),
                message.c.direction == Direction.OUTBOUND.value,
                message.c.automatic.is_(True),
                message.c.author.in_(select(tables.bot.c.name)),
            )
        ).scalar_one()
    )


def _person_answered(connection: Connection, thread: int, first: int) -> bool:
    """Whether a person of ours has spoken to the customer since the session began, by whatever way."""
    if not first:
        return False
    message = tables.message
    return (
        connection.execute(
            select(message.c.id)
            .where(
                message.c.thread_id == thread,
                message.c.id > first,
                message.c.direction == Direction.OUTBOUND.value,
                message.c.automatic.is_(False),
            )
            .limit(1)
        ).first()
        is not None
    )


def supposed(
    desk: "Desk", text: str, thread: int, *, language: str | None, intent: str | None, sentiment: float | None
) -> Said:
    """A message that nobody sent, as it would be understood if it came now, but for what is told of it."""
    understood = reader(desk)(text, "", language)
    feeling = understood.sentiment if sentiment is None else sentiment
    # Above all numbers that a store has given, so that every message there came before it.
    said = Said(2**62, thread, text, clock.now(), "trial", language=understood.language, sentiment=feeling)
    if intent is not None:
        return replace(said, intent=intent, intent_score=1.0)
    return replace(said, intent=understood.intent, intent_score=understood.intent_score)
