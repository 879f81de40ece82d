"""Holds that something takes linear time: it is measured with all of a text and with a quarter, side by side."""

import time
from collections.abc import Callable

_PARTS = 4
_MOST = 9.0
"""Four times as much takes four times as long; where time grows with the square, sixteen times."""
_LEAST = 0.0005
_TRIES = 5


def takes_linear_time(work: Callable[[int], object], size: int) -> None:
    """Fail where `work`, called with how much there is to do, takes out of proportion longer for `size` of it."""
    part = min(_seconds(work, size // _PARTS) for _ in range(_TRIES))
    whole = min(_seconds(work, size) for _ in range(_TRIES))
    assert whole < _MOST * max(part, _LEAST), f"{whole:.3f} s for all, {part:.3f} s for a quarter"


def _seconds(work: Callable[[int], object], size: int) -> float:
    began = time.thread_time()
    work(size)
    return time.thread_time() - began
