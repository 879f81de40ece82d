"""Tells that somebody changed the store, so that a screen knows when to look again."""

from typing import TYPE_CHECKING

from convo.store.watch import Watch

if TYPE_CHECKING:
    from convo.desk.desk import Desk


class Changes:
    """Waits for the next change; only a hint, and the store stays the truth."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
        self._watch = Watch(desk.store.location)

    def wait(self, seconds: float) -> bool:
        """Whether anything was committed to the store since the last call, waiting for it so long at most.

        One thread at a time; one's own commits count. The first call, and the first after an error, tell True at once,
        since nobody knows what happened before; once closed it is False at once. Raises Busy or StoreError while the
        store cannot be reached; the next call tries anew.
        """
        return self._watch.wait(seconds)

    def close(self) -> None:
        """Wake whoever waits, and let go of the connection."""
        self._watch.close()
