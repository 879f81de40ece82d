"""What the far end of the tests' mail has been told to do with a recipient's mail."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hold:
    """A mail that waits for its answer after DATA."""

    reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Let the answer go."""
        self._released.set()

    def wait(self) -> None:
        """Say that a mail is here, and wait until it may be answered."""
        self.reached.set()
        self._released.wait(60)


@dataclass(slots=True)
class Plan:
    """What one recipient meets, `left` more times, or always when it is None."""

    reply: str = ""
    drops: bool = False
    hold: Hold | None = None
    left: int | None = None
