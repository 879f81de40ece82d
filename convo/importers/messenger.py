"""Messenger's and Instagram's message_1.json: one file of one chat, as Meta's download of an account holds it."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.chat_sides import NOBODY, Sides
from convo.importers.file_parts import file_part
from convo.importers.json_stream import (
    RAW_BYTES,
    VALUE_BYTES,
    BrokenDocument,
    BrokenValue,
    JsonCursor,
    decode,
    open_file,
)
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.words import Direction, IdentityKind
from convo.text.json_fields import Fields, Unfit, epoch, fields_of, loosely, records, whole, words

NAMES = 10_000

_LIST = re.compile(rb'"messages"\s*:\s*\[')
_OLD = re.compile(rb'"sender_name"\s*:')
_NEW = re.compile(rb'"senderName"\s*:')
_FILES = ("photos", "videos", "audio_files", "files", "gifs", "media")
_REACTION = re.compile(r"(?:Reacted .{1,20} to (?:your|a) message|Liked a message)\.?\s*")
_NUMBERED = re.compile(r"_\d{1,4}$")


class Messenger:
    """The importer of Meta's chat files.

    They stand newest first, so the file is read twice: once for the places of its messages, the participants and the
    title, which comes last, and once in the order of time. Their text is UTF-8 written as if it were Latin-1; each
    string is repaired on its own and stays as it is where it does not fit. The files of a chat, message_1.json and
    message_2.json, are separate logs.
    """

    name = "messenger"
    channel_kind = "messenger"
    title = "Messenger or Instagram download (message_1.json)"

    def recognises(self, source: Source) -> bool:
        """Whether the JSON has messages with Meta's field names."""
        head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not head.startswith(b"{") or not _LIST.search(head):
            return False
        if _OLD.search(head):
            return b'"timestamp_ms"' in head
        if _NEW.search(head):
            return b'"isUnsent"' in head or b'"threadName"' in head
        return b'"participants"' in head and b'"magic_words"' in head

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The messages, oldest first; unsent messages, calls and reactions told as messages come as Skipped."""
        with open_file(source.path) as stream:
            chat = _survey(stream, source.name)
            sides = chat.settle(options)
            # Reversed before it is sorted: of messages in the same millisecond the later in the file is the older.
            order = sorted(range(len(chat.times) - 1, -1, -1), key=chat.times.__getitem__)
            for index in order:
                yield _item(stream, index, chat, sides, options, source.name)
        if chat.broken is not None:
            yield Unreadable(chat.broken.reason, chat.broken.raw, source.name, "after the last message")


@dataclass(slots=True)
class _Chat:
    """What the first pass learns: where each message stands and when it was sent, and who takes part."""

    title: str = ""
    group: bool = False
    lists: int = 0
    people: dict[str, None] = field(default_factory=dict)
    times: "array[int]" = field(default_factory=lambda: array("q"))
    starts: "array[int]" = field(default_factory=lambda: array("q"))
    lengths: "array[int]" = field(default_factory=lambda: array("q"))
    broken: BrokenDocument | None = None
    _ours: frozenset[str] = frozenset()

    def meet(self, name: str) -> None:
        if name and len(self.people) < NAMES:
            self.people[name] = None

    def settle(self, options: ReadOptions) -> Sides:
        """Decide who is us and whether there is one counterpart."""
        ours = {name for name in self.people if options.is_own(name)}
        pair = not self.group and len(self.people) <= 2
        if not ours and pair and self.title in self.people:
            ours = set(self.people) - {self.title}
        self._ours = frozenset(ours)
        others = [name for name in self.people if name not in ours]
        return Sides((_handle(others[0]),) if ours and pair and len(others) == 1 else None)

    def is_ours(self, name: str, options: ReadOptions) -> bool:
        return name in self._ours or options.is_own(name)


def _survey(stream: BinaryIO, source: str) -> _Chat:
    chat = _Chat()
    try:
        cursor = JsonCursor(stream)
        if cursor.peek() != "{":
            raise BrokenDocument("its JSON is no object")
        for key in cursor.members():
            if key == "messages" and cursor.peek() == "[":
                chat.lists += 1
                _locate(cursor, chat)
            elif key in ("title", "threadName", "participants", "thread_type"):
                try:
                    _learn(chat, key, cursor.value())
                except BrokenValue:
                    continue
        cursor.finish()
    except BrokenDocument as problem:
        if not chat.lists:
            raise BadInput(f"{source} is no Messenger or Instagram chat: {problem.reason}") from problem
        chat.broken = problem
    if not chat.lists:
        raise BadInput(
            f"{source} holds no Messenger or Instagram chat", hint="choose JSON when asking for the download"
        )
    return chat


def _locate(cursor: JsonCursor, chat: _Chat) -> None:
    latest = 0
    for _ in cursor.elements():
        start = cursor.offset
        try:
            message = cursor.value()
        except BrokenValue:
            message = None
        if isinstance(message, dict):
            stamp = message.get("timestamp_ms", message.get("timestamp"))
            # What has no usable time is told of in its place, beside its neighbour.
            if isinstance(stamp, int) and abs(stamp) < 1 << 62:
                latest = int(stamp)
            chat.meet(_repaired(loosely(message, "sender_name") or loosely(message, "senderName")).strip())
        chat.times.append(latest)
        chat.starts.append(start)
        chat.lengths.append(cursor.offset - start)


def _learn(chat: _Chat, key: str, value: object) -> None:
    if key == "title":
        chat.title = _repaired(loosely(value)).strip()
    elif key == "threadName":
        chat.title = _NUMBERED.sub("", loosely(value)).strip()
    elif key == "thread_type":
        chat.group = "group" in loosely(value).casefold()
    elif isinstance(value, list):
        for one in value:
            chat.meet(_repaired(loosely(one) or loosely(one, "name")).strip())


def _item(stream: BinaryIO, index: int, chat: _Chat, sides: Sides, options: ReadOptions, source: str) -> Item:
    place = f"message {index + 1}"
    stream.seek(chat.starts[index])
    if chat.lengths[index] > VALUE_BYTES:
        raw = stream.read(RAW_BYTES)
        return Unreadable("it is larger than a message can be", raw, source, place)
    raw = stream.read(chat.lengths[index])
    try:
        return _message(fields_of(decode(raw), "the message"), chat, sides, options, source, place)
    except (Unfit, BrokenValue) as problem:
        return Unreadable(problem.reason, raw[:RAW_BYTES], source, place)


def _message(message: Fields, chat: _Chat, sides: Sides, options: ReadOptions, source: str, place: str) -> Item:
    reason = _why_not(message)
    if reason:
        return Skipped(reason, source, place)
    name = _repaired(words(message, "sender_name") or words(message, "senderName")).strip()
    if not name:
        raise Unfit("it names no sender")
    stamp = whole(message, "timestamp_ms" if "timestamp_ms" in message else "timestamp")
    if stamp is None:
        raise Unfit("it has no time")
    sent_at = epoch(stamp // 1000, stamp % 1000 * 1000)
    text = _text(message)
    parts = tuple(_parts(message))
    if not text and not parts:
        return Skipped("a message without words or files", source, place)
    ours = chat.is_ours(name, options)
    customer = sides.addressed() if ours else sides.heard((_handle(name),))
    if customer is None:
        return Skipped(NOBODY, source, place)
    return Envelope(
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        customer=customer,
        sent_at=sent_at,
        text=text,
        author=name,
        parts=parts,
        source=source,
        place=place,
    )


def _why_not(message: Fields) -> str:
    """Why a record is no message; empty when it is one."""
    if message.get("is_unsent") is True or message.get("isUnsent") is True:
        return "the message was unsent"
    kind = loosely(message, "type").casefold()
    if kind == "call" or "call_duration" in message:
        return "a call, no message"
    if kind in ("subscribe", "unsubscribe"):
        return "a notice of somebody joining or leaving, no message"
    if _REACTION.fullmatch(_repaired(loosely(message, "content"))):
        return "a reaction, no message"
    return ""


def _text(message: Fields) -> str:
    lines = [_repaired(words(message, "content") or words(message, "text")).strip("\n")]
    for key in ("share_text", "link"):
        shared = _repaired(loosely(message, "share", key)).strip()
        if shared and shared not in lines[0]:
            lines.append(shared)
    return "\n".join(line for line in lines if line.strip())


def _parts(message: Fields) -> Iterator[Part]:
    for key in _FILES:
        for entry in records(message, key):
            yield file_part(_repaired(words(entry, "uri")), key.rstrip("s").partition("_")[0])
    sticker = loosely(message, "sticker", "uri")
    if sticker:
        yield file_part(_repaired(sticker), "sticker")


def _handle(name: str) -> Handle:
    return Handle(IdentityKind.MESSENGER, f"name:{name}", name)


def _repaired(text: str) -> str:
    """`text` with its UTF-8, which the export spells out byte by byte as Latin-1, put together; else as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


IMPORTER = Messenger()
