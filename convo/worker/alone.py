"""The right to have the channels of a store, which one worker at a time holds; it falls free when that one ends."""

import asyncio
import threading

from convo.desk.desk import Desk
from convo.errors import Busy, ConvoError


class Alone:
    """Holds the right in a thread of its own, as locks belong to threads."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._end = threading.Event()
        self._held = False
        self._thread: threading.Thread | None = None

    async def acquire(self) -> bool:
        """Whether this worker has the right, by now or since before; raises StoreError when the store is not there."""
        if self._held and self._thread is not None and self._thread.is_alive():
            return True
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._end = threading.Event()
        self._thread = threading.Thread(
            target=self._hold, args=(asyncio.get_running_loop(), answered), name="channels", daemon=True
        )
        self._thread.start()
        self._held = await answered
        return self._held

    def release(self) -> None:
        """Give the right back, where it was had."""
        self._held = False
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def _hold(self, loop: asyncio.AbstractEventLoop, answered: "asyncio.Future[bool]") -> None:
        try:
            with self.desk.store.only_one("channels"):
                loop.call_soon_threadsafe(answered.set_result, True)
                self._end.wait()
        except Busy:
            loop.call_soon_threadsafe(answered.set_result, False)
        except ConvoError as error:
            loop.call_soon_threadsafe(_refuse, answered, error)


def _refuse(answered: "asyncio.Future[bool]", error: ConvoError) -> None:
    if not answered.done():
        answered.set_exception(error)
