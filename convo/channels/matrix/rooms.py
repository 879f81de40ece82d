"""The rooms of the desk's account: who is in them, and which is the one to write to somebody in."""

from collections import OrderedDict
from contextlib import suppress
from typing import Any

from convo.channels.matrix.homeserver import Homeserver, Refusal
from convo.channels.matrix.ids import is_user
from convo.channels.matrix.reading import People
from convo.channels.trouble import ChannelDown

_REMEMBERED = 5_000


class Rooms:
    """What is known of rooms, asked for when it is needed and forgotten when it changes."""

    def __init__(self, homeserver: Homeserver, us: frozenset[str], ignored: frozenset[str]) -> None:
        self._homeserver = homeserver
        self._us = us
        self._ignored = ignored
        self._me = ""
        self._people: OrderedDict[str, People] = OrderedDict()
        self._direct: dict[str, list[str]] | None = None

    async def me(self) -> str:
        """Our own user id; raises Refusal, ChannelDown."""
        if not self._me:
            self._me = str((await self._homeserver.get("account", "whoami")).get("user_id") or "")
        return self._me

    async def people(self, room: str) -> People:
        """Who is in a room; nobody when we are not in it. Raises Refusal, ChannelDown."""
        if room not in self._people:
            me = await self.me()
            try:
                told = await self._homeserver.get("rooms", room, "joined_members")
            except Refusal as refusal:
                if not refusal.gone:
                    raise
                told = {}
            joined = told.get("joined")
            names = {}
            for user, held in joined.items() if isinstance(joined, dict) else ():
                name = held.get("display_name") if isinstance(held, dict) else None
                names[user] = name if isinstance(name, str) else ""
            self._people[room] = People(me, names, self._us, self._ignored)
            if len(self._people) > _REMEMBERED:
                self._people.popitem(last=False)
        return self._people[room]

    def forget(self, room: str) -> None:
        """Somebody came or went there."""
        self._people.pop(room, None)

    async def is_there(self, room: str, user: str) -> bool:
        """Whether somebody is in a room, or invited to it; raises Refusal, ChannelDown."""
        if user in (await self.people(room)).names:
            return True
        try:
            told = await self._homeserver.get("rooms", room, "state", "m.room.member", user)
        except Refusal as refusal:
            if not refusal.gone:
                raise
            return False
        return told.get("membership") in ("join", "invite")

    async def direct(self, user: str, besides: str = "") -> str:
        """The room in which we write to somebody alone, made when there is none; raises Refusal, ChannelDown."""
        known = await self._known_direct()
        for room in reversed(known.get(user, [])):
            if room != besides and await self.is_there(room, user) and not (await self.people(room)).several:
                return room
        made = await self._homeserver.post(
            "createRoom", body={"is_direct": True, "invite": [user], "preset": "trusted_private_chat"}
        )
        room = str(made.get("room_id") or "")
        await self.is_direct(room, user)
        return room

    async def is_direct(self, room: str, user: str) -> None:
        """Keep in the account, as other programs do, that a room is one of two; raises Refusal, ChannelDown."""
        known = await self._known_direct()
        if room in known.get(user, []):
            return
        known.setdefault(user, []).append(room)
        with suppress(Refusal, ChannelDown):  # it only saves a second room one day
            await self._homeserver.put("user", await self.me(), "account_data", "m.direct", body=known)

    async def _known_direct(self) -> dict[str, list[str]]:
        """The rooms of two by user, as our programs keep them in the account."""
        if self._direct is None:
            try:
                told = await self._homeserver.get("user", await self.me(), "account_data", "m.direct")
            except Refusal as refusal:
                if not refusal.gone:
                    raise
                told = {}
            self._direct = {user: _rooms(rooms) for user, rooms in told.items() if is_user(user)}
        return self._direct


def _rooms(value: Any) -> list[str]:
    return [room for room in value if isinstance(room, str)] if isinstance(value, list) else []
