"""Read Chatwoot exports: conversations with their messages, or the messages of conversations as the API pages them."""

from collections.abc import Iterator
from typing import ClassVar

from convo.importers.base import ReadOptions, Source
from convo.importers.dates import DateReader, UnreadableDate, reader_from
from convo.importers.json_records import as_utf8, first_byte
from convo.importers.json_records import records as json_records
from convo.importers.json_scanner import Record
from convo.importers.json_values import Object, handles, named_parts, plain_text, record, records, short, shorts, string
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import Direction, ThreadStatus

_KINDS = {
    "0": "incoming", "1": "outgoing", "2": "activity", "3": "template",
    "incoming": "incoming", "outgoing": "outgoing", "activity": "activity", "template": "template",
}  # fmt: skip
_CHANNELS = {
    "email": "email", "webwidget": "web", "api": "web", "whatsapp": "whatsapp", "twiliosms": "sms", "sms": "sms",
    "telegram": "telegram", "facebookpage": "messenger", "instagram": "instagram", "twitterprofile": "twitter",
    "line": "line",
}  # fmt: skip
_KEPT = ("id", "name", "email", "phone_number", "identifier")
_STATUSES = {
    "open": ThreadStatus.OPEN,
    "pending": ThreadStatus.OPEN,
    "snoozed": ThreadStatus.SNOOZED,
    "resolved": ThreadStatus.RESOLVED,
}


