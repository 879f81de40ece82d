"""Operations that an inbox stands on: its views with live counts, its rows, and how the desk is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, select, tuple_

from convo.desk import cursor, reading
from convo.desk.inbox_lists import inbox_lists
from convo.desk.inbox_rows import inbox_rows
from convo.desk.operation import Operations, operation
from convo.desk.querying import threads_matching
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.inbox_views import DeskStatus, InboxPage, InboxRow, InboxView
from convo.model.table import Instant, Number
from convo.model.words import Role
from convo.store.bulk import among

_thread = tables.thread
_PLACE = (_thread.c.last_message_at, _thread.c.id)
_DOWN = (_thread.c.last_message_at.desc(), _thread.c.id.desc())
_UP = _PLACE


class Inbox(Operations):
    """What waits, for whoever answers."""

    @operation(Role.VIEWER)
    def views(self) -> tuple[InboxView, ...]:
        """The lists of an inbox with how many threads each holds: mine, unassigned, each of my teams, all, and more.

        Mine, the teams', unassigned and all hold what is open; snoozed and breaching what their names say; saved
        queries come last. Whoever acts as no operator has nothing that is theirs, and sees every team.
        """
        return inbox_lists(self.desk, self.connection)

    @operation(Role.VIEWER)
    def list(
        self,
        query: str = "",
        *,
        before: str | None = None,
        after: str | None = None,
        end: bool = False,
        around: int | None = None,
        limit: int = 50,
    ) -> InboxPage:
        """A page of the threads that a query matches, the newest message first; raises QueryError.

        `after` and `before` are a page's cursors, `end` asks for the last page, `around` for the one with the place of
        that thread in its middle (NotFound); no two of them at once (BadInput). A page that is empty has no cursors.
        """
        if (before is not None) + (after is not None) + end + (around is not None) > 1:
            raise BadInput(
                "a page is the one before a cursor, after it, around a thread, or the last", hint="give one of them"
            )
        size = cursor.check_limit(limit)
        if around is not None:
            return self._around(query, around, size)
        wanted = self._places(query)
        if after is not None:
            wanted = wanted.where(_below(*cursor.decode(after, datetime, int)))
        if before is not None:
            wanted = wanted.where(_above(*cursor.decode(before, datetime, int)))
        upwards = end or before is not None
        found = self.connection.execute(wanted.order_by(*(_UP if upwards else _DOWN)).limit(size + 1)).all()
        more = len(found) > size
        kept = found[:size][::-1] if upwards else found[:size]
        if not kept:
            return InboxPage(())
        first, last = _cursor(kept[0]), _cursor(kept[-1])
        return InboxPage(
            self._rows(kept),
            before=first if after is not None or (upwards and more) else None,
            after=last if before is not None or (not upwards and more) else None,
        )

    @operation(Role.VIEWER)
    def rows(self, threads: Sequence[int], query: str = "") -> tuple[InboxRow, ...]:
        """These threads' rows as they are now, in the list's order, without those that the query does not match.

        Raises QueryError, and BadInput for more than a page holds.
        """
        if not threads:
            return ()
        cursor.check_limit(len(threads))
        wanted = self._places(query).where(among(self.connection, _thread.c.id, set(threads)))
        return self._rows(self.connection.execute(wanted.order_by(*_DOWN)).all())

    @operation(Role.VIEWER)
    def next_unread(self, query: str = "", *, after: int | None = None) -> InboxRow | None:
        """The unread thread next below thread `after` in a query's list, else the first; None when none is unread."""
        wanted = self._places(query).where(_thread.c.unread.is_(True)).order_by(*_DOWN).limit(1)
        known = select(*_PLACE).where(_thread.c.id == after)
        place = None if after is None else self.connection.execute(known).first()
        found = self.connection.execute(wanted.where(_below(*place))).all() if place is not None else []
        rows = self._rows(found or self.connection.execute(wanted).all())
        return rows[0] if rows else None

    @operation(Role.VIEWER)
    def status(self) -> DeskStatus:
        """The desk in one line: what waits to leave, what could not, what is new, and how its channels are."""
        from convo.desk.desk_status import desk_status

        return desk_status(self.desk, self.connection)

    def _around(self, query: str, thread: int, size: int) -> InboxPage:
        """The page that has the place of a thread in its middle, as far as the list goes there."""
        place = self.connection.execute(select(*_PLACE).where(_thread.c.id == thread)).first()
        if place is None:
            raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
        wanted, half = self._places(query), size // 2
        above = self.connection.execute(wanted.where(_above(*place)).order_by(*_UP).limit(half + 1)).all()
        room = size - min(len(above), half)
        from_there_down = wanted.where(tuple_(*_PLACE) <= _pair(*place)).order_by(*_DOWN)
        below = self.connection.execute(from_there_down.limit(room + 1)).all()
        kept = [*above[:half][::-1], *below[:room]]
        if not kept:
            return InboxPage(())
        return InboxPage(
            self._rows(kept),
            before=_cursor(kept[0]) if len(above) > half else None,
            after=_cursor(kept[-1]) if len(below) > room else None,
        )

    def _places(self, query: str) -> reading.Rows:
        """A query for the places of the threads that match."""
        source, condition = threads_matching(self.desk, query)
        return select(*_PLACE).select_from(source).where(condition)

    def _rows(self, places: Sequence[reading.AnyRow]) -> tuple[InboxRow, ...]:
        """The rows of threads by their places, in their order."""
        order = {row.id: number for number, row in enumerate(places)}
        # Named one by one, so that SQLite knows how few they are and begins with them.
        wanted = reading.thread_rows().where(_thread.c.id.in_(tuple(order)))
        found = sorted(self.connection.execute(wanted).all(), key=lambda row: order[row.id]) if order else []
        return inbox_rows(self.desk, self.connection, found)


def _below(at: datetime, number: int) -> ColumnElement[bool]:
    """What stands below a place in the list: one comparison of pairs, which an index can begin at."""
    below: ColumnElement[bool] = tuple_(*_PLACE) < _pair(at, number)
    return below


def _above(at: datetime, number: int) -> ColumnElement[bool]:
    above: ColumnElement[bool] = tuple_(*_PLACE) > _pair(at, number)
    return above


def _pair(at: datetime, number: int) -> Any:
    return tuple_(literal(at, Instant()), literal(number, Number))


def _cursor(row: reading.AnyRow) -> str:
    return cursor.encode(row.last_message_at, row.id)
