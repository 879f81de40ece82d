"""Sends one message: to a thread or a direct message, with its files, and never twice.

Slack knows no idempotency key for messages, so that each bears the delivery's key as metadata, and whoever sends one
again first looks for it in the conversation. Files bear none: they are known by their names and sizes.
"""

import re
from collections import OrderedDict
from datetime import timedelta

from convo.channels.base import Outgoing, Receipt
from convo.channels.slack.api import Api, Declined
from convo.channels.slack.reading import Us
from convo.channels.slack.refusals import send_trouble
from convo.channels.slack.stamps import is_stamp, stamp_of
from convo.channels.trouble import ChannelDown, SendLater, SendRefused
from convo.model.envelope import Part
from convo.text.json_fields import Fields, loosely
from convo.text.slack_markup import as_written

_USER = re.compile(r"[A-Z0-9]*:([UW][A-Z0-9]{1,30})", re.ASCII)
_PLACE = re.compile(r"([CDG][A-Z0-9]{1,30}):(\d{1,12}\.\d{1,6})", re.ASCII)
_LONGEST = 40_000
_EVENT = "convo_delivery"
_REMEMBERED = 1_000
_MARGIN = timedelta(minutes=5)


class Sending:
    """The way out of one workspace."""

    def __init__(self, api: Api, us: Us) -> None:
        self._api = api
        self._us = us
        self._opened: OrderedDict[str, str] = OrderedDict()

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send a message; raises SendRefused, SendLater, SendUnsure, ChannelDown, ChannelRefused."""
        text = as_written(outgoing.text.strip())
        if len(text) > _LONGEST:
            raise SendRefused(f"it is too long for Slack, which takes {_LONGEST:,} characters")
        if not text and not outgoing.parts:
            raise SendRefused("Slack takes no empty message")
        channel, thread = await self._place(outgoing)
        there = await self._said(channel, thread, outgoing) if outgoing.attempt > 1 else []
        posted = next((loosely(each, "ts") for each in there if _key(each) == outgoing.key), "")
        parts = [] if _holds(there, outgoing.parts) else list(outgoing.parts)
        files = [await self._upload(part) for part in parts]
        if text and not posted:
            posted = await self._post(channel, thread, text, outgoing.key)
        if files:
            await self._share(channel, thread, files)
        return Receipt(f"{channel}:{posted}" if posted else None)

    async def _place(self, outgoing: Outgoing) -> tuple[str, str]:
        """The conversation and the thread in it, which is empty outside of threads."""
        found = _PLACE.fullmatch(outgoing.thread_key or "")
        if found is not None:
            return found[1], found[2]
        person = _USER.fullmatch(outgoing.recipient.value.upper())
        if person is None:
            raise SendRefused("the recipient is no Slack user of this workspace")
        user = person[1]
        if user not in self._opened:
            told = await self._api.tell("conversations.open", users=user)
            channel = loosely(told, "channel", "id")
            if not channel:
                raise SendLater("Slack opened no direct message")
            self._opened[user] = channel
            while len(self._opened) > _REMEMBERED:
                self._opened.popitem(last=False)
        return self._opened[user], ""

    async def _said(self, channel: str, thread: str, outgoing: Outgoing) -> list[Fields]:
        """What we have said there since the message was written."""
        oldest = stamp_of(outgoing.sent_at, before=_MARGIN)
        where: dict[str, str] = {"channel": channel, "oldest": oldest} | ({"ts": thread} if thread else {})
        method = "conversations.replies" if thread else "conversations.history"
        found: list[Fields] = []
        try:
            async for page in self._api.pages(method, "messages", include_all_metadata=True, **where):
                found += [each for each in page if self._is_ours(each)]
        except Declined as error:
            raise send_trouble(error.code) from None
        except ChannelDown as error:
            raise SendLater(error.reason, retry_after=error.retry_after) from None
        return found

    def _is_ours(self, message: Fields) -> bool:
        return loosely(message, "user") == self._us.user or loosely(message, "bot_id") == self._us.bot

    async def _post(self, channel: str, thread: str, text: str, key: str) -> str:
        where = {"thread_ts": thread} if thread else {}
        told = await self._api.tell(
            "chat.postMessage",
            channel=channel,
            text=text,
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": _EVENT, "event_payload": {"key": key}},
            **where,
        )
        stamp = loosely(told, "ts")
        return stamp if is_stamp(stamp) else ""

    async def _upload(self, part: Part) -> dict[str, str]:
        data = part.data or b""
        if not data:
            raise SendRefused(f"Slack takes no empty file ({part.name[:60]})")
        told = await self._api.tell("files.getUploadURLExternal", filename=part.name, length=len(data))
        await self._api.upload(loosely(told, "upload_url"), data)
        return {"id": loosely(told, "file_id"), "title": part.name}

    async def _share(self, channel: str, thread: str, files: list[dict[str, str]]) -> None:
        where = {"thread_ts": thread} if thread else {}
        await self._api.tell("files.completeUploadExternal", files=files, channel_id=channel, **where)


def _key(message: Fields) -> str:
    return loosely(message, "metadata", "event_payload", "key")


def _holds(messages: list[Fields], parts: tuple[Part, ...]) -> bool:
    """Whether one of the messages has just these files."""
    wanted = sorted((part.name, len(part.data or b"")) for part in parts)
    return bool(parts) and any(wanted == _files(each) for each in messages)


def _files(message: Fields) -> list[tuple[str, int]]:
    files = message.get("files")
    held = [each for each in files if isinstance(each, dict)] if isinstance(files, list) else []
    sizes = [(each.get("title") or each.get("name"), each.get("size")) for each in held]
    return sorted((name, size) for name, size in sizes if isinstance(name, str) and isinstance(size, int))
