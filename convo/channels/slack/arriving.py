"""Makes items of what Slack tells: who wrote it, for whom it is, its words as plain text, and its files."""

from convo.channels.broken import unreadable
from convo.channels.slack.api import Api
from convo.channels.slack.files import Files
from convo.channels.slack.people import People, Person
from convo.channels.slack.reading import Said, Us, sort_event, sort_out
from convo.channels.slack.rooms import Rooms
from convo.channels.slack.stamps import instant
from convo.model.envelope import Envelope, Item, Skipped
from convo.model.words import Direction
from convo.text.json_fields import Fields, Unfit, loosely
from convo.text.slack_markup import plain_text


class Arriving:
    """What is said in one workspace, made into envelopes."""

    def __init__(self, api: Api, us: Us, rooms: Rooms) -> None:
        self._us = us
        self._rooms = rooms
        self._people = People(api, us)
        self._files = Files(api)

    async def of_event(self, event: Fields) -> Item:
        """What an event tells; raises ChannelDown, ChannelRefused."""
        try:
            return await self._item(sort_event(event, self._us))
        except Unfit as problem:
            return unreadable(problem, event)

    async def of_message(self, message: Fields, channel: str, *, edited: bool) -> Item:
        """What a message of a conversation's history says, or its edit; raises ChannelDown, ChannelRefused."""
        try:
            stamp = loosely(message, "edited", "ts") if edited else ""
            return await self._item(sort_out(message, channel, self._us, edited=stamp))
        except Unfit as problem:
            return unreadable(problem, message)

    async def _item(self, said: Said | Skipped) -> Item:
        if isinstance(said, Skipped):
            return said
        if not await self._rooms.is_ours(said.channel):
            return Skipped("written in a channel that is not one of this desk's")
        writer = await self._people.writer(said)
        customer = await self._customer(said, writer)
        if customer is None:
            return Skipped("we wrote it with Slack itself, and whom it was for cannot be told")
        key = f"{said.channel}:{said.stamp}"
        text = await self._text(said)
        answered = (said.root,) if said.root and said.root != key else ()
        return Envelope(
            direction=Direction.OUTBOUND if writer.ours else Direction.INBOUND,
            customer=customer.handles,
            sent_at=instant(said.edited or said.stamp),
            text=f"(edited) {text}" if said.edited else text,
            author=writer.name,
            external_id=f"{key}/edit/{said.edited}" if said.edited else key,
            thread_key=said.thread_key,
            references=(*answered, key) if said.edited else answered,
            parts=() if said.edited else await self._files.parts(said.files),
            automatic=said.bot or writer.bot,
            place=key,
        )

    async def _customer(self, said: Said, writer: Person) -> Person | None:
        """Whose conversation it belongs to; None when one of us wrote it and nothing says to whom."""
        if not writer.ours:
            return writer
        if said.direct or not said.parent or said.parent == self._us.user:
            return None
        parent = await self._people.find(said.parent)
        return None if parent.ours else parent

    async def _text(self, said: Said) -> str:
        markup = "\n".join(said.extras) if said.extras else said.markup
        return plain_text(markup, await self._people.names(markup), self._rooms.names).strip()
