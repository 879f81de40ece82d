"""What operators were writing and have not sent: one reply and one note a thread and author, kept at every pause."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from convo import clock
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.writing_views import KeptDraft
from convo.text import clean

_LONGEST_BODY = 1_000_000


def keep(connection: Connection, thread: int, author: str, body: str, *, note: bool, channel: str) -> KeptDraft | None:
    """Keep what an author wrote in a thread so far, as it stands; nothing but space drops it.

    Raises BadInput for a body of more than 1,000,000 characters, NotFound.
    """
    draft = tables.draft
    customer = _customer_of(connection, thread)
    text = clean(body)
    if not text.strip():
        drop(connection, thread, author, note)
        return None
    if len(text) > _LONGEST_BODY:
        raise BadInput(f"the text is {len(text):,} characters long; the most is {_LONGEST_BODY:,}")
    values = {"channel": clean(channel), "body": text, "updated_at": clock.now()}
    theirs = _of(thread, author, note)
    if not connection.execute(update(draft).where(theirs).values(**values)).rowcount:
        own = {"thread_id": thread, "customer_id": customer, "author": author, "note": note}
        connection.execute(insert(draft), own | values)
    return _view(connection.execute(select(draft).where(theirs)).one())


def kept_by(connection: Connection, author: str, thread: int | None = None) -> tuple[KeptDraft, ...]:
    """An author's drafts, all or those in one thread, the newest first."""
    draft = tables.draft
    wanted = select(draft).where(draft.c.author == author).order_by(draft.c.updated_at.desc(), draft.c.id.desc())
    if thread is not None:
        wanted = wanted.where(draft.c.thread_id == thread)
    return tuple(_view(row) for row in connection.execute(wanted))


def drop(connection: Connection, thread: int, author: str, note: bool) -> None:
    """Forget an author's reply or note in a thread, if one is kept."""
    connection.execute(delete(tables.draft).where(_of(thread, author, note)))


def sent(connection: Connection, thread: int, author: str, note: bool) -> None:
    """Forget what its author has just written for good; what a rule writes in their name is not what they were writing.

    Belongs in the write that sends it.
    """
    from convo.desk.rule_running import rules_act

    if not rules_act():
        drop(connection, thread, author, note)


def _of(thread: int, author: str, note: bool) -> ColumnElement[bool]:
    draft = tables.draft
    return and_(draft.c.thread_id == thread, draft.c.author == author, draft.c.note.is_(note))


def _customer_of(connection: Connection, thread: int) -> int:
    """Whose a thread is, held until the transaction ends: no second draft is made meanwhile, nor the thread moved."""
    table = tables.thread
    wanted = select(table.c.customer_id).where(table.c.id == thread).with_for_update()
    customer = connection.execute(wanted).scalar()
    if customer is None:
        raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
    return int(customer)


def _view(row: Row[*tuple[Any, ...]]) -> KeptDraft:
    return KeptDraft(row.id, row.thread_id, row.author, row.note, row.channel, row.body, row.updated_at)
