"""Read Zendesk ticket exports: tickets with their comments, events or audits, and the users beside or within them."""

from collections.abc import Iterator
from typing import ClassVar

from convo.importers.base import ReadOptions, Source
from convo.importers.dates import DateReader, UnreadableDate, reader_from
from convo.importers.json_records import as_utf8, first_byte, side_records
from convo.importers.json_records import records as json_records
from convo.importers.json_scanner import Record
from convo.importers.json_values import Object, handles, named_parts, plain_text, record, records, short, shorts, string
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import Direction, ThreadStatus

_KEYS = ("tickets", "results")
_SIDES = ("users",)
_OBJECTS = ("ticket",)
_COMMENTS = frozenset({"Comment", "VoiceComment"})
_CHANNELS = {
    "email": "email", "mail": "email", "web": "web", "web_widget": "web", "web form": "web", "mobile": "web",
    "mobile_sdk": "web", "chat": "web", "native_messaging": "web", "messaging": "web", "help_center": "web",
    "voice": "phone", "phone": "phone", "phone_call_inbound": "phone", "phone_call_outbound": "phone",
    "voicemail": "phone", "sms": "sms", "whatsapp": "whatsapp", "facebook": "messenger",
    "facebook_messenger": "messenger", "instagram_dm": "instagram", "twitter": "twitter", "telegram": "telegram",
}  # fmt: skip
_STATUSES = {
    "new": ThreadStatus.OPEN,
    "open": ThreadStatus.OPEN,
    "pending": ThreadStatus.PENDING,
    "hold": ThreadStatus.PENDING,
    "solved": ThreadStatus.RESOLVED,
    "closed": ThreadStatus.RESOLVED,
}


