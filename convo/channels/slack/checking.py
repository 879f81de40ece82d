"""Tries a Slack app's tokens and rights without a trace, and says in words what is wrong."""

import asyncio

from convo.channels.base import Check
from convo.channels.slack.api import Api
from convo.channels.slack.rooms import Rooms
from convo.channels.trouble import Trouble
from convo.text.json_fields import loosely

_SECONDS = 60.0
_READING = ("im:history", "im:read", "users:read")
_SENDING = ("chat:write", "im:write", "files:write")
_IN_CHANNELS = ("channels:history", "channels:read")
_BETTER = {"users:read.email": "customers' addresses are not known", "files:read": "customers' files do not come"}


async def checked(api: Api, rooms: Rooms) -> tuple[Check, ...]:
    """What was tried: the bot's token, receiving, sending; raises nothing."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _checked(api, rooms)
    except TimeoutError:
        return (Check("bot token", "Slack did not answer in time"),)
    except Exception as error:  # a check tells what is wrong, whatever it is
        return (Check("bot token", f"something unexpected went wrong: {type(error).__name__}"),)


async def _checked(api: Api, rooms: Rooms) -> tuple[Check, ...]:
    try:
        told = await api.ask("auth.test")
        scopes = await api.scopes()
    except Trouble as trouble:
        return (Check("bot token", trouble.reason),)
    who = Check("bot token", detail=f"{loosely(told, 'user')} in {loosely(told, 'team')}")
    return (who, await _socket(api), await _receiving(rooms, scopes), _sending(scopes))


async def _socket(api: Api) -> Check:
    try:
        url = await api.socket_url()
    except Trouble as trouble:
        return Check("app token", trouble.reason)
    return Check("app token", "" if url else "Slack gave no socket: switch Socket Mode on")


async def _receiving(rooms: Rooms, scopes: frozenset[str] | None) -> Check:
    found = 0
    try:
        async for _ in rooms.all():
            found += 1
    except Trouble as trouble:
        return Check("receiving", trouble.reason)
    lacking = _lacking(scopes, (*_READING, *_IN_CHANNELS))
    if lacking:
        return Check("receiving", lacking)
    missing = rooms.missing()
    if missing:
        return Check("receiving", f"the app is not in {', '.join(missing)}: invite it there")
    notes = [why for scope, why in _BETTER.items() if scopes is not None and scope not in scopes]
    return Check("receiving", detail="; ".join((f"{found} conversations", *notes)))


def _sending(scopes: frozenset[str] | None) -> Check:
    return Check("sending", _lacking(scopes, _SENDING))


def _lacking(scopes: frozenset[str] | None, wanted: tuple[str, ...]) -> str:
    lacking = [] if scopes is None else [scope for scope in wanted if scope not in scopes]
    if not lacking:
        return ""
    return f"the Slack app lacks {', '.join(lacking)}: add that under OAuth & Permissions, install it anew"
