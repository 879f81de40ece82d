"""From an update of the Bot API to what the desk takes in (https://core.telegram.org/bots/api#update)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from convo.channels.base import Consent
from convo.channels.telegram.content import is_notice, name_of, text_of
from convo.channels.telegram.files import File, files_of
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import ConsentKind, Direction

WANTED = ("message", "edited_message", "my_chat_member")
"""The kinds of update that are asked for."""
_LAST_SECOND = 253_402_300_799
_GROUPS = ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Read:
    """What an update is: an item whose files are still at Telegram's, and what it says of consent."""

    item: Item
    files: tuple[File, ...] = ()
    consents: tuple[Consent, ...] = field(default=())


class _Malformed(Exception):
    """It is not what Telegram describes; the words say where."""


def message_id(bot: str, chat: object, number: object) -> str:
    """The id of a message: numbers are counted in each chat, and for each bot anew."""
    return f"{bot}/{chat}/{number}"


def read(update: Mapping[str, Any], bot: str, *, groups: bool) -> Read:
    """What an update is to the desk; never raises. With `groups`, what people write in groups is taken in."""
    place = f"update {update.get('update_id')}"
    try:
        if "my_chat_member" in update:
            return _membership(_dict(update, "my_chat_member"))
        kind = next((name for name in WANTED if name in update), None)
        if kind is None:
            return Read(Skipped("an update of a kind that was not asked for", place=place))
        return _message(_dict(update, kind), update, bot, groups=groups, edited=kind == "edited_message")
    except _Malformed as error:
        return Read(Unreadable(f"Telegram's update is broken: {error}", _raw(update), place=place))


def _message(message: Mapping[str, Any], update: Mapping[str, Any], bot: str, *, groups: bool, edited: bool) -> Read:
    place = f"update {update.get('update_id')}"
    chat = _dict(message, "chat")
    number, chat_number = _int(message, "message_id"), _int(chat, "id")
    if chat.get("type") in _GROUPS and not groups:
        return Read(Skipped("written in a group, and groups is off", place=place))
    if chat.get("type") not in ("private", *_GROUPS):
        return Read(Skipped("written in no chat of people", place=place))
    if is_notice(message):
        return Read(Skipped("a notice of the chat", place=place))
    if "sender_chat" in message:
        return Read(Skipped("written by a group or channel as such", place=place))
    sender = _dict(message, "from")
    if sender.get("is_bot") is True:
        return Read(Skipped("written by a bot", place=place))
    if edited and isinstance(message.get("location"), dict):
        return Read(Skipped("a shared place that moved", place=place))
    user, name = _int(sender, "id"), name_of(sender)
    handle, sent_at = Handle("telegram", str(user), name), _instant(message, "date")
    text, own_id, references = text_of(message), message_id(bot, chat_number, number), _references(message, bot)
    if edited:
        references, sent_at = (*references, own_id), _instant(message, "edit_date")
        text, own_id = f"(edited) {text}", f"{own_id}/edit/{update.get('update_id')}"
    payload = _start(message)
    consents: tuple[Consent, ...] = ()
    if payload is not None and chat.get("type") == "private" and not edited:
        how = f"started the Telegram bot{f' by the link {payload}' if payload else ''}"
        consents = (Consent(handle, ConsentKind.TRANSACTIONAL, True, how, sent_at),)
    envelope = Envelope(
        Direction.INBOUND,
        (handle, *_phone(message, user)),
        sent_at,
        text,
        author=name,
        external_id=own_id,
        thread_key=None if chat.get("type") == "private" else _thread_key(message, chat_number),
        references=references,
        language=_language(sender),
        attributes={"telegram_start": payload} if payload else {},
        place=place,
    )
    return Read(envelope, () if edited else tuple(files_of(message, number)), consents)


def _membership(told: Mapping[str, Any]) -> Read:
    """Somebody let the bot in or shut it out."""
    if _dict(told, "chat").get("type") != "private":
        return Read(Skipped("the bot came into a group or left one"))
    if _dict(told, "new_chat_member").get("status") != "kicked":
        return Read(Skipped("they let the bot write to them"))
    handle = Handle("telegram", str(_int(_dict(told, "from"), "id")))
    gone = Consent(handle, ConsentKind.MARKETING, False, "blocked the Telegram bot", _instant(told, "date"))
    return Read(Skipped("they blocked the bot"), consents=(gone,))


def _start(message: Mapping[str, Any]) -> str | None:
    """What stood in the link by which the bot was started, perhaps nothing; None for any other message."""
    text = message.get("text")
    words = text[:200].split(maxsplit=1) if isinstance(text, str) else []
    if not words or words[0].partition("@")[0] != "/start":
        return None
    return words[1].strip() if len(words) > 1 else ""


def _phone(message: Mapping[str, Any], user: int) -> tuple[Handle, ...]:
    """The sender's own number, where they share it: Telegram tells whose account a shared number belongs to."""
    contact = message.get("contact")
    if not isinstance(contact, dict) or contact.get("user_id") != user or "forward_origin" in message:
        return ()
    number = contact.get("phone_number")
    if not isinstance(number, str) or not number:
        return ()
    return (Handle("phone", number if number.startswith("+") else f"+{number}"),)


def _references(message: Mapping[str, Any], bot: str) -> tuple[str, ...]:
    answered = message.get("reply_to_message")
    if not isinstance(answered, dict):
        return ()
    return (message_id(bot, _int(_dict(answered, "chat"), "id"), _int(answered, "message_id")),)


def _thread_key(message: Mapping[str, Any], chat: int) -> str:
    topic = message.get("message_thread_id")
    return f"{chat}/{topic}" if message.get("is_topic_message") is True and type(topic) is int else str(chat)


def _language(sender: Mapping[str, Any]) -> str | None:
    said = sender.get("language_code")
    return said if isinstance(said, str) and said else None


def _instant(told: Mapping[str, Any], name: str) -> datetime:
    seconds = _int(told, name)
    if not 0 <= seconds <= _LAST_SECOND:
        raise _Malformed(f"{name} is no time")
    return datetime.fromtimestamp(seconds, UTC)


def _dict(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name)
    if not isinstance(value, dict):
        raise _Malformed(f"{name} is missing")
    return value


def _int(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name)
    if type(value) is not int:
        raise _Malformed(f"{name} is no number")
    return value


def _raw(update: Mapping[str, Any]) -> bytes:
    return json.dumps(update).encode()
