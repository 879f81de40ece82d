"""Reads a room's events: who wrote what to whom, in which thread, with which file; pure, given who is in the room."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from convo.channels.base import Report
from convo.channels.matrix.ids import EDIT, SENT_HERE, Place, as_identity, is_user
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import DeliveryStatus, Direction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 250_000_000_000_000
_FILES = {"m.image": "image", "m.file": "file", "m.audio": "audio", "m.video": "video"}
_CANNOT_READ = "(wrote in an encrypted room, which the desk cannot read: ask for a room without encryption)"


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a room: names by user; `us` are all who are no customers, `me` is the desk's account among them."""

    me: str
    names: Mapping[str, str] = field(default_factory=dict)
    us: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    @property
    def customers(self) -> list[str]:
        """The users in the room who are customers."""
        return [user for user in self.names if not self.is_ours(user) and user not in self.ignored]

    @property
    def several(self) -> bool:
        """Whether the room is one of several customers."""
        return len(self.customers) > 1

    def is_ours(self, user: str) -> bool:
        """Whether a user is the desk's account or one of our people."""
        return user == self.me or user.casefold() in self.us

    def handle(self, user: str) -> Handle:
        """A user as a customer."""
        return Handle("matrix", user, self.names.get(user, ""))


@dataclass(frozen=True, slots=True)
class RoomFile:
    """A file that came with a message: its mxc URI, empty where the desk cannot read it."""

    name: str
    media_type: str
    uri: str


@dataclass(frozen=True, slots=True)
class Said:
    """An event as an item, with its file where it has one."""

    item: Item
    file: RoomFile | None = None


def read(event: Mapping[str, Any], room: str, people: People) -> Said | None:
    """An event as an item; None for one that says nothing to anybody, such as that somebody came in."""
    kind, content = _text(event.get("type")), _mapping(event.get("content"))
    if kind in ("m.room.member", "m.room.tombstone", "") or "state_key" in event:
        return None
    sender, number = _text(event.get("sender")), _text(event.get("event_id"))
    if not number.startswith("$") or not is_user(sender):
        return Said(unreadable("an event without a sender or an id", event))
    if sender in people.ignored:
        return Said(Skipped("from one who is no customer, as the settings say"))
    if sender == people.me and (SENT_HERE in content or _mapping(event.get("unsigned")).get("transaction_id")):
        return Said(Skipped("sent from here"))
    at = _instant(event.get("origin_server_ts"))
    if at is None:
        return Said(unreadable("an event that does not say when it was sent", event))
    if kind == "m.room.redaction":
        return Said(Skipped("a message was taken back"))
    if kind == "m.room.encrypted" and people.is_ours(sender):
        return Said(Skipped("one of us wrote it, encrypted"))
    if kind == "m.room.encrypted":
        # One id for all of them: the desk is told once of each room.
        text, number = _CANNOT_READ, "encrypted"
        return Said(_envelope(Place(room, number), sender, people, at, text, ()))
    relation = _mapping(content.get("m.relates_to"))
    if kind == "m.reaction":
        return Said(_reaction(room, number, sender, people, at, relation))
    if kind not in ("m.room.message", "m.sticker"):
        return Said(Skipped(f"an event of type {kind[:60]}"))
    if not content:
        return Said(Skipped("a message that was taken back"))
    return _message(Place(room, number), sender, people, at, kind, content, relation)


def receipts(event: Mapping[str, Any], room: str, people: People) -> list[Report]:
    """What an event of read receipts tells of our messages: the one that is named, and in a chat of two all before."""
    found = []
    for number, held in _mapping(event.get("content")).items():
        for user, told in _mapping(_mapping(held).get("m.read")).items():
            at = _instant(_mapping(told).get("ts"))
            if at is None or not is_user(user) or people.is_ours(user) or user in people.ignored:
                continue
            found.append(Report(DeliveryStatus.READ, at, str(Place(room, number))))
            if not people.several:
                found.append(Report(DeliveryStatus.READ, at, recipient=as_identity(user)))
    return found


