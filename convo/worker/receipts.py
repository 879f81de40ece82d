"""Receipts on their way into the store: many in one write, where a message that goes twice would do no harm."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from convo.channels.base import Outgoing
from convo.delivery.outcomes import Taken

HELD_SECONDS = 0.03
"""How long a receipt waits for others: when a worker dies meanwhile, its message is sent again."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that a provider took, and how many milliseconds that was about it."""

    letter: Outgoing
    taken: Taken
    milliseconds: int


class Receipts:
    """What providers took and `write` has yet to write down, within `seconds` (0: at once)."""

    def __init__(self, write: Callable[[tuple[Gone, ...]], Awaitable[None]], seconds: float) -> None:
        self._write = write
        self._seconds = seconds
        self._held: list[Gone] = []
        self._one_write = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None

    async def add(self, gone: Gone) -> None:
        """Write one down, soon or now."""
        self._held.append(gone)
        if not self._seconds:
            await self.flush()
        elif self._soon is None:
            self._soon = asyncio.create_task(self._flush_soon())

    async def flush(self) -> None:
        """Write down what is held; afterwards everything that was added is in the store."""
        async with self._one_write:
            held, self._held = tuple(self._held), []
            if held:
                await self._write(held)

    async def _flush_soon(self) -> None:
        await asyncio.sleep(self._seconds)
        self._soon = None
        await self.flush()
