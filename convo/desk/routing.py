"""Operations on routing: run the rules on what happens, explain what they decided, replay them over history."""

from convo.desk.operation import Operations, operation
from convo.model.words import Role


class Routing(Operations):
    """What the rules decide, and why."""

    @operation(Role.AGENT, writes=True)
    def route(self, thread: int, trigger: str, *, message: int | None = None) -> None:
        """Run the rules of a trigger on a thread, with its newest message or the one given, and keep the decision."""

    @operation(Role.AGENT, writes=True)
    def run_timed(self) -> int:
        """Run the time-triggered rules that are due, each once per episode; how many fired."""
        return 0
