"""Make a message or an event of one record in the scripting format (which `convo.importers.jsonl` documents)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from convo.importers.base import HEAD_BYTES, ReadOptions
from convo.importers.call_events import UnreadableDuration, seconds
from convo.importers.dates import DateReader, UnreadableDate
from convo.importers.header_words import direction_word
from convo.importers.money import DecimalMark, UnreadableAmount, currency, milli
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.words import Direction, EventKind, IdentityKind

_RANK = {kind.value: rank for rank, kind in enumerate(IdentityKind)}
_RARE = frozenset({"subject", "direction", "author", "references", "attachments", "language", "tags", "channel"})
_DIRECTIONS: dict[object, Direction] = {
    None: Direction.INBOUND, "": Direction.INBOUND, "in": Direction.INBOUND, "inbound": Direction.INBOUND,
    "out": Direction.OUTBOUND, "outbound": Direction.OUTBOUND, "note": Direction.NOTE,
}  # fmt: skip
_EVENTS = {kind.value: kind for kind in EventKind}
_PHONE = frozenset("+0123456789 ()-./")
_MOST = 100
_LONGEST = 500
_LONGEST_ID = 1000


class Refused(ValueError):
    """A record that is no message and no event; its text is a clause that completes a sentence about it."""


class Script:
    """Turns the records of one source into items; never raises on what a record holds."""

    def __init__(self, dates: DateReader, options: ReadOptions, source: str, mark: DecimalMark | None = None) -> None:
        self.dates = dates
        self.options = options
        self.source = source
        self.mark = mark

    def item(self, record: Mapping[str, Any], place: str, raw: bytes) -> Item:
        """The item that one record is; Unreadable with one sentence when it lacks something or holds it wrong."""
        try:
            if record.get("event") or ("amount" in record and "text" not in record):
                return self._event(record, place)
            return self._message(record, place)
        except (Refused, UnreadableDate, UnreadableAmount, UnreadableDuration) as error:
            return Unreadable(f"{place} {error}", raw[:HEAD_BYTES], self.source, place)

    def _message(self, record: Mapping[str, Any], place: str) -> Item:
        customer, attributes = _customer(record)
        sent_at = self.dates.read(record.get("date"))
        text = record.get("text")
        if not isinstance(text, str):
            text = "" if text is None else _text(text, "text")
        rare = {} if _RARE.isdisjoint(record) else self._rare(record)
        if not text and not rare.get("subject") and not rare.get("parts"):
            if "text" not in record:
                raise Refused("has no text")
            return Skipped("an empty message", self.source, place)
        return Envelope(
            rare.pop("direction", Direction.INBOUND),
            customer,
            sent_at,
            text,
            external_id=_identity(record.get("id"), "id"),
            thread_key=_identity(record.get("thread"), "thread"),
            attributes=attributes,
            source=self.source,
            place=place,
            **rare,
        )

    def _rare(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The parts of an envelope that most messages do not have; a hundred thousand short ones are read a second."""
        get = record.get
        author = _line(get("author"), "author")
        return {
            "direction": self._direction(get("direction"), author),
            "subject": _line(get("subject"), "subject"),
            "author": author,
            "references": _names(get("references"), "references", " "),
            "parts": _parts(get("attachments")),
            "language": _line(get("language"), "language") or None,
            "tags": _names(get("tags"), "tags", ","),
            "channel": _line(get("channel"), "channel") or None,
        }

    def _event(self, record: Mapping[str, Any], place: str) -> Item:
        get = record.get
        kind = _EVENTS.get(_line(get("event"), "event").casefold().replace(" ", "_") or EventKind.PURCHASE.value)
        if kind is None:
            raise Refused(f"has an unknown event {_shown(get('event'))}; say one of {', '.join(_EVENTS)}")
        customer, attributes = _customer(record)
        at = self.dates.read(get("date"))
        amount = get("amount")
        told = _line(get("currency"), "currency")
        code = currency(told) if told else currency(amount) if isinstance(amount, str) else None
        if told and code is None:
            raise Refused(f"has an unknown currency {_shown(told)}; say its three letters, as in EUR")
        data = get("data")
        if data is not None and not isinstance(data, dict):
            raise Refused("has data that is no object")
        return EventEnvelope(
            kind=kind,
            customer=customer,
            at=at,
            title=_line(get("title"), "title") or _line(get("subject"), "subject") or _line(get("text"), "text"),
            amount_milli=None if amount is None or amount == "" else milli(amount, self.mark),
            currency=code,
            duration=_duration(get("duration")),
            external_id=_identity(get("id"), "id"),
            data=_values(data),
            attributes=attributes,
            channel=_line(get("channel"), "channel") or None,
            source=self.source,
            place=place,
        )

    def _direction(self, value: object, author: str) -> Direction:
        if value is None and author and self.options.is_own(author):
            return Direction.OUTBOUND
        known = _DIRECTIONS.get(value) if isinstance(value, str) or value is None else None
        if known is None:
            word = direction_word(value) if isinstance(value, str) else ""
            if word not in ("in", "out", "note"):
                raise Refused(f"has an unknown direction {_shown(value)}; say in, out or note")
            known = _DIRECTIONS[word]
        return known


