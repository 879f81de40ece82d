"""What an API that the tests play is to do wrong: refuse some calls of a method, or do them and never say so."""

import threading
from dataclasses import dataclass

from tests.servers.http_thread import Answer


@dataclass(slots=True)
class _Plan:
    method: str
    answer: Answer | None
    left: int


class Planned:
    """The plans of one server, each for the next few calls of a method, in the order they were made."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []
        self._lock = threading.Lock()

    def refuse(self, method: str, answer: Answer, times: int) -> None:
        """Give this answer, with nothing done."""
        self._plans.append(_Plan(method, answer, times))

    def drop(self, method: str, times: int) -> None:
        """Do what is asked, but hang up before saying so: the caller cannot know."""
        self._plans.append(_Plan(method, None, times))

    def next(self, method: str) -> tuple[Answer | None, bool]:
        """The refusal for this call, if there is one, and whether its answer is to be dropped."""
        with self._lock:
            for plan in self._plans:
                if plan.method == method and plan.left > 0:
                    plan.left -= 1
                    return plan.answer, plan.answer is None
        return None, False
