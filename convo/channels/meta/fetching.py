"""Fetches the files of what was pushed: a few at once, bounded, and never so that a message is lost for its file."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from convo.channels.meta.pieces import Heard, RemoteFile
from convo.channels.trouble import ChannelDown
from convo.model.envelope import Envelope, Item, Part

_AT_ONCE = 4
_MOST_FILES = 30
_SECONDS = 20.0
"""For how long all files of one request are fetched: Meta waits for its answer meanwhile."""


async def with_files(
    heard: Heard, fetch: Callable[[RemoteFile], Awaitable[bytes | None]], patient_since: datetime
) -> tuple[Item, ...]:
    """The items with the bytes of their files, None for those that are gone or too large.

    Raises ChannelDown when files of a message that was sent after `patient_since` cannot be had now: nothing is stored
    then, and Meta pushes the same again. Older messages do without, as Meta does not push for ever.
    """
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(file: RemoteFile, sent_at: datetime) -> bytes | None:
        async with turn:
            try:
                return await fetch(file)
            except ChannelDown:
                if sent_at > patient_since:
                    raise
                return None

    wanted = [
        (place, file, item.sent_at)
        for place, (item, files) in enumerate(heard.items)
        if isinstance(item, Envelope)
        for file in files
    ]
    tasks = [asyncio.ensure_future(one(file, sent_at)) for _, file, sent_at in wanted[:_MOST_FILES]]
    if tasks:
        await asyncio.wait(tasks, timeout=_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
    try:
        fetched = [_result(task, sent_at, patient_since) for task, (_, _, sent_at) in zip(tasks, wanted, strict=False)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    parts: dict[int, list[Part]] = {}
    fetched += [None] * (len(wanted) - len(fetched))
    for (place, file, _), data in zip(wanted, fetched, strict=True):
        parts.setdefault(place, []).append(Part(file.name, file.media_type, data))
    return tuple(
        replace(item, parts=(*item.parts, *parts[place])) if isinstance(item, Envelope) and place in parts else item
        for place, (item, _) in enumerate(heard.items)
    )


def _result(task: "asyncio.Future[bytes | None]", sent_at: datetime, patient_since: datetime) -> bytes | None:
    if task.done():
        return task.result()
    if sent_at > patient_since:
        raise ChannelDown("Meta does not hand a file over in time")
    return None
