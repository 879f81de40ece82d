"""People on a real Synapse, what they do in rooms, and the desk's account as a channel there."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from convo.channels.base import Fetched, Outgoing, Receipt, Setup
from convo.channels.matrix.channel import MatrixChannel
from convo.channels.matrix.kind import MatrixConfig
from convo.channels.settings import Secret
from convo.model.envelope import Envelope, Handle
from tests.servers.synapse import Person, Synapse

V3 = "/_matrix/client/v3"
AT = datetime(2026, 11, 17, 12, tzinfo=UTC)
Result = TypeVar("Result")
_numbers = itertools.count(1)


class Member:
    """Somebody with a program of their own."""

    def __init__(self, server: Synapse, person: Person) -> None:
        self.user = person.user
        self.token = person.token
        self._client: httpx.Client = server.client(person)
        self._since = ""
        self._typing: dict[str, list[str]] = {}

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """What the client API answers."""
        answer = self._client.request(method, f"{V3}/{path}", json=body, params=query)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    def room(self, *invited: str, **more: Any) -> str:
        """A new room."""
        made = self.call("POST", "createRoom", {"invite": invited, "preset": "trusted_private_chat", **more})
        return str(made["room_id"])

    def says(self, room: str, body: str = "Is it in stock?", kind: str = "m.room.message", **content: Any) -> str:
        """Write into a room; the event's id."""
        told = {"msgtype": "m.text", "body": body, **content}
        sent = self.call("PUT", f"rooms/{quote(room)}/send/{kind}/{next(_numbers)}", told)
        return str(sent["event_id"])

    def joins(self, room: str) -> None:
        """Come into a room."""
        self.call("POST", f"join/{quote(room)}", {})

    def sees(self, room: str) -> list[dict[str, Any]]:
        """The messages in a room, the oldest first."""
        told = self.call("GET", f"rooms/{quote(room)}/messages", dir="b", limit=100)
        return [event for event in told["chunk"] if event["type"] == "m.room.message"][::-1]

    def sees_typing(self, room: str) -> list[str]:
        """The users of whom this one's program shows now that they write in a room."""
        told = self.call("GET", "sync", timeout=0, **({"since": self._since} if self._since else {}))
        self._since = str(told["next_batch"])
        for name, held in told.get("rooms", {}).get("join", {}).items():
            for event in held["ephemeral"]["events"]:
                if event["type"] == "m.typing":
                    self._typing[name] = event["content"]["user_ids"]
        return self._typing.get(room, [])

    def uploads(self, raw: bytes, media_type: str) -> str:
        """Bring a file up; its URI."""
        told = {"Content-Type": media_type}
        answer = self._client.post("/_matrix/media/v3/upload", content=raw, headers=told)
        return str(answer.raise_for_status().json()["content_uri"])

    def downloads(self, uri: str) -> bytes:
        """The bytes of a file."""
        place = f"/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
        return self._client.get(place).raise_for_status().content


def member(server: Synapse, name: str = "") -> Member:
    """A new account."""
    return Member(server, server.register(name or f"user{next(_numbers)}"))


@dataclass
class Account:
    """The desk's account as a channel: fetches go on from one another."""

    server: Synapse
    member: Member
    settings: dict[str, Any] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    cursor: dict[str, Any] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """Its user id."""
        return self.member.user

    def setup(self) -> Setup:
        """What its channel is opened with."""
        given: dict[str, Any] = {"homeserver": self.server.url, "token": Secret(self.member.token), **self.settings}
        return Setup("shop", MatrixConfig(**given), own=self.own)

    def channel(self) -> MatrixChannel:
        """The channel, connected to nothing yet."""
        return MatrixChannel(self.setup())

    def does(self, do: Callable[[MatrixChannel], Awaitable[Result]]) -> Result:
        """What comes of doing something with the channel."""

        async def run() -> Result:
            channel = self.channel()
            try:
                async with asyncio.timeout(60):
                    return await do(channel)
            finally:
                await channel.close()

        return asyncio.run(run())

    def fetches(self, *, store: bool = True) -> list[Fetched]:
        """Fetch until nothing more is known to be waiting, each in a program of its own."""
        found = []
        while True:
            fetched = self.does(self._fetch(store))
            found.append(fetched)
            self.cursor = dict(fetched.cursor)
            if not fetched.more:
                return found

    def hears(self) -> list[Envelope]:
        """The messages that come now."""
        return [item for fetched in self.fetches() for item in fetched.items if isinstance(item, Envelope)]

    def comes_in(self) -> list[Envelope]:
        """Look for the first time, accept invitations, and hear what waited in their rooms."""
        return [*self.hears(), *self.hears()]

    def sends(self, outgoing: Outgoing) -> Receipt:
        """What sending a message gives."""
        return self.does(lambda channel: channel.send(outgoing))

    def _fetch(self, store: bool) -> Callable[[MatrixChannel], Awaitable[Fetched]]:
        async def run(channel: MatrixChannel) -> Fetched:
            fetched = await channel.fetch(self.cursor, wait=0)
            if store:
                await channel.stored(fetched)
            return fetched

        return run


def account(server: Synapse, **settings: Any) -> Account:
    """A new account for a desk, that has looked at its rooms once."""
    own = settings.pop("own", frozenset())
    made = Account(server, member(server, f"desk{next(_numbers)}"), settings, own)
    made.fetches()
    return made


def chat(desk: Account, person: Member) -> str:
    """A room of two, into which the desk was invited and has come."""
    room = person.room(desk.user, is_direct=True)
    desk.comes_in()
    return room


def letter(to: str, text: str = "It is.", **rest: Any) -> Outgoing:
    """A message to somebody."""
    rest.setdefault("key", f"key-{next(_numbers)}@convo.invalid")
    return Outgoing(7, recipient=Handle("matrix", to), text=text, sent_at=AT, **rest)
