"""Makes the rows of an inbox: threads with the beginning of their newest message, their tags, and who is on them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from convo.desk import reading
from convo.desk.presence import is_here
from convo.model import tables
from convo.model.inbox_views import InboxRow
from convo.model.words import Direction
from convo.model.writing_views import PresenceView
from convo.store.bulk import among

if TYPE_CHECKING:
    from convo.desk.desk import Desk

LONGEST_PREVIEW = 80
_READ = 400
"""How many characters of a message are looked at for its preview, since blanks in it are drawn together."""
_NEWEST = 20
"""Among so many of a thread's newest messages one is looked for that a person wrote."""


def inbox_rows(desk: "Desk", connection: Connection, found: Sequence[reading.AnyRow]) -> tuple[InboxRow, ...]:
    """The inbox's rows of rows of `reading.thread_rows`, in their order."""
    threads = [row.id for row in found]
    if not threads:
        return ()
    previews = _previews(connection, threads)
    tags = _tags(connection, threads)
    others = _others(connection, threads, desk.actor.name)
    drafted = _drafted(connection, threads, desk.actor.name)
    return tuple(
        InboxRow(
            reading.thread_row(row),
            previews.get(row.id, ""),
            tuple(tags.get(row.id, ())),
            tuple(others.get(row.id, ())),
            row.id in drafted,
        )
        for row in found
    )


def _previews(connection: Connection, threads: Sequence[int]) -> dict[int, str]:
    """How each thread's newest message begins, on one line; what a machine sent only where nothing else is near."""
    thread, message = tables.thread, tables.message
    newest = (
        select(message.c.id, message.c.automatic, message.c.sort_key)
        .where(message.c.thread_id == thread.c.id)
        .order_by(message.c.sort_key.desc())
        .limit(_NEWEST)
        .correlate(thread)
        .subquery()
    )
    wanted = select(newest.c.id).order_by(newest.c.automatic, newest.c.sort_key.desc()).limit(1).scalar_subquery()
    chosen = among(connection, thread.c.id, threads)
    listed = select(thread.c.id, wanted.label("message_id")).where(chosen).subquery("listed")
    begins = func.substr(message.c.body, 1, _READ)
    found = connection.execute(
        select(listed.c.id, message.c.direction, begins).join(message, message.c.id == listed.c.message_id)
    )
    return {number: _preview(direction, text) for number, direction, text in found}


def _preview(direction: str, text: str) -> str:
    words = " ".join(text.split())
    if direction == Direction.NOTE.value:
        words = f"(note) {words}"  # it must not be taken for what the customer reads or wrote
    return words if len(words) <= LONGEST_PREVIEW else words[: LONGEST_PREVIEW - 1].rstrip() + "…"


def _tags(connection: Connection, threads: Sequence[int]) -> dict[int, list[str]]:
    tag = tables.thread_tag
    tags = defaultdict(list)
    wanted = select(tag.c.thread_id, tag.c.tag).where(among(connection, tag.c.thread_id, threads)).order_by(tag.c.tag)
    for thread, name in connection.execute(wanted):
        tags[thread].append(name)
    return tags


def _others(connection: Connection, threads: Sequence[int], name: str) -> dict[int, list[PresenceView]]:
    """Who else has each thread on a screen, those who write first, each once."""
    presence = tables.presence
    wanted = (
        select(presence.c.thread_id, presence.c.name, presence.c.writing, presence.c.at, presence.c.session)
        .where(
            among(connection, presence.c.thread_id, threads),
            presence.c.name != name,
        )
        .order_by(presence.c.writing.desc(), presence.c.at.desc(), presence.c.id)
    )
    others: dict[int, list[PresenceView]] = defaultdict(list)
    for thread, who, writing, at, session in connection.execute(wanted):
        if is_here(session, at) and all(other.name != who for other in others[thread]):
            others[thread].append(PresenceView(who, thread, writing, "", at))
    return others


def _drafted(connection: Connection, threads: Sequence[int], author: str) -> set[int]:
    """The threads in which somebody keeps an unsent draft."""
    draft = tables.draft
    wanted = select(draft.c.thread_id).where(among(connection, draft.c.thread_id, threads), draft.c.author == author)
    return set(connection.execute(wanted).scalars())