def guessed_handle(value: str) -> Handle:
    """A plain "from": an e-mail address, a number with + or 0 before it, or else an id in another system.

    "Ana <ana@example.org>" is taken apart. Raises Refused when it is too long.
    """
    name, opened, address = value.strip().rpartition("<")
    if opened and address.endswith(">") and "@" in address:
        return Handle("email", _handle(address[:-1], "from"), name.strip(' "')[:_LONGEST])
    bare = _handle(value, "from")
    if "@" in bare:
        return Handle("email", bare)
    if bare[:1] in "+0" and len(bare) >= 6 and _PHONE.issuperset(bare):
        return Handle("phone", bare)
    return Handle("external", bare)


def _customer(record: Mapping[str, Any]) -> tuple[tuple[Handle, ...], dict[str, str]]:
    """The customer's handles, the surest first, and what else is known of the customer."""
    customer = record.get("customer")
    if customer is None:
        customer = record.get("from")
    if isinstance(customer, str) and customer.strip():
        return (guessed_handle(customer),), {}
    if not isinstance(customer, dict):
        raise Refused(
            "has no customer" if customer in (None, "") else f"has a customer that is no object: {_shown(customer)}"
        )
    name = _line(customer.get("name"), "name")
    found: list[Handle] = []
    for kind, value in customer.items():
        if kind in _RANK and value:
            for each in value[:_MOST] if isinstance(value, list) else (value,):
                if handle := _handle(each, kind):
                    found.append(Handle(kind, handle, name))
    if not found:
        raise Refused(f"has a customer without any of {', '.join(_RANK)}")
    if len(found) > 1:
        found.sort(key=lambda handle: _RANK[handle.kind])
    attributes = customer.get("attributes")
    if attributes is None:
        return tuple(found), {}
    if not isinstance(attributes, dict):
        raise Refused("has attributes that are no object")
    return tuple(found), _values(attributes)


def _text(value: object, field: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Refused(f"has a {field} that is no text: {_shown(value)}")


def _line(value: object, field: str) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else _text(value, field)
    return text.strip()[:_LONGEST]


def _handle(value: object, kind: str) -> str:
    """A handle as it stands; cut short it would be somebody else's."""
    text = (value if isinstance(value, str) else _text(value, kind)).strip()
    if len(text) > _LONGEST:
        raise Refused(f"has more than {_LONGEST} characters in its {kind}")
    return text


def _identity(value: object, field: str) -> str | None:
    """An id as it stands; two that differ only beyond a thousand characters must not become one."""
    if value is None or value == "":
        return None
    text = (value if isinstance(value, str) else _text(value, field)).strip()
    if len(text) > _LONGEST_ID:
        raise Refused(f"has more than {_LONGEST_ID} characters in its {field}")
    return text or None


def _names(value: object, field: str, parted_by: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.replace(";", ",").split(",") if parted_by == "," else value.split()
    if not isinstance(value, list):
        raise Refused(f"has {field} that are no list")
    return tuple(dict.fromkeys(name for each in value[:_MOST] if (name := _line(each, field))))


def _values(data: dict[str, Any] | None) -> dict[str, str]:
    """The plain values of an object as text; what is itself a list or an object is left out."""
    if not data:
        return {}
    return {
        str(key)[:_LONGEST]: ("true" if value is True else "false" if value is False else str(value))[: _LONGEST * 10]
        for key, value in list(data.items())[:_MOST]
        if isinstance(value, str | int | float)
    }


def _duration(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return seconds(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 7 * 24 * 3600:
        return int(value)
    raise Refused(f"has a duration that is no number of seconds: {_shown(value)}")


def _parts(value: object) -> tuple[Part, ...]:
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Refused("has attachments that are no list of objects")
    return tuple(_part(each) for each in value[:_MOST])


def _part(attachment: dict[str, Any]) -> Part:
    name = _line(attachment.get("name"), "name") or "attachment"
    encoded = attachment.get("base64")
    if encoded is not None and not isinstance(encoded, str):
        raise Refused(f"has an attachment {_shown(name)} whose base64 is no text")
    try:
        data = None if encoded is None else base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(f"has an attachment {_shown(name)} that is not base64") from error
    return Part(name, _line(attachment.get("type"), "type") or "application/octet-stream", data)


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")
