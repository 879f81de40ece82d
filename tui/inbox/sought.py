"""What somebody looks for in the inbox: one of its views, and the filter typed over it."""

from dataclasses import dataclass

from convo.desk.desk import Desk
from convo.model.inbox_views import NarrowedQuery


@dataclass(frozen=True, slots=True)
class Sought:
    """The query of a view and the filter over it, each as it was written; empty where there is none."""

    view: str
    filter: str = ""

    def narrowed(self, desk: Desk) -> NarrowedQuery:
        """The one query of both, asked of the desk where there is a filter; raises QueryError."""
        return desk.queries.narrow(self.view, self.filter) if self.filter else NarrowedQuery(self.view)
