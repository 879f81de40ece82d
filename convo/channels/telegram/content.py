"""What a Telegram message says, in plain text: its words, and in words what is no text and no file."""

from collections.abc import Iterator, Mapping
from typing import Any

from convo.text.json_fields import loosely

_MOST_OPTIONS = 20
_NOTICES = frozenset(
    [
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "connected_website",
        "write_access_allowed",
        "proximity_alert_triggered",
        "boost_added",
        "chat_background_set",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "giveaway_created",
        "giveaway_completed",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
    ]
)
_FILES = frozenset(["photo", "animation", "audio", "document", "video", "video_note", "voice", "sticker"])
_UNSHOWN = [
    "game",
    "invoice",
    "story",
    "dice",
    "checklist",
    "paid_media",
    "passport_data",
    "giveaway",
    "giveaway_winners",
    "gift",
    "unique_gift",
    "users_shared",
    "chat_shared",
    "successful_payment",
    "refunded_payment",
    "web_app_data",
]


def is_notice(message: Mapping[str, Any]) -> bool:
    """Whether it is no message of a person but tells of the chat itself."""
    return not _NOTICES.isdisjoint(message)


def text_of(message: Mapping[str, Any]) -> str:
    """All that it says; empty only for a file without words."""
    lines = [*_lines(message)]
    if not lines and _FILES.isdisjoint(message):
        kind = next((name for name in _UNSHOWN if name in message), "")
        lines.append(f"(sent by Telegram, and not shown here: {kind or 'something new'})".replace("_", " "))
    origin = message.get("forward_origin")
    if isinstance(origin, dict):
        lines.insert(0, f"(forwarded from {_origin(origin)})")
    return "\n".join(lines)


def name_of(person: Mapping[str, Any]) -> str:
    """What a user or a contact is called: the name they chose, else the username."""
    chosen = " ".join(filter(None, (loosely(person, "first_name"), loosely(person, "last_name"))))
    username = loosely(person, "username")
    return chosen or (f"@{username}" if username else "")


def _lines(message: Mapping[str, Any]) -> Iterator[str]:
    for name in ("text", "caption"):
        if loosely(message, name):
            yield loosely(message, name)
    for kind in ("contact", "venue", "location", "poll", "dice", "sticker"):
        told = message.get(kind)
        if isinstance(told, dict) and not (kind == "location" and "venue" in message):
            yield from _SHOWN[kind](told)


def _contact(told: Mapping[str, Any]) -> Iterator[str]:
    yield "Contact: " + ", ".join(filter(None, (name_of(told), loosely(told, "phone_number"))))


def _location(told: Mapping[str, Any]) -> Iterator[str]:
    latitude, longitude = told.get("latitude"), told.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        yield f"Location: {latitude:.6f}, {longitude:.6f}"


def _venue(told: Mapping[str, Any]) -> Iterator[str]:
    yield ", ".join(filter(None, (loosely(told, "title"), loosely(told, "address"))))
    if isinstance(told.get("location"), dict):
        yield from _location(told["location"])


def _poll(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"Poll: {loosely(told, 'question')}"
    options = told.get("options")
    for option in options[:_MOST_OPTIONS] if isinstance(options, list) else ():
        if isinstance(option, dict):
            yield f"- {loosely(option, 'text')}"


def _dice(told: Mapping[str, Any]) -> Iterator[str]:
    if type(told.get("value")) is int:
        yield f"{loosely(told, 'emoji')} {told['value']}".strip()


def _sticker(told: Mapping[str, Any]) -> Iterator[str]:
    if loosely(told, "emoji"):
        yield loosely(told, "emoji")


_SHOWN = {
    "contact": _contact,
    "venue": _venue,
    "location": _location,
    "poll": _poll,
    "dice": _dice,
    "sticker": _sticker,
}


def _origin(told: Mapping[str, Any]) -> str:
    for name in ("sender_user", "sender_chat", "chat"):
        person = told.get(name)
        if isinstance(person, dict):
            return " ".join((name_of(person) or loosely(person, "title") or "somebody").split())
    return " ".join(loosely(told, "sender_user_name").split()) or "somebody"
