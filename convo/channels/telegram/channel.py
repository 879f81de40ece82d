"""Telegram's bot as a channel: long polling for what people write, and the Bot API for what we answer."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from convo import clock
from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup, Typing
from convo.channels.patience import Patience
from convo.channels.telegram.api import MOST_DOWNLOADED, BotApi, WebhookSet
from convo.channels.telegram.files import File
from convo.channels.telegram.kind import TelegramConfig
from convo.channels.telegram.reading import WANTED, Read, message_id, read
from convo.channels.telegram.sending import Call, calls, typing_in
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Item, Part

_AT_ONCE = 100
_BYTES_AT_ONCE = 60_000_000
_SECONDS_AT_ONCE = 60.0
_ANSWER_SECONDS = 15.0
_FILE_PATIENCE = timedelta(minutes=10)
_LONGEST_PAUSE = 15.0


class TelegramChannel:
    """One bot."""

    def __init__(self, setup: Setup) -> None:
        config: TelegramConfig = setup.config
        self._config = config
        self._api = BotApi(config.server, config.token.reveal())
        self._patience = Patience()

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """The updates after `cursor`, whose asking tells Telegram that those before it are safe."""
        updates = await self._updates(cursor, wait)
        items: list[Item] = []
        reads, offset = list[Read](), cursor.get("offset")
        room, until = _BYTES_AT_ONCE, time.monotonic() + _SECONDS_AT_ONCE
        for update in updates:
            if items and (room <= 0 or time.monotonic() > until):
                break
            one = read(update, self._api.bot, groups=self._config.groups)
            try:
                parts = [await self._part(file, one.item) for file in one.files]
            except ChannelDown:
                if not items:
                    raise
                break
            room -= sum(len(part.data or b"") for part in parts)
            items.append(_with(one.item, parts))
            reads.append(one)
            # Telegram begins anew with lower numbers after a quiet week, so the last one counts, not the highest.
            offset = update["update_id"] + 1
        consents = tuple(consent for one in reads for consent in one.consents)
        after: Cursor = {} if offset is None else {"offset": offset}
        more = len(items) < len(updates) or len(updates) == _AT_ONCE
        return Fetched(tuple(items), after, consents=consents, more=more)

    async def stored(self, fetched: Fetched) -> None:
        """Nothing: the next fetch tells Telegram by its offset."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send the text and each file; what goes wrong after the first of them leaves a person to decide."""
        receipt: Receipt | None = None
        for call in calls(outgoing, self._api.bot):
            if receipt is None:
                sent = await self._send(call)
            else:
                sent = await self._send_another(call)
            number = sent.get("message_id")
            if receipt is None:
                chat = sent["chat"].get("id") if isinstance(sent.get("chat"), dict) else call.fields["chat_id"]
                receipt = Receipt(None if number is None else message_id(self._api.bot, chat, number))
        assert receipt is not None
        return receipt

    async def show_typing(self, typing: Typing) -> None:
        """For five seconds, or until a message of ours comes."""
        fields = typing_in(typing)
        if fields is not None:
            await self._api.ask("sendChatAction", fields)

    async def end_typing(self, typing: Typing) -> None:
        """Nothing: it ends by itself."""

    async def receive(self, request: Request) -> Fetched:
        """Nothing is pushed: the bot's messages are asked for."""
        raise NotAllowed("Telegram is asked for messages, and pushes none here")

    async def check(self) -> tuple[Check, ...]:
        """Who the bot is, and whether anything takes its messages away."""
        try:
            me = await self._api.ask("getMe")
            hook = await self._api.ask("getWebhookInfo")
        except Trouble as trouble:
            return (Check("token", trouble.reason),)
        name = me.get("username") if isinstance(me, dict) else None
        checks = [Check("token", detail=f"it is @{name}'s" if isinstance(name, str) else "")]
        taken = isinstance(hook, dict) and bool(hook.get("url")) and not self._config.takes_over
        receiving = "another program has set a webhook for this bot: use another bot, or set takes_over=on"
        checks.append(Check("receiving", receiving if taken else ""))
        if self._config.groups and isinstance(me, dict) and me.get("can_read_all_group_messages") is False:
            hears = "in groups it hears only commands and replies: turn its privacy off with @BotFather"
            checks.append(Check("groups", detail=hears))
        checks.append(Check("sending", detail="to whoever has started the bot"))
        return tuple(checks)

    async def close(self) -> None:
        """Hang up."""
        await self._api.close()

    async def _updates(self, cursor: Cursor, wait: float) -> list[dict[str, Any]]:
        wanted: dict[str, Any] = {"timeout": int(wait), "limit": _AT_ONCE, "allowed_updates": WANTED}
        if isinstance(cursor.get("offset"), int):
            wanted["offset"] = cursor["offset"]
        try:
            updates = await self._api.ask("getUpdates", wanted, seconds=wait + _ANSWER_SECONDS)
        except WebhookSet:
            if not self._config.takes_over:
                raise
            await self._api.ask("deleteWebhook")
            updates = await self._api.ask("getUpdates", wanted, seconds=wait + _ANSWER_SECONDS)
        if not isinstance(updates, list) or not all(
            isinstance(each, dict) and type(each.get("update_id")) is int for each in updates
        ):
            raise ChannelDown("Telegram answered with something that is no list of updates")
        return updates

    async def _part(self, file: File, item: Item) -> Part:
        """A file with its bytes; without them when it is too large or gone, or cannot be had for long enough."""
        data: bytes | None = None
        if file.size <= MOST_DOWNLOADED:
            try:
                data = await self._api.file(file.id)
            except ChannelDown:
                old = isinstance(item, Envelope) and clock.now() - item.sent_at > _FILE_PATIENCE
                if not self._patience.ends(file.id) and not old:
                    raise
        self._patience.forget(file.id)
        return Part(file.name, file.media_type, data)

    async def _send(self, call: Call) -> dict[str, Any]:
        try:
            return await self._api.send(call.method, call.fields, call.file)
        except SendRefused as refusal:
            if call.method != "sendPhoto" or refusal.opted_out:
                raise
            return await self._send(call.as_document())

    async def _send_another(self, call: Call) -> dict[str, Any]:
        """Send what follows on the first; as that has gone, nothing may be sent again from the beginning."""
        try:
            try:
                return await self._send(call)
            except SendLater as later:
                pause = later.retry_after
                if pause is None or pause > _LONGEST_PAUSE:
                    raise
                await asyncio.sleep(pause)
                return await self._send(call)
        except (SendRefused, SendLater, SendUnsure, ChannelRefused) as trouble:
            raise SendUnsure(f"what comes before it went, but not {call.what}: {trouble.reason}") from None


def _with(item: Item, parts: list[Part]) -> Item:
    if not parts or not isinstance(item, Envelope):
        return item
    return replace(item, parts=tuple(parts))
