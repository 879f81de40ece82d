"""Which customers somebody is writing to right now by a channel: what those customers may be shown of it.

A note, a draft that only lies there and one for another channel are nobody's business outside of the desk.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from convo import clock
from convo.channels.base import Typing
from convo.delivery.outgoing import answered_in
from convo.desk import reading
from convo.desk.reaching import route_of
from convo.errors import Conflict, NotFound
from convo.model import tables
from convo.model.envelope import Handle

if TYPE_CHECKING:
    from convo.desk.desk import Desk

LATELY = timedelta(seconds=6)
"""How long after a draft was last kept its writer counts as writing; a screen keeps it at each pause."""


def being_written(desk: "Desk", channel: int, is_here: Callable[[str, datetime], bool]) -> Iterator[Typing]:
    """The replies in writing that would go by a channel (its id) if they were sent now, each thread once.

    Whoever writes has a screen there that says so and is open, as `is_here` tells by its name and when it was heard of
    last, and what they kept last in the thread is a reply, kept just now. One query where nobody writes.
    """
    table, draft, presence = tables.channel, tables.draft, tables.presence
    now = clock.now()
    drafts = (
        select(draft.c.thread_id, draft.c.author, draft.c.note, draft.c.channel, draft.c.updated_at)
        .add_columns(presence.c.session, presence.c.at)
        .join(presence, and_(presence.c.thread_id == draft.c.thread_id, presence.c.name == draft.c.author))
        .where(draft.c.updated_at >= now - LATELY, presence.c.writing.is_(True))
        .order_by(draft.c.updated_at.desc(), draft.c.id.desc())
    )
    newest: dict[tuple[int, str], reading.AnyRow] = {}
    for row in desk.store.current().execute(drafts):
        if is_here(row.session, row.at):
            newest.setdefault((row.thread_id, row.author), row)
    if not newest:
        return
    name = desk.store.current().execute(select(table.c.name).where(table.c.id == channel)).scalar()
    seen = set[int]()
    for row in newest.values():
        # A clock that is far ahead would have a draft lie there as new for as long.
        fits = not row.note and row.channel in ("", name) and row.updated_at <= now + LATELY
        if fits and row.thread_id not in seen:
            typing = _by(desk, channel, row.thread_id, row.channel or None)
            if typing is not None:
                seen.add(row.thread_id)
                yield typing


def _by(desk: "Desk", channel: int, thread: int, named: str | None) -> Typing | None:
    """Where a reply in a thread would go by a channel; None when it goes by another, or cannot go now."""
    connection = desk.store.current()
    found = connection.execute(reading.thread_rows().where(tables.thread.c.id == thread)).first()
    if found is None:
        return None
    try:
        account, identity_id, recipient = route_of(desk, reading.thread_row(found), named)
    except (Conflict, NotFound):
        return None
    if account.id != channel:
        return None
    table, identity = tables.thread, tables.identity
    kind = connection.execute(select(identity.c.kind).where(identity.c.id == identity_id)).scalar_one()
    key = select(table.c.external_id).where(table.c.id == thread, table.c.channel_id == channel)
    answers = connection.execute(answered_in(thread, channel)).scalar()
    return Typing(thread, Handle(kind, recipient), connection.execute(key).scalar(), answers)
