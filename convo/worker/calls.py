"""Calls of the desk from the loop: in threads of their own, so that a channel that hangs in one blocks none of them."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_AT_ONCE = 4


class Calls:
    """A few threads in which the desk is asked; a call that is cancelled goes on to its end unseen."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="desk")

    async def __call__(self, ask: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the desk answers; raises what it raises."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(context.run, ask, *args, **kwargs))

    def close(self) -> None:
        """Let the threads end once they are done."""
        self._threads.shutdown(wait=False)