class ZendeskImporter:
    """Zendesk tickets as JSON: a list, the API's {"tickets": […], "users": […]}, or one ticket a line."""

    name: ClassVar[str] = "zendesk"
    channel_kind: ClassVar[str] = "email"
    title: ClassVar[str] = "Zendesk tickets (JSON)"

    def recognises(self, source: Source) -> bool:
        """Whether the file begins with tickets that name a requester and hold comments, events or audits."""
        head = as_utf8(source.head)
        return (
            first_byte(head) in (b"{", b"[")
            and b'"requester' in head
            and any(key in head for key in (b'"comments"', b'"events"', b'"audits"', b'"submitter_id"'))
        )

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One envelope a comment, notes among them; what happened to a ticket besides is Skipped."""
        users = {
            identity: found.value
            for found in side_records(source.path, _KEYS, sides=_SIDES, objects=_OBJECTS)
            if found.value is not None and (identity := short(found.value.get("id")))
        }
        dates = reader_from(options)
        for found in json_records(source.path, _KEYS, sides=_SIDES, objects=_OBJECTS):
            if found.value is None:
                yield found.unreadable(source.name)
            elif found.key != "users":
                yield from _Ticket(found, users, dates, options, source.name).items()


IMPORTER = ZendeskImporter()


class _Ticket:
    """One ticket on its way to becoming envelopes."""

    def __init__(
        self, found: Record, users: dict[str, Object], dates: DateReader, options: ReadOptions, source: str
    ) -> None:
        self.found = found
        self.ticket = found.value or {}
        self.dates = dates
        self.options = options
        self.source = source
        self.users = users | {short(user.get("id")): user for user in records(self.ticket.get("users"))}
        for role in ("requester", "submitter", "assignee"):
            person = record(self.ticket.get(role))
            if identity := short(person.get("id")):
                self.users = {identity: person} | self.users
        self.identity = short(self.ticket.get("id"))
        embedded = record(self.ticket.get("requester"))
        self.requester_id = short(self.ticket.get("requester_id")) or short(embedded.get("id"))
        self.requester = self.users.get(self.requester_id) or embedded
        self.status = _STATUSES.get(short(self.ticket.get("status")).casefold())

    def items(self) -> Iterator[Item]:
        """The comments in order; the description where the export holds no comments."""
        customer = self._customer()
        if not customer:
            yield self.found.unreadable(self.source, "is a ticket without a requester")
            return
        whole = {"id": self.identity, "type": "Ticket", "created_at": self.ticket.get("created_at")}
        count = 0
        for comment, audit in self._comments():
            kind = short(comment.get("type"))
            place = f"{self.found.place}, ticket {self.identity or '?'}, comment {short(comment.get('id')) or '?'}"
            if kind in _COMMENTS or (not kind and ("body" in comment or "html_body" in comment)):
                count += 1
                yield self._envelope(comment, (comment, audit, whole), customer, place)
            else:
                yield Skipped(f"{kind or 'an event'} is no comment", self.source, place)
        if not count and string(self.ticket.get("description")):
            comment = {"body": self.ticket["description"], "author_id": self.requester_id, "public": True}
            yield self._envelope(comment, (whole,), customer, f"{self.found.place}, ticket {self.identity or '?'}")

    def _comments(self) -> Iterator[tuple[Object, Object]]:
        """Comments and other events, each with the audit it belongs to."""
        for comment in records(self.ticket.get("comments")):
            yield comment, {}
        if not self.ticket.get("comments"):
            for event in records(self.ticket.get("events")):
                yield event, {}
            for audit in records(self.ticket.get("audits")):
                for event in records(audit.get("events")):
                    yield event, audit

    def _envelope(
        self, comment: Object, dated: tuple[Object, ...], customer: tuple[Handle, ...], place: str
    ) -> Envelope | Unreadable:
        try:
            sent_at = self.dates.read(next((date for each in dated if (date := each.get("created_at"))), None))
        except UnreadableDate as error:
            return Unreadable(f"{place} {error}", self.found.raw, self.source, place)
        author_id = short(comment.get("author_id")) or short(dated[-2].get("author_id") if len(dated) > 1 else "")
        author = self.users.get(author_id, {})
        via = record(comment.get("via")) or record(dated[-2].get("via") if len(dated) > 1 else None)
        via = via or record(self.ticket.get("via"))
        identity = short(comment.get("id"))
        return Envelope(
            direction=self._direction(comment, author_id, author),
            customer=customer,
            sent_at=sent_at,
            text=string(comment.get("body"))
            or string(comment.get("plain_body"))
            or plain_text(comment.get("html_body")),
            subject=short(self.ticket.get("subject")) or short(self.ticket.get("raw_subject")),
            author=short(author.get("name")) or short(author.get("email")),
            external_id=f"zendesk:{identity}"
            if identity
            else (self.identity and f"zendesk:ticket:{self.identity}") or None,
            thread_key=f"zendesk:{self.identity}" if self.identity else None,
            parts=named_parts(comment.get("attachments"), ("file_name", "name"), ("content_type",)),
            tags=shorts(self.ticket.get("tags")),
            attributes={"thread.status": self.status.value} if self.status else {},
            channel=_CHANNELS.get(short(via.get("channel")).casefold()),
            source=self.source,
            place=place,
        )

    def _direction(self, comment: Object, author_id: str, author: Object) -> Direction:
        if comment.get("public") is False:
            return Direction.NOTE
        if author_id == self.requester_id or (not author_id and not author):
            return Direction.INBOUND
        if self.options.is_own(short(author.get("email"))):
            return Direction.OUTBOUND
        return Direction.INBOUND if short(author.get("role")) == "end-user" else Direction.OUTBOUND

    def _customer(self) -> tuple[Handle, ...]:
        """The requester's handles, with the address the ticket came from where the users do not tell it."""
        sender = record(record(record(self.ticket.get("via")).get("source")).get("from"))
        emails = [self.requester.get("email")]
        if not emails[0] and short(self.ticket.get("submitter_id")) in ("", self.requester_id):
            emails.append(sender.get("address"))
        return handles(
            "zendesk",
            emails=emails,
            phones=[self.requester.get("phone"), sender.get("phone")],
            ids=[self.requester_id],
            name=self.requester.get("name") or sender.get("name"),
        )
