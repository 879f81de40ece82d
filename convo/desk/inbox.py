"""Operations that an inbox stands on: its views with live counts, its rows, and how the desk is."""

from collections.abc import Sequence

from convo.desk.operation import Operations, operation
from convo.model.inbox_views import DeskStatus, InboxPage, InboxRow, InboxView
from convo.model.words import Role

FIRST_VIEWS = ("mine", "unassigned", "all", "snoozed", "breaching")


class Inbox(Operations):
    """What waits, for whoever answers."""

    @operation(Role.VIEWER)
    def views(self) -> tuple[InboxView, ...]:
        """The lists of an inbox with how many threads each holds: mine, unassigned, each of my teams, all, and more.

        Mine, the teams', unassigned and all hold what is open; snoozed and breaching what their names say; saved
        queries come last.
        """
        raise NotImplementedError

    @operation(Role.VIEWER)
    def list(
        self,
        query: str = "",
        *,
        before: str | None = None,
        after: str | None = None,
        end: bool = False,
        limit: int = 50,
    ) -> InboxPage:
        """A page of the threads that a query matches, the newest message first; raises QueryError.

        `after` and `before` are a page's cursors, `end` asks for the last page.
        """
        raise NotImplementedError

    @operation(Role.VIEWER)
    def rows(self, threads: Sequence[int], query: str = "") -> tuple[InboxRow, ...]:
        """These threads' rows as they are now, in the list's order, without those that the query does not match."""
        raise NotImplementedError

    @operation(Role.VIEWER)
    def next_unread(self, query: str = "", *, after: int | None = None) -> InboxRow | None:
        """The unread thread next below thread `after` in a query's list, else the first; None when none is unread."""
        raise NotImplementedError

    @operation(Role.VIEWER)
    def status(self) -> DeskStatus:
        """The desk in one line."""
        raise NotImplementedError
