"""A thread of a channel's own for what blocks: one call at a time, and one that is cancelled is broken off."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

R = TypeVar("R")


class Lane:
    """Runs calls one after the other; `break_off` is called from the loop and must make a running one end soon."""

    def __init__(self, name: str, break_off: Callable[[], None]) -> None:
        self._name = name
        self._break_off = break_off
        self._calls: queue.SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._running: asyncio.Future[Any] | None = None

    @property
    def busy(self) -> bool:
        """Whether a call is running."""
        return self._running is not None

    async def run(self, call: Callable[[], R]) -> R:
        """What the call returns; raises what it raises. A call that is cancelled before its turn is left out."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._calls.put((answer, call))
        try:
            return await answer
        except asyncio.CancelledError:
            if self._running is answer:
                self._break_off()
            raise

    async def close(self, goodbye: Callable[[], None]) -> None:
        """Break off what is running, say goodbye where that takes no time, and let the thread end."""
        if self._thread is None:
            return
        if self.busy:
            self._break_off()
        else:
            with suppress(TimeoutError, Exception):
                async with asyncio.timeout(0.5):
                    await self.run(goodbye)
        self._calls.put(None)

    def _work(self) -> None:
        while (asked := self._calls.get()) is not None:
            answer, call = asked
            if answer.cancelled():
                continue
            self._running = answer
            result: Any = None
            error: BaseException | None = None
            try:
                result = call()
            except BaseException as raised:  # the loop gets it, whatever it is
                error = raised
            self._running = None
            with suppress(RuntimeError):  # the loop is closed
                answer.get_loop().call_soon_threadsafe(_settle, answer, result, error)


def _settle(answer: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
