"""From an update of the Bot API to what the desk takes in (https://core.telegram.org/bots/api#update)."""

import json
from dataclasses import dataclass
from datetime import datetime

from convo.channels.base import Consent
from convo.channels.telegram.content import is_notice, name_of, text_of
from convo.channels.telegram.files import File, files_of
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import ConsentKind, Direction
from convo.text.json_fields import Fields, Unfit, epoch, fields_of, whole

WANTED = ("message", "edited_message", "my_chat_member")
"""The kinds of update that are asked for."""
_GROUPS = ("group", "supergroup")

_TELLING = 3
"""So many words of a text tell its language."""


@dataclass(frozen=True, slots=True)
class Read:
    """What an update is: an item whose files are still at Telegram's, and what it says of consent."""

    item: Item
    files: tuple[File, ...] = ()
    consents: tuple[Consent, ...] = ()


def message_id(bot: str, chat: object, number: object) -> str:
    """The id of a message: numbers are counted in each chat, and for each bot anew."""
    return f"{bot}/{chat}/{number}"


def read(update: Fields, bot: str, *, groups: bool) -> Read:
    """What an update is to the desk; never raises. With `groups`, what people write in groups is taken in."""
    place = f"update {update.get('update_id')}"
    try:
        if "my_chat_member" in update:
            return _membership(_object(update, "my_chat_member"))
        kind = next((name for name in WANTED if name in update), None)
        if kind is None:
            return Read(Skipped("an update of a kind that was not asked for", place=place))
        return _message(_object(update, kind), update, bot, groups=groups, edited=kind == "edited_message")
    except Unfit as error:
        return Read(Unreadable(f"Telegram's update is broken: {error.reason}", _raw(update), place=place))


def _message(message: Fields, update: Fields, bot: str, *, groups: bool, edited: bool) -> Read:
    place = f"update {update.get('update_id')}"
    chat = _object(message, "chat")
    number, chat_number = _int(message, "message_id"), _int(chat, "id")
    unwanted = _unwanted(message, chat, groups=groups, edited=edited)
    if unwanted:
        return Read(Skipped(unwanted, place=place))
    sender = _object(message, "from")
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
        language=_language(sender, text),
        attributes={"telegram_start": payload} if payload else {},
        place=place,
    )
    return Read(envelope, () if edited else tuple(files_of(message, number)), consents)


def _unwanted(message: Fields, chat: Fields, *, groups: bool, edited: bool) -> str:
    """Why a message is not taken in; empty for one that is."""
    if chat.get("type") in _GROUPS and not groups:
        return "written in a group, and groups is off"
    if chat.get("type") not in ("private", *_GROUPS):
        return "written in no chat of people"
    if is_notice(message):
        return "a notice of the chat"
    if "sender_chat" in message:
        return "written by a group or channel as such"
    if edited and isinstance(message.get("location"), dict):
        return "a shared place that moved"
    return "written by a bot" if _object(message, "from").get("is_bot") is True else ""


def _membership(told: Fields) -> Read:
    """Somebody let the bot in or shut it out."""
    if _object(told, "chat").get("type") != "private":
        return Read(Skipped("the bot came into a group or left one"))
    if _object(told, "new_chat_member").get("status") != "kicked":
        return Read(Skipped("they let the bot write to them"))
    handle = Handle("telegram", str(_int(_object(told, "from"), "id")))
    gone = Consent(handle, ConsentKind.MARKETING, False, "blocked the Telegram bot", _instant(told, "date"))
    return Read(Skipped("they blocked the bot"), consents=(gone,))


def _start(message: Fields) -> str | None:
    """What stood in the link by which the bot was started, perhaps nothing; None for any other message."""
    text = message.get("text")
    words = text[:200].split(maxsplit=1) if isinstance(text, str) else []
    if not words or words[0].partition("@")[0] != "/start":
        return None
    return words[1].strip() if len(words) > 1 else ""


def _phone(message: Fields, user: int) -> tuple[Handle, ...]:
    """The sender's own number, where they share it: Telegram tells whose account a shared number belongs to."""
    contact = message.get("contact")
    if not isinstance(contact, dict) or contact.get("user_id") != user or "forward_origin" in message:
        return ()
    number = contact.get("phone_number")
    if not isinstance(number, str) or not number:
        return ()
    return (Handle("phone", number if number.startswith("+") else f"+{number}"),)


def _references(message: Fields, bot: str) -> tuple[str, ...]:
    answered = message.get("reply_to_message")
    if not isinstance(answered, dict):
        return ()
    return (message_id(bot, _int(_object(answered, "chat"), "id"), _int(answered, "message_id")),)


def _thread_key(message: Fields, chat: int) -> str:
    topic = message.get("message_thread_id")
    return f"{chat}/{topic}" if message.get("is_topic_message") is True and type(topic) is int else str(chat)


def _language(sender: Fields, text: str) -> str | None:
    """The language of the customer's app, where the text is too short to tell its own."""
    said = sender.get("language_code")
    return said if isinstance(said, str) and said and len(text.split()) < _TELLING else None


def _instant(told: Fields, name: str) -> datetime:
    return epoch(_int(told, name))


def _object(told: Fields, name: str) -> Fields:
    return fields_of(told.get(name), f"its {name!r}")


def _int(told: Fields, name: str) -> int:
    value = whole(told, name)
    if value is None:
        raise Unfit(f"its {name!r} is missing")
    return value


def _raw(update: Fields) -> bytes:
    return json.dumps(update).encode()
