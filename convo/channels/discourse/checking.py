"""Tries a Discourse key without a trace, and says in words what is wrong."""

import asyncio

from convo.channels.base import Check
from convo.channels.discourse.api import REFUSED, Api, Gone
from convo.channels.discourse.reading import Site
from convo.channels.discourse.topics import Topics
from convo.channels.trouble import Trouble
from convo.text.json_fields import loosely

_SECONDS = 60.0


async def checked(api: Api, site: Site, topics: Topics) -> tuple[Check, ...]:
    """What was tried: the key, receiving, sending; raises nothing."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _checked(api, site, topics)
    except TimeoutError:
        return (Check("key", "Discourse did not answer in time"),)
    except Exception as error:  # a check tells what is wrong, whatever it is
        return (Check("key", f"something unexpected went wrong: {type(error).__name__}"),)


async def _checked(api: Api, site: Site, topics: Topics) -> tuple[Check, ...]:
    try:
        user = (await api.ask("session/current.json")).get("current_user")
    except Gone:
        return (Check("key", REFUSED),)
    except Trouble as trouble:
        return (Check("key", trouble.reason),)
    name = loosely(user, "username")
    if name.casefold() != site.user.casefold():
        return (Check("key", f"the key is not one of {site.user}'s"),)
    silenced = loosely(user, "silenced_till") or loosely(user, "suspended_till")
    problem = f"{site.user} may not write now: have a moderator lift that" if silenced else ""
    return (Check("key", detail=f"{name} at {site.host}"), await _receiving(api, topics), Check("sending", problem))


async def _receiving(api: Api, topics: Topics) -> Check:
    try:
        for path in ("posts.json", "private-posts.json"):
            await api.ask(path)
        missing = await topics.missing()
    except Trouble as trouble:
        return Check("receiving", trouble.reason)
    return Check("receiving", f"there is no category {', '.join(missing)}" if missing else "")
