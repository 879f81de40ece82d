"""Which calls of the Bot API one message of ours takes: where it goes, what it answers, and its files."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from convo.channels.base import Outgoing, Typing
from convo.channels.trouble import SendRefused
from convo.model.envelope import Part
from convo.text.counting import utf16_length

LONGEST_TEXT, LONGEST_CAPTION = 4_096, 1_024
"""As Telegram counts: in UTF-16 units."""
LARGEST_FILE, LARGEST_PHOTO = 50_000_000, 10_000_000
_PHOTOS = ("image/jpeg", "image/png")
_CHAT = re.compile(r"-?\d{1,20}", re.ASCII)
_TOPIC = re.compile(r"(-?\d{1,20})/(\d{1,20})", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its method and fields, and the file (field, name, data, media type); `what` it sends, in words."""

    method: str
    fields: dict[str, Any]
    file: tuple[str, str, bytes, str] | None = None
    what: str = "the text"

    def as_document(self) -> "Call":
        """The same photo as a file, for pictures of a size or shape that Telegram does not show."""
        assert self.file is not None
        return Call("sendDocument", self.fields, ("document", *self.file[1:]), self.what)


def calls(outgoing: Outgoing, bot: str) -> tuple[Call, ...]:
    """The calls in order, the text first where it is no caption; raises SendRefused for what cannot go."""
    where = _where(outgoing)
    where |= _answering(outgoing, bot, where["chat_id"])
    text, parts = outgoing.text, outgoing.parts
    length = utf16_length(text)
    if length > LONGEST_TEXT:
        raise SendRefused(f"it has {length:,} characters as Telegram counts; the most is {LONGEST_TEXT:,}")
    if not text.strip() and not parts:
        raise SendRefused("there is nothing in it to send")
    for part in parts:
        if part.data is None or not part.data:
            raise SendRefused(f"the file {part.name!r} is empty")
        if len(part.data) > LARGEST_FILE:
            raise SendRefused(f"the file {part.name!r} is too large: Telegram takes {LARGEST_FILE // 1_000_000} MB")
    return tuple(_calls(where, text, parts, captioned=length <= LONGEST_CAPTION))


def _calls(where: dict[str, Any], text: str, parts: tuple[Part, ...], *, captioned: bool) -> Iterator[Call]:
    if text.strip() and not (parts and captioned):
        yield Call("sendMessage", where | {"text": text})
        text = ""
    for part in parts:
        fields = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in where.items()}
        if text.strip():
            fields["caption"], text = text, ""
        data = part.data or b""
        media_type = part.media_type if _MEDIA_TYPE.fullmatch(part.media_type) else "application/octet-stream"
        photo = media_type in _PHOTOS and len(data) <= LARGEST_PHOTO
        method, field = ("sendPhoto", "photo") if photo else ("sendDocument", "document")
        yield Call(method, fields, (field, part.name, data, media_type), f"the file {part.name!r}")


def typing_in(typing: Typing) -> dict[str, Any] | None:
    """The fields of the call that shows that somebody writes; None where a bot cannot write."""
    try:
        return _where(typing) | {"action": "typing"}
    except SendRefused:
        return None


def _where(outgoing: Outgoing | Typing) -> dict[str, Any]:
    """The chat, and in a group the topic: that of the thread, else the customer's own."""
    if outgoing.thread_key:
        topic = _TOPIC.fullmatch(outgoing.thread_key)
        if topic is not None:
            return {"chat_id": int(topic[1]), "message_thread_id": int(topic[2])}
        if _CHAT.fullmatch(outgoing.thread_key):
            return {"chat_id": int(outgoing.thread_key)}
    if _CHAT.fullmatch(outgoing.recipient.value):
        return {"chat_id": int(outgoing.recipient.value)}
    raise SendRefused("a bot reaches people by their Telegram number, which is known once they have written to it")


def _answering(outgoing: Outgoing, bot: str, chat: int) -> dict[str, Any]:
    """What it is shown as an answer to: the customer's newest message, where that came by this bot and chat."""
    parts = (outgoing.answers or "").split("/")
    if len(parts) < 3 or parts[:2] != [bot, str(chat)] or not parts[2].isdecimal():
        return {}
    return {"reply_parameters": {"message_id": int(parts[2]), "allow_sending_without_reply": True}}
