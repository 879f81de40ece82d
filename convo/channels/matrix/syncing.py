"""Goes on where the last look at the rooms ended: what is new, what a server left out between, and invitations."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from convo.channels.base import Cursor, Report
from convo.channels.matrix.homeserver import Homeserver, Refusal
from convo.channels.matrix.reading import Said, read, receipts, unreadable
from convo.channels.matrix.rooms import Rooms
from convo.model.envelope import Skipped

_PAGE = 50
_PAGES_AT_ONCE = 4
_MOST_GAPS = 1_000
_MOST_JOINED = 20
_TYPES = [
    "m.room.message", "m.room.encrypted", "m.room.redaction", "m.reaction", "m.sticker", "m.room.member",
    "m.room.tombstone",
]  # fmt: skip
_EVENTS = {"types": _TYPES, "lazy_load_members": True}


def _filter(limit: int) -> str:
    """What a sync shall tell: messages and who came or went, read receipts, and nothing else."""
    nothing: dict[str, Any] = {"types": []}
    room = {
        "timeline": {**_EVENTS, "limit": limit},
        "state": {"types": ["m.room.member"], "lazy_load_members": True},
        "ephemeral": {"types": ["m.receipt"]},
        "account_data": nothing,
    }
    return json.dumps({"room": room, "presence": nothing, "account_data": nothing})


@dataclass(slots=True)
class Gap:
    """Events of a room that a sync left out: back from `start`, to `end`, or to our invitation where that is empty."""

    room: str
    start: str
    end: str

    def as_json(self) -> dict[str, str]:
        """The gap as a cursor keeps it."""
        return {"room": self.room, "start": self.start, "end": self.end}


@dataclass(slots=True)
class Synced:
    """What a look at the rooms brought, and where the next one goes on.

    `invited` are rooms to come into, each with who wants to talk with us there alone, or nobody.
    """

    said: list[Said] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    since: str = ""
    gaps: list[Gap] = field(default_factory=list)
    invited: list[tuple[str, str]] = field(default_factory=list)

    @property
    def cursor(self) -> dict[str, Any]:
        """Where the next look goes on."""
        told: dict[str, Any] = {"since": self.since}
        if self.gaps:
            told["gaps"] = [gap.as_json() for gap in self.gaps]
        if self.invited:
            told["invited"] = [list(each) for each in self.invited]
        return told

    @property
    def more(self) -> bool:
        """Whether something is known to be waiting."""
        return bool(self.gaps or self.invited)


class Syncing:
    """The way in of one account."""

    def __init__(self, homeserver: Homeserver, rooms: Rooms, *, join: bool) -> None:
        self._homeserver = homeserver
        self._rooms = rooms
        self._join = join

    async def next(self, cursor: Cursor, wait: float) -> Synced:
        """The next look, after a cursor; raises Refusal, ChannelDown."""
        gaps = [Gap(str(each["room"]), str(each["start"]), str(each["end"])) for each in cursor.get("gaps", ())]
        invited = [(str(room), str(user)) for room, user in cursor.get("invited", ())]
        synced = Synced(since=str(cursor.get("since", "")), gaps=gaps, invited=invited)
        if synced.invited:
            await self._accept(synced)
        elif synced.gaps:
            await self._fill(synced)
        else:
            await self._sync(synced, wait)
        return synced

    async def _sync(self, synced: Synced, wait: float) -> None:
        since = synced.since
        query: dict[str, str | int] = {"timeout": int(wait * 1000), "filter": _filter(_PAGE if since else 1)}
        if since:
            query["since"] = since
        told = await self._homeserver.get("sync", query=query, seconds=wait + 30.0)
        following = told.get("next_batch")
        if not isinstance(following, str) or not following:
            raise Refusal("", 500)
        synced.since = following
        rooms = _mapping(told.get("rooms"))
        for room, held in _mapping(rooms.get("join")).items():
            await self._room(synced, room, _mapping(held), since)
        me = await self._rooms.me()
        synced.invited = [
            (room, _alone_with(_mapping(held), me)) for room, held in _mapping(rooms.get("invite")).items()
        ]
        await self._accept(synced)

    async def _room(self, synced: Synced, room: str, held: Mapping[str, Any], since: str) -> None:
        timeline = _mapping(held.get("timeline"))
        events, state = _events(timeline), _events(_mapping(held.get("state")))
        me = await self._rooms.me()
        if any(_is_member_event(event) for event in (*events, *state)):
            self._rooms.forget(room)
        coming = [event for event in (*events, *state) if _has_joined(event, me)]
        joined, invited = bool(coming), any(map(_was_invited, coming))
        for event in events:
            await self._follow(event)
        if not since:
            # Before the first look nothing was ours to answer; what is said from now on is.
            synced.said += [Said(Skipped("it was there before the channel was"))] if events else []
        else:
            older: list[Mapping[str, Any]] = []
            start = timeline.get("prev_batch")
            if timeline.get("limited") is True and isinstance(start, str) and (invited or not joined):
                older, left = await self._back(Gap(room, start, "" if joined else since), _PAGES_AT_ONCE)
                if left is not None and len(synced.gaps) < _MOST_GAPS:
                    synced.gaps.append(left)
            events = [*older, *events]
            if joined:
                events = _since(events, _is_our_invitation if invited else _has_joined, me)
            synced.said += await self._read(events, room)
        people = await self._rooms.people(room)
        for event in _events(_mapping(held.get("ephemeral"))):
            if event.get("type") == "m.receipt":
                synced.reports += receipts(event, room, people)

    async def _fill(self, synced: Synced) -> None:
        gap = synced.gaps.pop(0)
        events, left = await self._back(gap, 1)
        if left is not None:
            synced.gaps.insert(0, left)
        if not gap.end:
            events = _since(events, _is_our_invitation, await self._rooms.me())
        synced.said += await self._read(events, gap.room)

    async def _back(self, gap: Gap, pages: int) -> tuple[list[Mapping[str, Any]], Gap | None]:
        """Events of a gap, oldest first, and what is left of it after so many pages."""
        found: list[Mapping[str, Any]] = []
        me, start = await self._rooms.me(), gap.start
        for _ in range(pages):
            query: dict[str, str | int] = {"dir": "b", "from": start, "limit": _PAGE, "filter": json.dumps(_EVENTS)}
            if gap.end:
                query["to"] = gap.end
            try:
                told = await self._homeserver.get("rooms", gap.room, "messages", query=query)
            except Refusal as refusal:
                if refusal.gone:
                    return found[::-1], None
                raise
            page = [event for event in told.get("chunk", ()) if isinstance(event, dict)]
            found += page
            following = told.get("end")
            invited = not gap.end and any(_is_our_invitation(event, me) for event in page)
            if invited or not isinstance(following, str) or following in (start, gap.end):
                return found[::-1], None
            start = following
        return found[::-1], Gap(gap.room, start, gap.end)

    async def _read(self, events: list[Mapping[str, Any]], room: str) -> list[Said]:
        people, found = await self._rooms.people(room), list[Said]()
        for event in events:
            try:
                said = read(event, room, people)
            except (ValueError, TypeError, AttributeError, OverflowError) as error:
                said = Said(unreadable(f"an event that nobody understands ({type(error).__name__})", event))
            if said is not None:
                found.append(said)
        return found

    async def _accept(self, synced: Synced) -> None:
        """Go into rooms that we are invited to, a few at a time."""
        now, synced.invited = synced.invited[:_MOST_JOINED], synced.invited[_MOST_JOINED:]
        for room, user in now:
            if not self._join:
                synced.said.append(Said(Skipped("an invitation, and the settings say to accept none")))
                continue
            try:
                await self._homeserver.post("join", room)
                if user:
                    await self._rooms.is_direct(room, user)
            except Refusal as refusal:
                if not refusal.gone:
                    raise
                synced.said.append(Said(Skipped(f"an invitation that cannot be accepted ({refusal.errcode})")))

    async def _follow(self, event: Mapping[str, Any]) -> None:
        """Go where a room has moved to."""
        moved = _mapping(event.get("content")).get("replacement_room")
        if event.get("type") == "m.room.tombstone" and self._join and isinstance(moved, str) and moved.startswith("!"):
            try:
                await self._homeserver.post("join", moved)
            except Refusal:
                return


def _alone_with(invitation: Mapping[str, Any], me: str) -> str:
    """Who invites us to a room of two; empty for a room of several."""
    for event in _events(_mapping(invitation.get("invite_state"))):
        if _is_our_invitation(event, me) and _mapping(event.get("content")).get("is_direct") is True:
            sender = event.get("sender")
            return sender if isinstance(sender, str) else ""
    return ""


def _events(held: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    events = held.get("events")
    return [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_member_event(event: Mapping[str, Any]) -> bool:
    return event.get("type") == "m.room.member"


def _membership(event: Mapping[str, Any]) -> object:
    return _mapping(event.get("content")).get("membership")


def _has_joined(event: Mapping[str, Any], me: str) -> bool:
    """Whether an event says that we have just come in."""
    before = _mapping(_mapping(event.get("unsigned")).get("prev_content")).get("membership")
    return _is_ours(event, me) and _membership(event) == "join" and before != "join"


def _is_our_invitation(event: Mapping[str, Any], me: str) -> bool:
    return _is_ours(event, me) and _membership(event) == "invite"


def _is_ours(event: Mapping[str, Any], me: str) -> bool:
    return _is_member_event(event) and event.get("state_key") == me


def _was_invited(event: Mapping[str, Any]) -> bool:
    """Whether an event that says that we have come in says, too, that we had been asked to, or leaves that open."""
    unsigned = _mapping(event.get("unsigned"))
    before = _mapping(unsigned.get("prev_content")).get("membership")
    return before == "invite" or (before is None and "replaces_state" in unsigned)


def _since(
    events: list[Mapping[str, Any]], begins: Callable[[Mapping[str, Any], str], bool], me: str
) -> list[Mapping[str, Any]]:
    """The events after the last that begins what is said to us, or all: what was said before was not."""
    places = [place for place, event in enumerate(events) if begins(event, me)]
    return events[places[-1] + 1 :] if places else events
