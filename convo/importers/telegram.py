"""Telegram Desktop's result.json, of one chat or of a whole account."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.chat_sides import NOBODY, Customer, Sides
from convo.importers.json_stream import BrokenDocument, BrokenValue, JsonCursor, open_file
from convo.importers.telegram_text import parts_of, text_of
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import Direction, IdentityKind
from convo.text.json_fields import Fields, Unfit, epoch, fields_of, local, loosely, whole, words

REMEMBERED = 200_000

_MARKS = re.compile(rb'"date_unixtime"|"from_id"|"type"\s*:\s*"(?:message|service)"')
_CHAT = re.compile(rb'"messages"\s*:\s*\[')
_KIND = re.compile(rb'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|(?:private|public)_\w{5,10})"')
_ACCOUNT = re.compile(rb'"(?:about|personal_information|profile_pictures|contacts|chats|left_chats)"\s*:')
_ONE_TO_ONE = ("personal_chat", "bot_chat")


class Telegram:
    """The importer of Telegram Desktop's JSON, read as a stream: a chat of any length takes the memory of one message.

    In a group, an answer of ours finds the person it answers among the last 200,000 messages of that chat.
    """

    name = "telegram"
    channel_kind = "telegram"
    title = "Telegram Desktop export (result.json)"

    def recognises(self, source: Source) -> bool:
        """Whether the JSON begins as Telegram Desktop writes a chat, or a whole account."""
        head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not head.startswith(b"{") or b'"sender_name"' in head:
            return False
        if _CHAT.search(head) and (_KIND.search(head) or _MARKS.search(head)):
            return True
        return bool(_ACCOUNT.search(head[:400])) and (b"Telegram" in head[:4096] or bool(_MARKS.search(head)))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The messages, chat after chat in the file's order; service messages come as Skipped."""
        with open_file(source.path) as stream:
            reader = _Reader(JsonCursor(stream), source.name, options)
            try:
                yield from reader.top()
                reader.cursor.finish()
            except BrokenDocument as problem:
                if not reader.chats:
                    raise BadInput(f"{source.name} is no Telegram export: {problem.reason}") from problem
                yield Unreadable(problem.reason, problem.raw, source.name, f"byte {reader.cursor.offset}")
        if not reader.chats:
            raise BadInput(
                f"{source.name} holds no Telegram chat", hint="export the chat from Telegram Desktop in JSON format"
            )


@dataclass(slots=True)
class _Chat:
    """What is known of the chat that is being read."""

    place: str
    name: str = ""
    kind: str = ""
    number: int | None = None
    sides: Sides = field(default_factory=Sides)
    customers: OrderedDict[int, Customer] = field(default_factory=OrderedDict)

    @property
    def one_to_one(self) -> bool:
        return self.kind in _ONE_TO_ONE

    def identify(self, options: ReadOptions) -> None:
        """Settle who the counterpart of a one-to-one chat is, unless the export was made on the customer's side."""
        ours = options.is_own(self.name, str(self.number), f"user{self.number}")
        if self.one_to_one and self.number is not None and not ours:
            self.sides.counterpart = (Handle(IdentityKind.TELEGRAM, str(self.number), self.name),)

    def remember(self, message: int | None, customer: Customer) -> None:
        if message is None or self.sides.counterpart is not None:
            return
        self.customers[message] = customer
        if len(self.customers) > REMEMBERED:
            self.customers.popitem(last=False)


