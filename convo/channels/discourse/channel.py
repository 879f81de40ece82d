"""An open Discourse channel: the site's newest posts and the desk's private messages, asked for every so often."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup
from convo.channels.discourse.api import REFUSED, Api, Gone
from convo.channels.discourse.arriving import Arriving
from convo.channels.discourse.checking import checked
from convo.channels.discourse.listing import Listed, new_posts
from convo.channels.discourse.reading import Site
from convo.channels.discourse.sending import Sending
from convo.channels.discourse.topics import Topics
from convo.channels.trouble import ChannelRefused
from convo.errors import NotAllowed
from convo.model.envelope import Item, Skipped, Unreadable

_EVERY = 15.0
"""Seconds between two looks, of two requests each: a key is allowed sixty requests a minute."""
_LISTS = {"public": ("posts.json", "latest_posts"), "private": ("private-posts.json", "private_posts")}
_EVENTS = {"post_created": False, "post_edited": True}


class DiscourseChannel:
    """One community, as one of its users."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        self._secret = config.webhook_secret
        self._api = Api(config.site, config.user, config.key)
        self._site = Site(self._api.host, config.user, setup.own)
        self._topics = Topics(self._api, self._site, config.categories)
        self._arriving = Arriving(self._api, self._site, self._topics)
        self._sending = Sending(self._api, self._site, self._arriving)
        self._looked_at = -_EVERY

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """What was posted, the oldest first, looking every fifteen seconds; raises ChannelDown, ChannelRefused."""
        until = time.monotonic() + wait
        while True:
            if wait:
                rest = self._looked_at + _EVERY - time.monotonic()
                await asyncio.sleep(max(0.0, min(rest, until - time.monotonic())))
            if wait and time.monotonic() < self._looked_at + _EVERY:
                return Fetched(cursor=cursor)
            fetched = await self._look(cursor)
            # What waits is asked for at once, as is what a failed look did not bring.
            self._looked_at = -_EVERY if fetched.more else time.monotonic()
            if fetched.items or fetched.more or dict(fetched.cursor) != dict(cursor) or time.monotonic() >= until:
                return fetched

    async def stored(self, fetched: Fetched) -> None:
        """The site keeps its posts."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Post one message; raises as the contract says."""
        return await self._sending.send(outgoing)

    async def receive(self, request: Request) -> Fetched:
        """What a webhook tells of one post; raises NotAllowed when it is not signed with our secret."""
        self._prove(request)
        kind = request.headers.get("x-discourse-event", "")
        if kind not in _EVENTS:
            return Fetched((Skipped(f"a notice of the community's ({kind[:40] or 'unnamed'}), no message"),))
        try:
            told = json.loads(request.body)
            post = told["post"]
        except (ValueError, RecursionError, KeyError, TypeError):
            return Fetched((Unreadable("the webhook holds no post", request.body[:100_000]),))
        if not isinstance(post, dict):
            return Fetched((Unreadable("the webhook holds no post", request.body[:100_000]),))
        return Fetched((await self._arriving.item(post, private=False, edited=_EVENTS[kind]),))

    async def check(self) -> tuple[Check, ...]:
        """Try the key, look at the lists, and say in words what is wrong."""
        return await checked(self._api, self._site, self._topics)

    async def close(self) -> None:
        """Hang up."""
        await self._api.http.close()

    async def _look(self, cursor: Cursor) -> Fetched:
        items, after, more = list[Item](), dict[str, Any](), False
        for name, (path, root) in _LISTS.items():
            before = cursor.get(name)
            held: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
            try:
                listed = await new_posts(self._api, path, root, _whole(held.get("upto")), _versions(held))
            except Gone:
                raise ChannelRefused(REFUSED) from None
            items += await self._items(listed, private=name == "private")
            after[name] = {"upto": listed.upto, "versions": dict(listed.versions)}
            more = more or listed.more
        return Fetched(tuple(items), after, more=more)

    async def _items(self, listed: Listed, *, private: bool) -> list[Item]:
        new = [await self._arriving.item(post, private=private) for post in listed.new]
        return new + [await self._arriving.item(post, private=private, edited=True) for post in listed.edited]

    def _prove(self, request: Request) -> None:
        if not self._secret:
            raise NotAllowed("this channel has no webhook_secret", hint="convo channel secret NAME webhook_secret")
        made = hmac.new(self._secret.reveal().encode(), request.body, hashlib.sha256).hexdigest()
        given = request.headers.get("x-discourse-event-signature", "")
        if not hmac.compare_digest(f"sha256={made}".encode(), given.encode("utf-8", "replace")):
            raise NotAllowed("the request is not signed with this channel's webhook_secret")


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _versions(held: Mapping[str, Any]) -> dict[str, int]:
    versions = held.get("versions")
    if not isinstance(versions, Mapping):
        return {}
    return {str(key): value for key, value in versions.items() if isinstance(value, int)}
