"""Side-by-side timing: the ratio of two pieces of work done in turn, so that a slow moment slows both."""

import statistics
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of both, called alternately."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def p95(times: Sequence[float]) -> float:
    """The time that 95 of 100 stay under."""
    return sorted(times)[int(len(times) * 0.95)]


def say(name: str, ours: float, theirs: float, aim: float) -> None:
    """Print one line of the table: the ratio, what it should be, and both times."""
    print(
        f"{name:<58} {ours / theirs:6.2f}  (aim: {aim:g})   ours {ours * 1000:10.2f} ms, bare {theirs * 1000:10.2f} ms"
    )
