"""Operations on promised times: policies, calendars, due times on threads, breaches."""

from convo.desk.operation import Operations, operation
from convo.model.words import Role


class Sla(Operations):
    """Promised times."""

    @operation(Role.AGENT, writes=True)
    def put(self, thread: int, policy: str | None) -> None:
        """Put a thread under a policy, or under none; its due times follow."""

    @operation(Role.AGENT, writes=True)
    def refresh(self, thread: int) -> None:
        """Set a thread's due times to what its policy and its state ask for now."""

    @operation(Role.AGENT, writes=True)
    def note_breaches(self) -> int:
        """Record the promised times that have passed since the last call; how many."""
        return 0
