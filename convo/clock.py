"""The one source of "now"; tests and dry runs set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("convo_fixed_now", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC; what `fixed` says while it is in force."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def fixed(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` (aware) in this context; raises ValueError when it is naive."""
    if instant.tzinfo is None:
        raise ValueError("the clock takes an aware datetime")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
