"""Keeps a channel to the pace that its provider takes: so many messages a second, and a pause for each recipient."""

import asyncio
import time
from collections import OrderedDict

_REMEMBERED = 10_000


class Pace:
    """Waits as long as it takes before the next message; a burst of one second's worth goes at once."""

    def __init__(self, per_second: float, pause: float) -> None:
        self._per_second = per_second
        self._pause = pause
        self._left = max(1.0, per_second)
        self._filled_at = time.monotonic()
        self._last: OrderedDict[str, float] = OrderedDict()

    async def keep(self, recipient: str) -> None:
        """Wait until a message may go to a recipient, and count it."""
        if self._pause and recipient in self._last:
            await asyncio.sleep(max(0.0, self._last[recipient] + self._pause - time.monotonic()))
        self._fill()
        if self._left < 1.0:
            await asyncio.sleep((1.0 - self._left) / self._per_second)
            self._fill()
        self._left -= 1.0
        if self._pause:
            self._last[recipient] = time.monotonic()
            self._last.move_to_end(recipient)
            while len(self._last) > _REMEMBERED:
                self._last.popitem(last=False)

    def _fill(self) -> None:
        now = time.monotonic()
        self._left = min(max(1.0, self._per_second), self._left + (now - self._filled_at) * self._per_second)
        self._filled_at = now
