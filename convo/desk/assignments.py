"""Operations on assignment: who gets a thread, and the queue of those that nobody was there to take."""

from convo.desk.operation import Operations, operation
from convo.model.routing_views import AssignmentView
from convo.model.words import Role


class Assignments(Operations):
    """Who gets a thread."""

    @operation(Role.AGENT, writes=True)
    def place(self, thread: int, wanted: str, *, by: str = "") -> AssignmentView:
        """Assign a thread as `wanted` says (`convo.routing.wanted`), or queue it while nobody can take it."""
        return AssignmentView(thread, wanted, None, None, by)

    @operation(Role.AGENT, writes=True)
    def hand_out(self) -> tuple[AssignmentView, ...]:
        """Give queued threads, the longest waiting first, to those who can take them now."""
        return ()
