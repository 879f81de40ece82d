"""Tells that somebody changed the store, so that a screen knows when to look again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convo.desk.desk import Desk


class Changes:
    """Waits for the next change; only a hint, and the store stays the truth."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    def wait(self, seconds: float) -> bool:
        """Whether anything was committed to the store since the last call, waiting for it so long at most.

        One thread at a time. Raises Busy or StoreError while the store cannot be reached; the next call tries anew.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Wake whoever waits, and let go of the connection."""
        raise NotImplementedError
