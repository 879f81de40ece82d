"""Reads what was said, thread by thread in the order of time, in bounded memory, for rules to be tried on."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, case, select

from convo.model import tables
from convo.model.words import Direction
from convo.query.inflight import InFlight
from convo.routing.facts import load_customers, thread_tags, with_html
from convo.store.bulk import among

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_MESSAGES = 2_000
_THREADS = 500

_message, _thread, _customer, _episode = tables.message, tables.thread, tables.customer, tables.episode


@dataclass(frozen=True, slots=True)
class Episode:
    """When an episode of a thread began and was resolved."""

    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """A message as it was said, in a thread as it stood before anything was done with it.

    `blocked_at` is when its customer was blocked; `episodes` are those of its thread, the oldest first.
    """

    facts: InFlight
    episodes: tuple[Episode, ...]
    blocked_at: datetime | None


def history(connection: Connection, since: datetime | None, fields: Container[str]) -> Iterator[Past]:
    """All messages of the threads in which something was said since an instant, thread by thread, the oldest first.

    The texts of messages that are not the customer's are left out.
    """
    channels = {row.id: row for row in connection.execute(select(tables.channel))}
    for threads in _threads(connection, since):
        numbers = [row.id for row in threads]
        people = load_customers(connection, {row.customer_id for row in threads}, fields)
        tags = thread_tags(connection, numbers) if "tag" in fields else {}
        episodes = _episodes(connection, numbers)
        of_thread = {row.id: row for row in threads}
        for rows in _messages(connection, numbers, sum(row.message_count for row in threads)):
            html = with_html(connection, [row.id for row in rows]) if "has" in fields else set()
            for row in rows:
                thread, channel, person = of_thread[row.thread_id], channels[row.channel_id], people[row.customer_id]
                facts = InFlight(
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
                    thread_tags=tags.get(row.thread_id, frozenset()),
                    customer_id=row.customer_id,
                    customer_name=thread.name,
                    identities=person.identities,
                    customer_tags=person.tags,
                    attributes=person.attributes,
                    spent=person.spent,
                    channel=channel.name,
                    channel_kind=channel.kind,
                )
                yield Past(facts, episodes.get(row.thread_id, ()), thread.blocked_at)


def _threads(connection: Connection, since: datetime | None) -> Iterator[Sequence[AnyRow]]:
    """Threads of so many messages together that they may be read at once, or one thread of more."""
    last = 0
    while True:
        wanted = (
            select(
                _thread.c.id, _thread.c.customer_id, _thread.c.message_count, _customer.c.name, _customer.c.blocked_at
            )
            .join(_customer, _customer.c.id == _thread.c.customer_id)
            .where(_thread.c.id > last)
            .order_by(_thread.c.id)
            .limit(_THREADS)
        )
        if since is not None:
            wanted = wanted.where(_thread.c.last_message_at >= since)
        rows: Sequence[AnyRow] = connection.execute(wanted).all()
        if not rows:
            return
        last = rows[-1].id
        batch: list[AnyRow] = []
        count = 0
        for row in rows:
            if batch and count + row.message_count > _MESSAGES:
                yield batch
                batch, count = [], 0
            batch.append(row)
            count += row.message_count
        yield batch


def _messages(connection: Connection, threads: Sequence[int], count: int) -> Iterator[Sequence[AnyRow]]:
    """The messages of these threads, thread by thread, in pages where one thread has very many."""
    text: ColumnElement[str] = case((_message.c.direction == Direction.INBOUND.value, _message.c.body), else_="")
    columns = (
        *(_message.c[name] for name in ("id", "sort_key", "thread_id", "customer_id", "channel_id", "direction")),
        *(_message.c[name] for name in ("author", "subject", "sent_at", "automatic", "unverified", "has_attachment")),
        *(_message.c[name] for name in ("language", "sentiment", "intent")),
        text.label("body"),
    )
    wanted = select(*columns)
    if len(threads) > 1:
        order = wanted.where(among(connection, _message.c.thread_id, threads))
        yield connection.execute(order.order_by(_message.c.thread_id, _message.c.sort_key)).all()
        return
    last = -(2**63)
    while True:
        page = wanted.where(_message.c.thread_id == threads[0], _message.c.sort_key > last)
        rows = connection.execute(page.order_by(_message.c.sort_key).limit(_MESSAGES)).all()
        if rows:
            yield rows
        if len(rows) < _MESSAGES:
            return
        last = rows[-1].sort_key


def _episodes(connection: Connection, threads: Sequence[int]) -> dict[int, tuple[Episode, ...]]:
    found: dict[int, tuple[Episode, ...]] = {}
    rows = connection.execute(
        select(_episode.c.thread_id, _episode.c.opened_at, _episode.c.resolved_at)
        .where(among(connection, _episode.c.thread_id, threads))
        .order_by(_episode.c.opened_at, _episode.c.id)
    )
    for number, opened_at, resolved_at in rows:
        found[number] = (*found.get(number, ()), Episode(opened_at, resolved_at))
    return found