def unreadable(reason: str, event: object) -> Unreadable:
    """An event that nobody understands, with its JSON."""
    return Unreadable(reason, json.dumps(event, ensure_ascii=True).encode())


def _message(
    place: Place,
    sender: str,
    people: People,
    at: datetime,
    kind: str,
    content: Mapping[str, Any],
    relation: Mapping[str, Any],
) -> Said:
    edited = _text(relation.get("event_id")) if relation.get("rel_type") == "m.replace" else ""
    if edited:
        content = _mapping(content.get("m.new_content")) or content
    text, file = _content(kind, content)
    if edited:
        original = Place(place.room, edited)
        place, text = Place(place.room, f"{edited}{EDIT}{place.event}"), f"(edited) {text}"
        return Said(_envelope(place, sender, people, at, text, (str(original),), content), file)
    answered = _text(_mapping(relation.get("m.in_reply_to")).get("event_id"))
    root = _text(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else ""
    if answered and not relation.get("is_falling_back"):
        text = _without_fallback(text)
    named = dict.fromkeys(each for each in (root, answered) if each)
    references = tuple(str(Place(place.room, each)) for each in named)
    return Said(_envelope(place, sender, people, at, text, references, content, root=root), file)


def _envelope(
    place: Place,
    sender: str,
    people: People,
    at: datetime,
    text: str,
    references: tuple[str, ...],
    content: Mapping[str, Any] | None = None,
    *,
    root: str = "",
    automatic: bool = False,
) -> Item:
    """What somebody wrote to us, or one of our people to a customer with another program."""
    ours = people.is_ours(sender)
    customer = _addressed(people, content or {}) if ours else sender
    if not customer:
        return Skipped("one of us wrote it, to nobody in particular")
    thread = str(Place(place.room, root)) if root or people.several else None
    return Envelope(
        Direction.OUTBOUND if ours else Direction.INBOUND,
        (people.handle(customer),),
        at,
        text,
        author=people.names.get(sender, "") or sender,
        external_id=str(place),
        thread_key=thread,
        references=references,
        automatic=automatic or (content or {}).get("msgtype") == "m.notice",
    )


def _addressed(people: People, content: Mapping[str, Any]) -> str:
    """The customer to whom one of us wrote: the only one in the room, or the only one who is mentioned."""
    customers = people.customers
    if len(customers) > 1:
        named = _mapping(content.get("m.mentions")).get("user_ids")
        customers = [user for user in customers if isinstance(named, list) and user in named]
    return customers[0] if len(customers) == 1 else ""


def _reaction(room: str, number: str, sender: str, people: People, at: datetime, relation: Mapping[str, Any]) -> Item:
    emoji, about = _text(relation.get("key")), _text(relation.get("event_id"))
    if not emoji or not about:
        return Skipped("a reaction to nothing, or one that was taken back")
    references = (str(Place(room, about)),)
    return _envelope(Place(room, number), sender, people, at, f"reacted with {emoji}", references, automatic=True)


def _content(kind: str, content: Mapping[str, Any]) -> tuple[str, RoomFile | None]:
    """The text and the file of a message; the text is the file's caption where both are there (MSC2530)."""
    body, msgtype = _text(content.get("body")), _text(content.get("msgtype"))
    if kind != "m.sticker" and msgtype not in _FILES:
        if msgtype == "m.location":
            return f"location: {body} {_text(content.get('geo_uri'))}".rstrip(), None
        return f"* {body}" if msgtype == "m.emote" else body, None
    name = _text(content.get("filename")) or body or _FILES.get(msgtype, "sticker")
    media_type = _text(_mapping(content.get("info")).get("mimetype")) or "application/octet-stream"
    caption = body if _text(content.get("filename")) not in ("", body) else ""
    return caption, RoomFile(name, media_type, _text(content.get("url")))


def _without_fallback(text: str) -> str:
    """The text without the quote of what it answers, which older programs put before it: `> <@user:server> …`."""
    if not text.startswith(("> <@", "> * <@")):
        return text
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).lstrip("\n")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _instant(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _LATEST:
        return None
    return _EPOCH + timedelta(milliseconds=int(value))
