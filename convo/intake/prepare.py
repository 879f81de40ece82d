"""Makes an item ready to be stored, without the store: cleaned, normalised, quotes folded, words for the index."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from convo.errors import BadInput
from convo.intake.bounds import bounded, described, one_line
from convo.intake.identities import normalise
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.table import to_micros
from convo.model.words import Direction, IdentityKind
from convo.text import clean, index_words, split_quote

if TYPE_CHECKING:
    from convo.nlp.enrichment import Enrichment

_KINDS = frozenset(kind.value for kind in IdentityKind)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9000, 1, 1, tzinfo=UTC)
_LONGEST_SUBJECT = 2_000
_LONGEST_BODY = 4_000_000
_LONGEST_RAW = 1_000_000
_LONGEST_REASON = 500
_MOST_HANDLES = 100
_OWN_KEYS = ("content:", "erased:")
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A handle in its normalised form: what identities are looked up by, how it was written, and its owner's name."""

    kind: str
    value: str
    shown: str
    name: str


@dataclass(slots=True)
class Prepared:
    """An item with all that storing it takes; `refused` says why it cannot be, `dropped` why it is not wanted.

    `at` is the item's time in microseconds since 1970-01-01 UTC.
    """

    item: Item
    key: str = ""
    at: int | None = None
    handles: tuple[Known, ...] = ()
    subject: str = ""
    body: str = ""
    original: str | None = None
    words: tuple[str, str] = ("", "")
    parts: Sequence[Part] = ()
    enrichment: "Enrichment | None" = None
    refused: str = ""
    dropped: str = ""
    raw: bytes | None = None


@dataclass(slots=True)
class Keys:
    """Names for items that have none: their content, and how often the same content came before in this run.

    Remembers only the last few thousand, which is enough because equal items stand close together in a log.
    """

    _seen: OrderedDict[bytes, int] = field(default_factory=OrderedDict)

    def key(self, *content: str) -> str:
        """The same name for the same content at the same count, in every run."""
        name = blake2b("\x1f".join(content).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        count = self._seen.pop(name, 0) + 1
        self._seen[name] = count
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return f"content:{name.hex()}" if count == 1 else f"content:{name.hex()}:{count}"


def prepare(item: Item, keys: Keys, *, home_region: str, kind: str) -> Prepared:
    """The item made ready; never raises: what cannot be stored says why in `refused`."""
    try:
        item = bounded(item)
        if isinstance(item, Envelope):
            return _message(item, keys, home_region, kind)
        if isinstance(item, EventEnvelope):
            return _event(item, keys, home_region)
    except BadInput as error:
        return refuse(item, error.message)
    return Prepared(item, dropped=item.reason) if isinstance(item, Skipped) else refuse(item, item.reason)


def enrich(items: Sequence[Prepared], understand: "Callable[[str, str, str | None], Enrichment]") -> None:
    """Add to what customers wrote its language, sentiment and intent."""
    for prepared in items:
        item = prepared.item
        if prepared.refused or prepared.dropped or not isinstance(item, Envelope):
            continue
        if item.direction == Direction.INBOUND:
            prepared.enrichment = understand(prepared.body, prepared.subject, item.language)


def refuse(item: Item, reason: str) -> Prepared:
    """The item made ready for quarantine, with the bytes that were read or the words that came."""
    if isinstance(item, Unreadable):
        raw = item.raw[:_LONGEST_RAW]
    else:
        words = item.text if isinstance(item, Envelope) else item.title if isinstance(item, EventEnvelope) else ""
        raw = words[:_LONGEST_RAW].encode("utf-8", "replace")[:_LONGEST_RAW]
    return Prepared(described(item), refused=one_line(reason, _LONGEST_REASON), raw=raw)


def _message(envelope: Envelope, keys: Keys, home_region: str, kind: str) -> Prepared:
    handles = _handles(envelope.customer, home_region)
    at = _micros(envelope.sent_at)
    text = clean(envelope.text)
    if len(text) > _LONGEST_BODY:
        raise BadInput(f"its text is {len(text):,} characters long; the most is {_LONGEST_BODY:,}")
    subject = one_line(envelope.subject, _LONGEST_SUBJECT) if envelope.subject else ""
    body, original = text, None
    if (envelope.channel or kind) == "email" or subject or envelope.references:
        body = split_quote(text).body
        original = None if body == text else text
    if envelope.external_id:
        key = _foreign(envelope.external_id)
    else:
        key = keys.key(
            handles[0].kind,
            handles[0].value,
            envelope.direction,
            envelope.author,
            str(at),
            text,
        )
    return Prepared(
        envelope,
        key=key,
        at=at,
        handles=handles,
        subject=subject,
        body=body,
        original=original,
        words=(index_words(subject) if subject else "", index_words(body)),
        parts=envelope.parts,
    )


def _event(event: EventEnvelope, keys: Keys, home_region: str) -> Prepared:
    handles = _handles(event.customer, home_region)
    at = _micros(event.at)
    if event.external_id:
        key = f"{event.kind}:{event.external_id}"
    else:
        key = keys.key(
            handles[0].kind,
            handles[0].value,
            event.kind,
            str(at),
            event.title,
            str(event.amount_milli),
        )
    return Prepared(event, key=key, at=at, handles=handles, subject=one_line(event.title, _LONGEST_SUBJECT))


def _handles(handles: Sequence[Handle], home_region: str) -> tuple[Known, ...]:
    known: dict[tuple[str, str], Known] = {}
    trouble = ""
    for handle in handles[:_MOST_HANDLES]:
        if handle.kind not in _KINDS:
            trouble = trouble or f"{handle.kind[:40]!r} is no kind of identity"
            continue
        try:
            value = clean(normalise(handle.kind, handle.value, home_region=home_region))
        except BadInput as error:
            trouble = trouble or error.message
            continue
        known.setdefault(
            (handle.kind, value), Known(handle.kind, value, one_line(handle.value, 320), one_line(handle.name))
        )
    if not known:
        raise BadInput(trouble or "nothing says which customer it belongs to")
    return tuple(known.values())


def _micros(instant: datetime) -> int:
    if instant.utcoffset() is None:
        raise BadInput("its time has no time zone")
    if not _FIRST <= instant < _LAST:
        raise BadInput(f"its time is in the year {instant.year}")
    return to_micros(instant)


def _foreign(written: str) -> str:
    """An id as a key of the ledger, where it cannot pass for one of the ledger's own."""
    return f"id:{written}" if written.startswith(_OWN_KEYS) else written
