"""An account on Matrix: long polls for what comes to its rooms, and writes into them, each message once."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from convo import clock
from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup, Typing
from convo.channels.matrix.homeserver import Homeserver, Refusal
from convo.channels.matrix.ids import SENT_HERE, Place, is_user, place_of, transaction_of
from convo.channels.matrix.kind import TYPING_SECONDS, MatrixConfig
from convo.channels.matrix.reading import RoomFile
from convo.channels.matrix.rooms import Rooms
from convo.channels.matrix.sending import file_of, standing, text_of
from convo.channels.matrix.syncing import Synced, Syncing
from convo.channels.trouble import ChannelDown, SendLater, SendRefused, SendUnsure, Trouble
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Item, Part
from convo.model.words import Direction

LARGEST_FILE = 50_000_000
_MOST_AT_ONCE = 200_000_000
"""How many bytes of files one fetch holds in memory."""
_PATIENCE = timedelta(minutes=10)
"""How long after a message was sent it waits for a file that the homeserver does not hand over."""


class MatrixChannel:
    """One account."""

    def __init__(self, setup: Setup) -> None:
        self.config: MatrixConfig = setup.config
        self.homeserver = Homeserver(self.config.homeserver, self.config.token)
        self.rooms = Rooms(self.homeserver, setup.own, frozenset(self.config.ignore))
        self.syncing = Syncing(self.homeserver, self.rooms, join=self.config.join)

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """What came to the rooms since the cursor, older messages first where a gap is to be filled."""
        try:
            synced = await self.syncing.next(cursor, wait)
            items = await self._with_files(synced)
        except Refusal as refusal:
            raise refusal.for_channel() from None
        return Fetched(items, synced.cursor, tuple(synced.reports), more=synced.more)

    async def stored(self, fetched: Fetched) -> None:
        """Let customers see that their messages have come; that is worth no second attempt."""
        if not self.config.receipts:
            return
        newest: dict[str, Place] = {}
        for item in fetched.items:
            place = place_of(item.external_id) if isinstance(item, Envelope) else None
            if place is None or not place.event.startswith("$"):
                continue
            assert isinstance(item, Envelope)
            if item.direction == Direction.INBOUND:
                newest[place.room] = place
        for place in newest.values():
            with suppress(Refusal, Trouble):
                await self.homeserver.post("rooms", place.room, "receipt", "m.read", place.event)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Write a message and its files; sent again under its key it is the same message."""
        if not is_user(outgoing.recipient.value):
            raise SendRefused(f"{outgoing.recipient.value[:60]!r} is no user of Matrix")
        if not outgoing.text and not outgoing.parts:
            raise SendRefused("it holds neither text nor a file")
        try:
            text = text_of(outgoing)
            contents = ([] if text is None else [text]) + [await self._uploaded(part) for part in outgoing.parts]
            room = await self._room_for(outgoing)
            told = standing(outgoing, room)
            sent = []
            for place, content in enumerate(contents, start=1):
                transaction = transaction_of(outgoing.key, place)
                body = {**content, **told, SENT_HERE: transaction}
                sent.append(await self.homeserver.send(room, transaction, body))
        except Refusal as refusal:
            raise refusal.for_message() from None
        except ChannelDown as down:
            raise SendLater(down.reason, retry_after=down.retry_after, whole_channel=True) from None
        if not sent[0]:
            raise SendUnsure("the homeserver took it, but gave it no id")
        return Receipt(str(Place(room, sent[0])))

    async def show_typing(self, typing: Typing) -> None:
        """In the thread's room, or the one in which the customer last wrote to us."""
        await self._types(typing, {"typing": True, "timeout": int(TYPING_SECONDS * 1000)})

    async def end_typing(self, typing: Typing) -> None:
        """At once."""
        await self._types(typing, {"typing": False})

    async def receive(self, request: Request) -> Fetched:
        """Nothing is pushed."""
        raise NotAllowed("nothing is pushed to a Matrix account: convo work asks for what came")

    async def check(self) -> tuple[Check, ...]:
        """Whether the homeserver knows us, and lets us read."""
        done: list[Check] = []
        try:
            me = await self.rooms.me()
            done.append(Check("credentials", detail=me))
            rooms = (await self.homeserver.get("joined_rooms")).get("joined_rooms")
            number = len(rooms) if isinstance(rooms, list) else 0
            done.append(Check("receiving", detail=f"in {number} rooms" if number != 1 else "in 1 room"))
        except Refusal as refusal:
            done.append(Check("receiving" if done else "credentials", refusal.for_channel().reason))
        except Trouble as trouble:
            done.append(Check("receiving" if done else "credentials", trouble.reason))
        return tuple(done)

    async def close(self) -> None:
        """Hang up."""
        await self.homeserver.close()

    async def _room_for(self, outgoing: Outgoing) -> str:
        """The thread's room, or else where the customer last wrote to us, or a room of two that is found or made."""
        user = outgoing.recipient.value
        answered = place_of(outgoing.answers) or next(
            (place for place in map(place_of, reversed(outgoing.references)) if place is not None), None
        )
        room = await self._room_of(outgoing.thread_key, answered, user)
        return room or await self.rooms.direct(user, besides="" if answered is None else answered.room)

    async def _room_of(self, thread_key: str | None, answered: Place | None, user: str) -> str | None:
        """The thread's room, or that of what is answered, if the customer is still there; None when it is neither."""
        thread = place_of(thread_key)
        if thread is not None:
            return thread.room
        if answered is not None and await self.rooms.is_there(answered.room, user):
            return answered.room
        return None

    async def _types(self, typing: Typing, body: dict[str, Any]) -> None:
        try:
            room = await self._room_of(typing.thread_key, place_of(typing.answers), typing.recipient.value)
            if room is not None:
                await self.homeserver.put("rooms", room, "typing", await self.rooms.me(), body=body)
        except Refusal as refusal:
            raise refusal.for_channel() from None

    async def _uploaded(self, part: Part) -> dict[str, Any]:
        if not part.data or len(part.data) > LARGEST_FILE:
            raise SendRefused(f"Matrix takes files of 1 byte to {LARGEST_FILE // 1_000_000} MB")
        try:
            uri = await self.homeserver.upload(part)
        except SendUnsure:
            raise SendLater("the line broke while a file went up") from None
        return file_of(part, uri)

    async def _with_files(self, synced: Synced) -> tuple[Item, ...]:
        """The items with the bytes of their files, None for those that are gone or too large."""
        left, done = _MOST_AT_ONCE, list[Item]()
        for said in synced.said:
            item = said.item
            if said.file is not None and isinstance(item, Envelope):
                data = await self._file(said.file, item, min(left, LARGEST_FILE))
                left -= len(data or b"")
                item = replace(item, parts=(Part(said.file.name, said.file.media_type, data),))
            done.append(item)
        return tuple(done)

    async def _file(self, file: RoomFile, item: Envelope, most: int) -> bytes | None:
        try:
            return await self.homeserver.download(file.uri, most) if most > 0 else None
        except ChannelDown:
            if clock.now() - item.sent_at < _PATIENCE:
                raise
            return None
