"""Operations that do something to many threads at once, and take it back."""

from collections.abc import Sequence

from convo.desk.operation import Operations, operation
from convo.model.actions import Action, UndoStep
from convo.model.views import RuleView
from convo.model.words import Role


class Actions(Operations):
    """What operators do, in steps that can be undone."""

    @operation(Role.AGENT, writes=True)
    def do(self, action: Action, threads: Sequence[int]) -> UndoStep:
        """Do one thing to all these threads, as one step; what cannot be done to one is told in `skipped`.

        Raises the first refusal when it could be done to none.
        """
        raise NotImplementedError

    @operation(Role.AGENT, writes=True)
    def undo(self, step: int | None = None) -> UndoStep:
        """Take a step back: that of this number, or one's own newest that is not taken back yet.

        A reply is taken back only before it left. A thread that somebody changed since is left and told in `skipped`.
        Raises NotFound when there is nothing to undo, Conflict when nothing of it can be.
        """
        raise NotImplementedError

    @operation(Role.VIEWER)
    def steps(self, *, limit: int = 20) -> tuple[UndoStep, ...]:
        """One's own newest steps, newest first."""
        raise NotImplementedError

    @operation(Role.VIEWER)
    def macros(self, thread: int | None = None) -> tuple[RuleView, ...]:
        """The rules that are run by hand, by name: all, or those whose query matches a thread."""
        raise NotImplementedError