class ChatwootImporter:
    """Chatwoot conversations or messages as JSON: a list, the API's {"payload": […]}, or one a line."""

    name: ClassVar[str] = "chatwoot"
    channel_kind: ClassVar[str] = "email"
    title: ClassVar[str] = "Chatwoot conversations (JSON)"

    def recognises(self, source: Source) -> bool:
        """Whether the file begins with messages that have a type and may be private, as Chatwoot's do."""
        head = as_utf8(source.head)
        return first_byte(head) in (b"{", b"[") and b'"message_type"' in head and b'"private"' in head

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One envelope a message, templates as automatic ones; activities are Skipped."""
        dates = reader_from(options)
        contacts, alone = _contacts(source)
        for found in _records(source):
            if found.value is None:
                yield found.unreadable(source.name)
            elif found.key == "meta":
                continue
            elif "message_type" in found.value:
                identity = short(found.value.get("conversation_id"))
                conversation = record(found.value.get("conversation"))
                contact = contacts.get(identity) or alone
                yield _Conversation(found, identity, conversation, contact, dates, options, source.name).item(
                    found.value
                )
            else:
                identity = short(found.value.get("id")) or short(found.value.get("display_id"))
                read = _Conversation(found, identity, found.value, {}, dates, options, source.name)
                messages = records(found.value.get("messages"))
                if not messages:
                    yield Skipped("a conversation without messages", source.name, found.place)
                for message in messages:
                    yield read.item(message)


IMPORTER = ChatwootImporter()


def _records(source: Source) -> Iterator[Record]:
    return json_records(source.path, ("payload", "conversations", "data"), objects=("meta",))


def _contacts(source: Source) -> tuple[dict[str, Object], Object]:
    """For messages that stand alone: the contact of each conversation, and the one that the whole page is about."""
    contacts: dict[str, Object] = {}
    pages: list[Object] = []
    for found in _records(source):
        value = found.value or {}
        if found.key == "meta":
            pages.append(record(value.get("contact")))
        elif "message_type" in value and _KINDS.get(short(value["message_type"])) == "incoming":
            sender = record(value.get("sender"))
            kept: Object = {key: sender[key] for key in _KEPT if key in sender}
            if kept:
                contacts.setdefault(short(value.get("conversation_id")), kept)
    return contacts, pages[0] if len(pages) == 1 else {}


class _Conversation:
    """One conversation, whose messages become envelopes."""

    def __init__(
        self,
        found: Record,
        identity: str,
        conversation: Object,
        contact: Object,
        dates: DateReader,
        options: ReadOptions,
        source: str,
    ) -> None:
        self.found = found
        self.identity = identity
        self.dates = dates
        self.options = options
        self.source = source
        meta = record(conversation.get("meta"))
        self.contact = record(meta.get("sender")) or record(conversation.get("contact")) or contact
        if not self.contact:
            senders = (record(each.get("sender")) for each in records(conversation.get("messages"))
                       if _KINDS.get(short(each.get("message_type"))) == "incoming")  # fmt: skip
            self.contact = next((sender for sender in senders if sender), {})
        inbox = record(conversation.get("inbox"))
        kind = short(meta.get("channel")) or short(conversation.get("channel")) or short(inbox.get("channel_type"))
        self.channel = _CHANNELS.get(kind.rpartition("::")[2].casefold())
        self.visitor = short(record(conversation.get("contact_inbox")).get("source_id"))
        self.customer = self._customer()
        self.subject = short(record(conversation.get("additional_attributes")).get("mail_subject"))
        self.tags = shorts(conversation.get("labels"))
        self.attributes = _attributes(self.contact)
        if status := _STATUSES.get(short(conversation.get("status"))):
            self.attributes["thread.status"] = status.value

    def item(self, message: Object) -> Item:
        """The envelope of one message, or why there is none."""
        identity = short(message.get("id"))
        place = f"{self.found.place}, conversation {self.identity or '?'}, message {identity or '?'}"
        kind = _KINDS.get(short(message.get("message_type")))
        content = record(message.get("content_attributes"))
        if kind is None:
            shown = short(message.get("message_type"))
            return Unreadable(f"{place} has an unknown message_type: {shown!r}", self.found.raw, self.source, place)
        if kind == "activity":
            return Skipped(f"activity: {short(message.get('content'))}"[:200], self.source, place)
        if content.get("deleted"):
            return Skipped("a deleted message", self.source, place)
        if not self.customer:
            return Unreadable(f"{place} has no contact", self.found.raw, self.source, place)
        mail = record(content.get("email"))
        text = string(message.get("content")) or _mail_text(mail)
        files = named_parts(
            message.get("attachments"), ("file_name", "name", "fallback_title", "file_type"), ("content_type",)
        )
        if not text.strip() and not files:
            return Skipped("a message without text", self.source, place)
        try:
            sent_at = self.dates.read(message.get("created_at"))
        except UnreadableDate as error:
            return Unreadable(f"{place} {error}", self.found.raw, self.source, place)
        sender = record(message.get("sender"))
        return Envelope(
            direction=self._direction(message, kind, sender),
            customer=self.customer,
            sent_at=sent_at,
            text=text,
            subject=short(mail.get("subject")) or self.subject,
            author=short(sender.get("name")) or short(sender.get("email")),
            external_id=f"chatwoot:{identity}" if identity else None,
            thread_key=f"chatwoot:{self.identity}" if self.identity else None,
            references=_message_ids(mail.get("in_reply_to"), message.get("source_id"))
            if self.channel == "email"
            else (),
            parts=files,
            automatic=kind == "template" or short(message.get("sender_type")).casefold() == "agentbot",
            tags=self.tags,
            attributes=dict(self.attributes),
            channel=self.channel,
            source=self.source,
            place=place,
        )

    def _direction(self, message: Object, kind: str, sender: Object) -> Direction:
        if message.get("private") is True:
            return Direction.NOTE
        if kind == "incoming" and not self.options.is_own(short(sender.get("email"))):
            return Direction.INBOUND
        return Direction.OUTBOUND

    def _customer(self) -> tuple[Handle, ...]:
        """The contact's handles; that of the conversation itself where the export names no contact."""
        contact = self.contact
        name = contact.get("name")
        found = handles(
            "chatwoot",
            emails=[contact.get("email")],
            phones=[contact.get("phone_number")],
            ids=[contact.get("id")],
            name=name,
        )
        found += handles("chatwoot-identifier", ids=[contact.get("identifier")], name=name)
        telegram = short(record(contact.get("additional_attributes")).get("social_telegram_user_id"))
        if telegram:
            found += (Handle("telegram", telegram, short(name)),)
        if not found and self.identity:
            found = handles("chatwoot-conversation", ids=[self.identity], name=name)
        return found


def _attributes(contact: Object) -> dict[str, str]:
    """The plain values that were known of the contact."""
    known = record(contact.get("additional_attributes")) | record(contact.get("custom_attributes"))
    return {
        short(key): text
        for key, value in list(known.items())[:50]
        if short(key) and (text := short(value)) and not key.startswith(("thread.", "social_"))
    }


def _mail_text(mail: Object) -> str:
    """The text of a mail whose content stands only in its attributes."""
    whole = string(record(mail.get("text_content")).get("full"))
    return whole or plain_text(record(mail.get("html_content")).get("full"))


def _message_ids(*values: object) -> tuple[str, ...]:
    """Those of the values that are Message-IDs, as mail writes them."""
    found = [value.strip("<>") for each in values if "@" in (value := short(each)) and " " not in value]
    return tuple(f"<{value}>" for value in dict.fromkeys(found))