class _Reader:
    """Walks the file; `chats` counts the lists of messages found."""

    def __init__(self, cursor: JsonCursor, source: str, options: ReadOptions) -> None:
        self.cursor = cursor
        self.chats = 0
        self._source = source
        self._options = options

    def top(self) -> Iterator[Item]:
        """The items of the whole file, whose top is a chat or holds lists of chats."""
        chat = _Chat("message")
        if self.cursor.peek() != "{":
            raise BrokenDocument("its JSON is no object")
        yield from self._object(chat, nested=True)

    def _object(self, chat: _Chat, *, nested: bool = False) -> Iterator[Item]:
        """The items of one chat; its members are read first when its messages come before what names it."""
        start = self.cursor.offset
        # A file that breaks off is told of when its messages are read, not while only its head is wanted.
        with suppress(BrokenDocument):
            if not self._head(chat):
                self.cursor.seek(start)
                self._head(chat, whole_object=True)
        self.cursor.seek(start)
        chat.identify(self._options)
        for key in self.cursor.members():
            if key == "messages" and self.cursor.peek() == "[":
                self.chats += 1
                yield from self._messages(chat)
            elif nested and key in ("chats", "left_chats") and self.cursor.peek() == "{":
                yield from self._list(key)

    def _head(self, chat: _Chat, *, whole_object: bool = False) -> bool:
        """Read what identifies a chat; False when messages come before all of it is known."""
        known = set()
        for key in self.cursor.members():
            if key in ("name", "type", "id"):
                try:
                    value = self.cursor.value()
                except BrokenValue:
                    continue
                known.add(key)
                if key == "id":
                    chat.number = value if isinstance(value, int) and not isinstance(value, bool) else None
                elif key == "type":
                    chat.kind = loosely(value)
                else:
                    chat.name = loosely(value)
            elif key in ("messages", "chats", "left_chats") and not whole_object:
                return len(known) == 3 or key != "messages"
        return True

    def _list(self, key: str) -> Iterator[Item]:
        for name in self.cursor.members():
            if name != "list" or self.cursor.peek() != "[":
                continue
            for number, _ in enumerate(self.cursor.elements(), 1):
                place = f"{key.replace('_', ' ').removesuffix('s')} {number}, message"
                if self.cursor.peek() == "{":
                    yield from self._object(_Chat(place))
                else:
                    self.cursor.skip()
                    yield Unreadable("it is no chat", b"", self._source, place.removesuffix(", message"))

    def _messages(self, chat: _Chat) -> Iterator[Item]:
        for number, _ in enumerate(self.cursor.elements(), 1):
            place = f"{chat.place} {number}"
            try:
                yield self._message(fields_of(self.cursor.value(), "the message"), chat, place)
            except Unfit as problem:
                yield Unreadable(problem.reason, self.cursor.raw, self._source, place)
            except BrokenValue as problem:
                yield Unreadable(problem.reason, problem.raw, self._source, place)

    def _message(self, message: Fields, chat: _Chat, place: str) -> Item:
        if words(message, "type") == "service":
            what = loosely(message, "action") or "unnamed"
            return Skipped(f"a service message ({what[:60]}), no message", self._source, place)
        if chat.kind == "saved_messages":
            return Skipped("a note among the saved messages, sent to nobody", self._source, place)
        number = whole(message, "id")
        text = text_of(message)
        parts = tuple(parts_of(message))
        if not text and not parts:
            return Skipped("a message without words or files", self._source, place)
        sent_at = _moment(message, self._options)
        who = _writer(message)
        ours = self._is_ours(who, chat)
        answered = whole(message, "reply_to_message_id")
        customer: Customer | None = (who,)
        if ours:
            customer = chat.sides.addressed(None if answered is None else chat.customers.get(answered))
        if customer is None:
            return Skipped(NOBODY, self._source, place)
        if not ours:
            chat.sides.heard(customer)
        chat.remember(number, customer)
        prefix = "" if chat.number is None else f"{chat.number}:"
        return Envelope(
            direction=Direction.OUTBOUND if ours else Direction.INBOUND,
            customer=customer,
            sent_at=sent_at,
            text=text,
            author=who.name,
            external_id=f"{prefix}{number}" if prefix and number is not None else None,
            references=(f"{prefix}{answered}",) if prefix and answered is not None else (),
            parts=parts,
            automatic=chat.kind == "bot_chat" and not ours,
            source=self._source,
            place=place,
        )

    def _is_ours(self, who: Handle, chat: _Chat) -> bool:
        if self._options.is_own(who.name, who.value, f"user{who.value}"):
            return True
        # A personal chat has two parties and is named after the other one, so whoever else writes in it is us.
        counterpart = chat.sides.counterpart
        return counterpart is not None and who.value != counterpart[0].value and who.name != counterpart[0].name


def _writer(message: Fields) -> Handle:
    name = words(message, "from")
    value = message.get("from_id")
    if isinstance(value, int) and not isinstance(value, bool):
        written = str(value)
    else:
        written = words(message, "from_id").strip()
    digits = written.removeprefix("user")
    identity = digits if digits.isdecimal() else written
    if not identity and not name.strip():
        raise Unfit("it names no sender")
    return Handle(IdentityKind.TELEGRAM, identity or f"name:{name.strip()}", name.strip())


def _moment(message: Fields, options: ReadOptions) -> datetime:
    stamp = words(message, "date_unixtime").strip()
    if stamp.removeprefix("-").isdecimal() and len(stamp) < 15:
        return epoch(int(stamp))
    written = words(message, "date")
    if not written:
        raise Unfit("it has no date")
    return local(written, options.time_zone)


IMPORTER = Telegram()
