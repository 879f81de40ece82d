"""When to try again: exponential backoff with full jitter, and an end to it.

Full jitter as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): drawn evenly up to a bound that
doubles.
"""

import random
from datetime import timedelta

_FIRST = 5.0
_LONGEST = 3600.0
GIVE_UP_AFTER = timedelta(days=1)
"""How long after it was written a message that does not go is still tried."""


def delay(failures: int, *, retry_after: float | None = None) -> timedelta:
    """How long to wait after so many failures in a row (1 or more), never less than what the provider asks for."""
    bound = min(_LONGEST, _FIRST * 2.0 ** min(failures - 1, 20))
    drawn = random.uniform(0.1 * bound, bound)  # noqa: S311 - it spreads load and guards nothing
    return timedelta(seconds=max(drawn, retry_after or 0.0))
