"""Operations on who is at which thread right now."""

from convo.desk.operation import Operations, operation
from convo.model.words import Role
from convo.model.writing_views import PresenceView


class Presence(Operations):
    """Which screens are open, and at what; it leaves no audit rows."""

    @operation(Role.VIEWER, writes=True)
    def touch(self, session: str, thread: int | None, *, writing: bool = False) -> None:
        """Say where a screen is; what is not said again within a minute and a half is forgotten."""
        raise NotImplementedError

    @operation(Role.VIEWER, writes=True)
    def leave(self, session: str) -> None:
        """Say that a screen was closed."""
        raise NotImplementedError

    @operation(Role.VIEWER)
    def others(self, thread: int, session: str = "") -> tuple[PresenceView, ...]:
        """Who else is at a thread, those who write first, with the kept draft of each."""
        raise NotImplementedError
