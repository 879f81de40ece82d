"""Opens a channel for one question, asks it within a bounded time, and lets go of it whatever came of that."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from convo.channels.base import Channel
from convo.channels.trouble import ChannelDown, Trouble
from convo.errors import Busy, ConvoError
from convo.model.transport import CheckView

T = TypeVar("T")
SECONDS = 60.0
_CLOSING_SECONDS = 5.0


def checked(open_channel: Callable[[], Channel], name: str) -> tuple[CheckView, ...]:
    """What a channel says of its credentials, receiving and sending; raises as opening it does."""
    try:
        found = asked(open_channel, name, lambda channel: channel.check())
    except Busy as silence:
        return (CheckView("answer", False, silence.message, ""),)
    return tuple(CheckView(each.what, not each.problem, each.problem, each.detail) for each in found)


def asked(open_channel: Callable[[], Channel], name: str, ask: Callable[[Channel], Awaitable[T]]) -> T:
    """What an open channel answers; raises ConvoError in words for its trouble, Busy when it is down or too slow."""

    async def run() -> T:
        channel = open_channel()
        try:
            async with asyncio.timeout(SECONDS):
                return await ask(channel)
        finally:
            with suppress(Exception):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await channel.close()

    try:
        return asyncio.run(run())
    except ConvoError:
        raise
    except ChannelDown as down:
        raise Busy(f"{name}: {down.reason}", hint="try again later") from down
    except Trouble as trouble:
        raise ConvoError(f"{name}: {trouble.reason}") from trouble
    except TimeoutError as error:
        raise Busy(f"{name} did not answer within {SECONDS:.0f} seconds", hint="try again later") from error
