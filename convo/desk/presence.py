"""Operations on who is at which thread right now."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from convo import clock
from convo.desk.names import check_name
from convo.desk.operation import Operations, operation
from convo.desk.screen_names import runs
from convo.errors import NotFound
from convo.model import tables
from convo.model.words import Role
from convo.model.writing_views import PresenceView
from convo.store.bulk import among

if TYPE_CHECKING:
    from convo.channels.base import Typing

FORGOTTEN_AFTER = timedelta(seconds=90)
"""How long a screen counts as open that says nothing any more and cannot be seen from here."""


class Presence(Operations):
    """Which screens are open, and at what; it leaves no audit rows."""

    @operation(Role.VIEWER, writes=True, audits=False)
    def touch(self, session: str, thread: int | None, *, writing: bool = False) -> None:
        """Say where a screen is.

        `session` is the screen's own name, of at most 64 characters. One from `screen_name` counts as long as its
        process runs, where that can be seen; elsewhere, and under any other name, what is not said again within a
        minute and a half is forgotten. Raises NotFound when there is no such thread.
        """
        name, now, table = check_name(session, "session"), clock.now(), tables.presence
        if thread is not None:
            known = select(tables.thread.c.id).where(tables.thread.c.id == thread)
            if self.connection.execute(known).first() is None:
                raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
        # Rows that another screen is just forgetting are left to it, so that no two wait for each other.
        old = select(table.c.id, table.c.session).where(table.c.at < now - FORGOTTEN_AFTER)
        stale = self.connection.execute(old.with_for_update(skip_locked=True)).all()
        gone = [row.id for row in stale if not is_here(row.session, None)]
        self.connection.execute(delete(table).where(among(self.connection, table.c.id, gone)))
        values = {"name": self.desk.actor.name, "thread_id": thread, "writing": writing, "at": now}
        insert = (sqlite.insert if self.store.is_sqlite else postgresql.insert)(table)
        said = insert.values(session=name, **values)
        self.connection.execute(said.on_conflict_do_update(index_elements=["session"], set_=values))

    @operation(Role.VIEWER, writes=True, audits=False, batches=True)
    def stay(self, session: str, thread: int | None, *, writing: bool = False) -> None:
        """Say, as `touch` does, that a screen is still there, if anybody could forget it otherwise.

        A store is not written to where all screens run on one machine, and so see each other, and nobody is told of a
        screen that stayed where it was. Raises NotFound.
        """
        with self.store.read() as connection:
            rows = connection.execute(select(tables.presence)).all()
        mine = next((row for row in rows if row.session == session), None)
        stayed = (
            mine is not None
            and (mine.name, mine.thread_id, mine.writing) == (self.desk.actor.name, thread, writing)
            and is_here(session, mine.at)
        )
        if stayed and all(runs(row.session) is not None for row in rows):
            return
        with self.store.write(quietly=stayed):
            self.touch(session, thread, writing=writing)

    @operation(Role.VIEWER, writes=True, audits=False)
    def leave(self, session: str) -> None:
        """Say that a screen was closed."""
        table = tables.presence
        self.connection.execute(delete(table).where(table.c.session == check_name(session, "session")))

    @operation(Role.VIEWER)
    def others(self, thread: int, session: str = "") -> tuple[PresenceView, ...]:
        """Who else is at a thread, those who write first, with the kept draft of each.

        `session` is the screen that asks, and one's own other screens count as somebody else; without one, nobody of
        one's own name does. Who has both a reply and a note unsent there is shown with what they wrote last.
        """
        besides = self.desk.actor.name if not session else ""
        return present(self.connection, (thread,), session=session, besides=besides).get(thread, ())

    @operation(Role.VIEWER)
    def typing(self, channel: int) -> "tuple[Typing, ...]":
        """Whom somebody is writing a reply to by a channel (its id) at this moment, each thread once.

        No note counts, no draft that was left lying, and none that would go by another channel or cannot go now.
        """
        from convo.desk.being_written import being_written

        return tuple(being_written(self.desk, channel, is_here))


def is_here(session: str, at: datetime | None) -> bool:
    """Whether a screen is open: its process runs, or nobody can see that and it last said so at `at`, not long ago."""
    seen = runs(session)
    return seen if seen is not None else at is not None and at >= clock.now() - FORGOTTEN_AFTER


def present(
    connection: Connection, threads: Collection[int], *, session: str = "", besides: str = ""
) -> dict[int, tuple[PresenceView, ...]]:
    """Who is at each of these threads, but for one screen and for whoever is called `besides`; once a person."""
    table, draft = tables.presence, tables.draft
    here = (
        select(table)
        .where(
            among(connection, table.c.thread_id, threads),
            table.c.session != session,
            table.c.name != besides,
        )
        .order_by(table.c.writing.desc(), table.c.name, table.c.at.desc())
    )
    rows = [row for row in connection.execute(here) if is_here(row.session, row.at)]
    if not rows:
        return {}
    held = (
        select(draft.c.thread_id, draft.c.author, draft.c.body)
        .where(among(connection, draft.c.thread_id, {row.thread_id for row in rows}))
        .order_by(draft.c.updated_at, draft.c.id)
    )
    texts = {(row.thread_id, row.author): row.body for row in connection.execute(held)}
    found: dict[int, dict[str, PresenceView]] = {}
    for row in rows:
        text = texts.get((row.thread_id, row.name), "")
        view = PresenceView(row.name, row.thread_id, row.writing, text, row.at)
        found.setdefault(row.thread_id, {}).setdefault(row.name, view)
    return {thread: tuple(people.values()) for thread, people in found.items()}
