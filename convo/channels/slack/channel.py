"""An open Slack channel: the socket tells at once what happens, and the conversations' histories what it did not.

An envelope is acknowledged once what it brought is stored, or after 2.5 seconds, as Slack waits for three. Nothing is
lost by that: up to where a conversation is read is moved by its history alone, which is read at every start and after
every broken connection, so that what was acknowledged and not stored is found there.
"""

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress
from dataclasses import dataclass, field

from convo import clock
from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup
from convo.channels.slack.api import Api
from convo.channels.slack.arriving import Arriving
from convo.channels.slack.catching_up import CatchingUp, Portion
from convo.channels.slack.checking import checked
from convo.channels.slack.progress import Progress
from convo.channels.slack.reading import Us, event_key
from convo.channels.slack.rooms import Rooms
from convo.channels.slack.sending import Sending
from convo.channels.slack.socket import Socket
from convo.channels.trouble import ChannelDown
from convo.errors import NotAllowed
from convo.model.envelope import Item
from convo.text.json_fields import Fields, loosely

_MOST_ITEMS = 100
_MOST_WAITING = 1_000
_MOST_REMEMBERED = 5_000
_ACKNOWLEDGED_AFTER = 2.5
_LOOK = 5.0
_ROUND_SECONDS = 100.0


@dataclass(slots=True)
class _Event:
    """Something the socket told, under the ids of the envelopes that told it."""

    key: str
    event: Fields
    envelopes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the last fetch gave, until it is stored."""

    events: int
    portion: Portion | None
    keys: tuple[str, ...]


class SlackChannel:
    """One app in one workspace."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        self._own = setup.own
        self._api = Api(config.api, config.bot_token, config.app_token)
        self._rooms = Rooms(self._api, config.channels)
        self._woken = asyncio.Event()
        self._socket = Socket(self._api.socket_url, self._heard, self._woken.set)
        self._catching_up = CatchingUp(self._api, self._rooms, self._woken)
        self._waiting: deque[_Event] = deque()
        self._stored: OrderedDict[str, None] = OrderedDict()
        self._given: _Given | None = None
        self._opened = 0
        self._arriving: Arriving | None = None
        self._sending: Sending | None = None

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """What was told and what the histories hold, waiting up to `wait` seconds; without any, only the histories."""
        self._given = None
        progress = Progress.of(cursor, clock.now())
        arriving = await self._introduced()
        loop = asyncio.get_running_loop()
        until = loop.time() + (wait or _ROUND_SECONDS)
        while True:
            self._woken.clear()
            if wait:
                await self._listen()
            self._catching_up.begin_if_due(progress)
            fetched = await self._next(arriving, progress)
            if fetched is not None:
                return fetched
            if not wait and not self._catching_up.active:
                return Fetched(cursor=progress.as_cursor())
            left = until - loop.time()
            if left <= 0:
                if not wait:
                    raise ChannelDown("Slack takes too long to tell what is new")
                return Fetched(cursor=progress.as_cursor())
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK)):
                    await self._woken.wait()

    async def stored(self, fetched: Fetched) -> None:
        """Acknowledge what was told, and go on from there."""
        given, self._given = self._given, None
        if given is None:
            return
        for _ in range(given.events):
            self._acknowledge(self._waiting.popleft())
        if given.portion is not None:
            self._catching_up.take(given.portion)
        for key in given.keys:
            self._stored[key] = None
        while len(self._stored) > _MOST_REMEMBERED:
            self._stored.popitem(last=False)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send one message; raises as the contract says."""
        await self._introduced()
        assert self._sending is not None
        return await self._sending.send(outgoing)

    async def receive(self, request: Request) -> Fetched:
        """Slack pushes nothing here: it tells by the socket."""
        raise NotAllowed("Slack tells convo by Socket Mode, and needs no address of ours")

    async def check(self) -> tuple[Check, ...]:
        """Try both tokens and the scopes, and look for the channels that were named."""
        return await checked(self._api, self._rooms)

    async def close(self) -> None:
        """Let go of the socket and of what is being read."""
        self._socket.close()
        await self._catching_up.close()
        await self._api.http.close()

    async def _introduced(self) -> Arriving:
        """Know who we are; raises ChannelDown, ChannelRefused."""
        if self._arriving is None:
            told = await self._api.ask("auth.test")
            team, user, bot, name = (loosely(told, key) for key in ("team_id", "user_id", "bot_id", "user"))
            us = Us(team, user, bot, name, self._own)
            self._sending = Sending(self._api, us)
            self._arriving = Arriving(self._api, us, self._rooms)
        return self._arriving

    async def _listen(self) -> None:
        """Have the socket open, and read the histories again when it is a new one; raises as `Socket.connect`."""
        await self._socket.connect()
        if self._socket.opened != self._opened:
            self._opened = self._socket.opened
            self._catching_up.wanted()

    async def _next(self, arriving: Arriving, progress: Progress) -> Fetched | None:
        """The next items; None when there are none and nothing has gone on."""
        events = list(self._waiting)[:_MOST_ITEMS]
        items, keys = list[Item](), list[str]()
        portion = self._catching_up.portion(progress, _MOST_ITEMS - len(events), self._stored)
        if not events and portion is None:
            return None
        if portion is not None:
            progress = portion.progress
        for each in events:
            items.append(await arriving.of_event(each.event))
            keys.append(each.key)
            progress = _with_thread(progress, each.event)
        told = set(keys)
        for one in portion.found if portion is not None else ():
            if one.key not in told:
                items.append(await arriving.of_message(one.message, one.channel, edited=one.edited))
                keys.append(one.key)
        self._given = _Given(len(events), portion, tuple(keys))
        more = len(self._waiting) > len(events) or self._catching_up.active
        return Fetched(tuple(items), progress.as_cursor(), more=more)

    def _heard(self, envelope: Fields) -> None:
        """Take an envelope of the socket in: an event waits to be fetched, all else is acknowledged."""
        number = loosely(envelope, "envelope_id")
        event = _event_of(envelope)
        if event is None:
            self._socket.acknowledge(number)
            return
        key = event_key(event) or loosely(envelope, "payload", "event_id")
        if key in self._stored:
            self._socket.acknowledge(number)
            return
        known = next((each for each in self._waiting if each.key == key), None)
        if known is None:
            if len(self._waiting) >= _MOST_WAITING:
                self._catching_up.wanted()  # it is not acknowledged, comes again, and stands in the history
                return
            known = _Event(key, event)
            self._waiting.append(known)
        known.envelopes.append(number)
        asyncio.get_running_loop().call_later(_ACKNOWLEDGED_AFTER, self._acknowledge, known)
        self._woken.set()

    def _acknowledge(self, event: _Event) -> None:
        while event.envelopes:
            self._socket.acknowledge(event.envelopes.pop())


def _event_of(envelope: Fields) -> Fields | None:
    payload = envelope.get("payload") if envelope.get("type") == "events_api" else None
    event = payload.get("event") if isinstance(payload, dict) else None
    return event if isinstance(event, dict) else None


def _with_thread(progress: Progress, event: Fields) -> Progress:
    channel, thread, stamp = (loosely(event, name) for name in ("channel", "thread_ts", "ts"))
    return progress.heard(f"{channel}:{thread}", stamp) if channel and thread and thread != stamp else progress
