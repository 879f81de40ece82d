"""Read Intercom conversation exports: the first message in `source`, the rest in its conversation parts."""

from collections.abc import Iterator
from typing import ClassVar

from convo.importers.base import ReadOptions, Source
from convo.importers.dates import DateReader, UnreadableDate, reader_from
from convo.importers.json_records import as_utf8, first_byte, side_records
from convo.importers.json_records import records as json_records
from convo.importers.json_scanner import Record
from convo.importers.json_values import Object, handles, named_parts, plain_text, record, records, short, shorts
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import Direction, ThreadStatus

_KEYS = ("conversations",)
_SIDES = ("contacts",)
_SAID = frozenset({"comment", "open", "close", "quick_reply", "email", "message"})
_NOTED = frozenset({"note", "note_and_reopen", "note_and_close", "assignment"})
_OURS = frozenset({"admin", "bot", "team", "nobody_admin", "operator"})
_UNASKED = frozenset({"automated", "campaigns_initiated", "operator_initiated"})
_CHANNELS = {
    "conversation": "web", "push": "web", "inapp": "web", "email": "email", "facebook": "messenger",
    "instagram": "instagram", "phone_call": "phone", "phone_switch": "phone", "sms": "sms", "twitter": "twitter",
    "whatsapp": "whatsapp",
}  # fmt: skip
_STATUSES = {"open": ThreadStatus.OPEN, "closed": ThreadStatus.RESOLVED, "snoozed": ThreadStatus.SNOOZED}


class IntercomImporter:
    """Intercom conversations as JSON: a list, the API's {"conversations": […]}, or one conversation a line."""

    name: ClassVar[str] = "intercom"
    channel_kind: ClassVar[str] = "email"
    title: ClassVar[str] = "Intercom conversations (JSON)"

    def recognises(self, source: Source) -> bool:
        """Whether the file begins with conversations that have parts or a source as Intercom's do."""
        head = as_utf8(source.head)
        return first_byte(head) in (b"{", b"[") and (
            b'"conversation_parts"' in head
            or b'"conversation_message"' in head
            or (b'"delivered_as"' in head and b'"source"' in head)
        )

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One envelope a message or note, oldest first; parts that say nothing are Skipped."""
        people = {
            identity: found.value
            for found in side_records(source.path, _KEYS, sides=_SIDES)
            if found.value is not None and (identity := short(found.value.get("id")))
        }
        dates = reader_from(options)
        for found in json_records(source.path, _KEYS, sides=_SIDES):
            if found.value is None:
                yield found.unreadable(source.name)
            elif found.key != "contacts":
                yield from _Conversation(found, people, dates, options, source.name).items()


IMPORTER = IntercomImporter()


class _Conversation:
    """One conversation on its way to becoming envelopes."""

    def __init__(
        self, found: Record, people: dict[str, Object], dates: DateReader, options: ReadOptions, source: str
    ) -> None:
        self.found = found
        self.whole = found.value or {}
        self.dates = dates
        self.options = options
        self.source = source
        self.identity = short(self.whole.get("id"))
        self.first = record(self.whole.get("source")) or record(self.whole.get("conversation_message"))
        self.parts = records(record(self.whole.get("conversation_parts")).get("conversation_parts"))
        if not self.parts:
            self.parts = records(self.whole.get("conversation_parts"))
        self.customer = self._customer(people)
        self.subject = short(plain_text(self.first.get("subject"))) or short(self.whole.get("title"))
        status = _STATUSES.get(short(self.whole.get("state")))
        self.attributes = {"thread.status": status.value} if status else {}
        listed = self.whole.get("tags")
        self.tags = shorts([tag.get("name") for tag in records(record(listed).get("tags")) or records(listed)])

    def items(self) -> Iterator[Item]:
        """The first message, then the parts."""
        if not self.customer:
            yield self.found.unreadable(self.source, "is a conversation without a contact")
            return
        if self.first:
            opened = self.first | {"created_at": self.first.get("created_at") or self.whole.get("created_at")}
            unasked = short(self.first.get("delivered_as")) in _UNASKED
            yield self._item(opened, "comment", "message", unasked)
        for part in self.parts:
            yield self._item(part, short(part.get("part_type")), "part", False)

    def _item(self, part: Object, kind: str, called: str, unasked: bool) -> Item:
        identity = short(part.get("id"))
        place = f"{self.found.place}, conversation {self.identity or '?'}, {called} {identity or '?'}"
        text = plain_text(part.get("body"))
        files = named_parts(part.get("attachments"), ("name",), ("content_type",))
        if kind not in _SAID and kind not in _NOTED:
            return Skipped(f"{kind or 'a part'} is no comment", self.source, place)
        if not text.strip() and not files:
            return Skipped(f"{kind} without text", self.source, place)
        try:
            sent_at = self.dates.read(part.get("created_at"))
        except UnreadableDate as error:
            return Unreadable(f"{place} {error}", self.found.raw, self.source, place)
        author = record(part.get("author"))
        ours = short(author.get("type")) in _OURS or self.options.is_own(short(author.get("email")))
        direction = Direction.NOTE if kind in _NOTED else Direction.OUTBOUND if ours else Direction.INBOUND
        return Envelope(
            direction=direction,
            customer=self.customer,
            sent_at=sent_at,
            text=text,
            subject=self.subject,
            author=short(author.get("name")) or short(author.get("email")),
            external_id=f"intercom:{identity}" if identity else None,
            thread_key=f"intercom:{self.identity}" if self.identity else None,
            parts=files,
            automatic=direction is Direction.OUTBOUND and (unasked or short(author.get("type")) in ("bot", "operator")),
            tags=self.tags,
            attributes=self.attributes,
            channel=_CHANNELS.get(short(self.first.get("type"))),
            source=self.source,
            place=place,
        )

    def _customer(self, people: dict[str, Object]) -> tuple[Handle, ...]:
        """The first contact's handles, completed by what the list of contacts and the parts' authors tell of it."""
        contacts = self.whole.get("contacts") or self.whole.get("customers")
        named = records(record(contacts).get("contacts")) or records(contacts)
        named += [user] if (user := record(self.whole.get("user"))) else []
        authors = [record(each.get("author")) for each in (self.first, *self.parts)]
        authors = [each for each in authors if each and short(each.get("type")) not in _OURS]
        if not named and not authors:
            return ()
        identity = short((named or authors)[0].get("id"))
        same = [each for each in (*named[:1], people.get(identity, {}), *authors) if short(each.get("id")) == identity]
        return handles(
            "intercom",
            emails=[each.get("email") for each in same],
            phones=[each.get("phone") for each in same],
            ids=[identity],
            name=next((each.get("name") for each in same if short(each.get("name"))), ""),
        )
