"""Parts the threads in which two customers wrote while they were one: each keeps what is theirs.

What nobody's identity marks (an answer, a note) goes with what was said before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from convo.desk.merging import move, moved_ids
from convo.desk.thread_sums import recount
from convo.model import tables
from convo.model.words import Direction
from convo.store.store import Store

_CHUNK = 10_000
_THREAD_OWN = {"id", "import_run_id"}


@dataclass(slots=True)
class _Thread:
    id: int
    returns: bool
    theirs: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


def part_threads(store: Store, connection: Connection, number: int, *, root: int, since: datetime) -> None:
    """Note in merge `number` which threads and messages of `root` return, and split the threads that are mixed.

    A thread that only the returning customer wrote in goes as a whole. Whose a mixed one was before keeps it, and the
    other gets a thread like it for their own messages.
    """
    threads = list(_threads(connection, number, root, since))
    _note(connection, number, "message", [message for thread in threads for message in thread.theirs])
    _note(connection, number, "thread", [t.id for t in threads if not t.returns and t.theirs and not t.others])
    mixed = [t for t in threads if t.others and (t.theirs or t.returns)]
    copies = store.allocate(connection, "thread", len(mixed))
    for thread, copy in zip(mixed, copies, strict=True):
        _split(connection, thread.id, copy, thread.others if thread.returns else thread.theirs)
    _note(connection, number, "thread", [copy for t, copy in zip(mixed, copies, strict=True) if not t.returns])
    recount(connection, [*(thread.id for thread in mixed), *copies])


def _threads(connection: Connection, number: int, root: int, since: datetime) -> Iterator[_Thread]:
    """The threads that hold something of the returning customer, with whose each message is."""
    thread, message, identity = tables.thread, tables.message, tables.identity
    theirs, whole = tables.merge_move.alias(), tables.merge_move.alias()
    written = select(message.c.thread_id).where(
        message.c.customer_id == root, message.c.id.in_(moved_ids(number, "message"))
    )
    rows = connection.execute(
        select(
            thread.c.id,
            whole.c.row_id.is_not(None).label("returns"),
            message.c.id.label("message_id"),
            theirs.c.row_id.is_not(None).label("theirs"),
            or_(
                message.c.received_at < since,
                and_(message.c.identity_id.is_not(None), identity.c.shared.is_(False)),
            ).label("marked"),
        )
        .join_from(thread, message, message.c.thread_id == thread.c.id)
        .outerjoin(identity, identity.c.id == message.c.identity_id)
        .outerjoin(whole, _noted(whole, number, "thread", thread.c.id))
        .outerjoin(theirs, _noted(theirs, number, "message", message.c.id))
        .where(
            thread.c.customer_id == root,
            or_(whole.c.row_id.is_not(None), thread.c.id.in_(written)),
        )
        .order_by(thread.c.id, message.c.sort_key)
    )
    for thread_id, messages in groupby(rows, key=lambda row: row.id):
        yield _side(thread_id, list(messages))


def _noted(noted: Any, number: int, entity: str, row_id: Any) -> Any:
    return and_(noted.c.merge_id == number, noted.c.entity == entity, noted.c.row_id == row_id)


def _side(thread_id: int, messages: Sequence[Row[*tuple[Any, ...]]]) -> _Thread:
    thread = _Thread(thread_id, bool(messages[0].returns))
    first = next((bool(row.theirs) for row in messages if row.theirs or row.marked), False)
    theirs = thread.returns or first
    for row in messages:
        if row.theirs or row.marked:
            theirs = bool(row.theirs)
        (thread.theirs if theirs else thread.others).append(row.message_id)
    return thread


def _note(connection: Connection, number: int, entity: str, ids: Sequence[int]) -> None:
    rows = tables.METADATA.tables[entity]
    for chunk in _chunks(ids):
        wanted = select(rows.c.id).where(rows.c.id.in_(chunk), rows.c.id.not_in(moved_ids(number, entity)))
        move(connection, number, entity, wanted)


def _split(connection: Connection, original: int, copy: int, leaving: Sequence[int]) -> None:
    """Give these messages of a thread a thread of their own that is like it."""
    thread, message, tag, episode = tables.thread, tables.message, tables.thread_tag, tables.episode
    row = connection.execute(select(thread).where(thread.c.id == original)).one()
    came: list[Row[*tuple[Any, ...]]] = []
    for chunk in _chunks(leaving):
        wanted = select(message.c.sent_at, message.c.direction, message.c.import_run_id).where(message.c.id.in_(chunk))
        came += connection.execute(wanted).all()
    runs = {found.import_run_id for found in came}
    values = {name: value for name, value in row._mapping.items() if name not in _THREAD_OWN}
    values |= {"id": copy, "import_run_id": runs.pop() if len(runs) == 1 else None}
    connection.execute(insert(thread), values | {"created_at": min(found.sent_at for found in came)})
    tags = connection.execute(select(tag.c.tag).where(tag.c.thread_id == original)).scalars().all()
    if tags:
        connection.execute(insert(tag), [{"thread_id": copy, "tag": name} for name in tags])
    for chunk in _chunks(leaving):
        connection.execute(update(message).where(message.c.id.in_(chunk)).values(thread_id=copy))
        for rows in (tables.arrival, tables.decision, tables.article_use, tables.undo_row):
            connection.execute(update(rows).where(rows.c.message_id.in_(chunk)).values(thread_id=copy))
    opened = sorted({found.sent_at for found in came if found.direction == Direction.INBOUND})
    if not opened:
        return
    taken = 0
    for times in _chunks(opened):
        taken += connection.execute(
            update(episode)
            .where(episode.c.thread_id == original, episode.c.opened_at.in_(times))
            .values(thread_id=copy)
        ).rowcount
    if not taken:
        answers = (f.sent_at for f in came if f.direction == Direction.OUTBOUND and f.sent_at >= opened[0])
        connection.execute(
            insert(episode),
            {
                "thread_id": copy,
                "customer_id": row.customer_id,
                "opened_at": opened[0],
                "first_response_at": min(answers, default=None),
                "resolved_at": row.resolved_at,
            },
        )


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
