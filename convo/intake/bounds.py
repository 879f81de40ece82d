"""What strangers' words are cut to, so that both engines keep and index them and no name is longer than a screen.

PostgreSQL indexes values of at most 2,704 bytes, and a character takes up to four.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any, TypeVar

from convo.errors import BadInput
from convo.model.envelope import Envelope, EventEnvelope, Item, Part, Skipped, Unreadable
from convo.text import clean

LONGEST_KEY = 1_000
_KEY_BYTES = 2_000
_KEY_BEGINNING = 200
_LONGEST_NAME = 200
_LONGEST_PLACE = 300
_LONGEST_REASON = 500
_LONGEST_TAG = 64
_LONGEST_ATTRIBUTE_NAME = 64
_LONGEST_ATTRIBUTE = 500
_LONGEST_KIND = 60
_LONGEST_FILE_NAME = 200
_LONGEST_SUFFIX = 20
_LONGEST_TYPE = 100
_LONGEST_DATA = 10_000
_MOST = 200

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,4}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+; =\"-]+", re.ASCII)
_NOT_IN_NAMES = str.maketrans(dict.fromkeys(':="()', "_"))
_PLAIN = re.compile(r"[\w@.+/-]+/[\w@.+/-]+/[\w-]+/(?:\w+(?: \w+)*)?/(?:\w+(?: \w+)*)?", re.ASCII)
_BEYOND = 2**62

T = TypeVar("T")


def bounded(item: Item) -> Item:
    """The item with every word but its text and subject clean and short enough to keep; itself where it is already.

    Ids that are too long keep their beginning and a hash, so that they stay apart and are known again; a reference
    to one becomes the same. Raises BadInput for what must not be cut: an amount, a currency, a duration.
    """
    if isinstance(item, Envelope):
        return item if _is_plain(item) else _with(item, _of_message(item))
    if isinstance(item, EventEnvelope):
        return _with(item, _of_event(item))
    return described(item)


def described(item: Item) -> Item:
    """The item with its place, and its reason where it has one, clean and short; for what is not stored."""
    changes = {"place": one_line(item.place, _LONGEST_PLACE)}
    if isinstance(item, Skipped | Unreadable):
        changes["reason"] = one_line(item.reason, _LONGEST_REASON) or "it does not say why"
    return _with(item, changes)


def key(text: str) -> str:
    """An id as it stands, or the beginning of one that is too long for an index, with the hash of the whole."""
    if len(text) <= LONGEST_KEY and text.isascii() and "\0" not in text and "\r" not in text:
        return text
    text = clean(text)
    if len(text) <= LONGEST_KEY and len(text.encode()) <= _KEY_BYTES:
        return text
    return f"{text[:_KEY_BEGINNING]}:{blake2b(text.encode(), digest_size=32).hexdigest()}"


def one_line(text: str, longest: int = _LONGEST_NAME) -> str:
    """The text clean, on one line, cut to so many characters."""
    if len(text) <= longest and text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text
    # Twice the length leaves room for the white space that goes, and a megabyte is not worked through for a line.
    return " ".join(clean(text.lstrip()[: 2 * longest]).split())[:longest].rstrip()


def _with(item: T, changes: dict[str, Any]) -> T:
    different = {name: value for name, value in changes.items() if value != getattr(item, name)}
    return replace(item, **different) if different else item  # type: ignore[type-var]  # all items are dataclasses


def _is_plain(item: Envelope) -> bool:
    """Whether a message is so plain that nothing on it can need a change: short names of letters and digits."""
    if item.references or item.parts or item.language or item.tags or item.attributes:
        return False
    words = f"{item.external_id or 'x'}/{item.thread_key or 'x'}/{item.channel or 'x'}/{item.author}/{item.place}"
    return len(words) <= _LONGEST_KIND and _PLAIN.fullmatch(words) is not None


def _of_message(item: Envelope) -> dict[str, Any]:
    changes: dict[str, Any] = {"place": one_line(item.place, _LONGEST_PLACE)}
    if item.author:
        changes["author"] = one_line(item.author)
    if item.external_id is not None:
        changes["external_id"] = key(item.external_id.strip()) or None
    if item.thread_key is not None:
        changes["thread_key"] = key(item.thread_key.strip()) or None
    if item.references:
        changes["references"] = tuple(key(reference.strip()) for reference in item.references[-_MOST:])
    if item.parts:
        changes["parts"] = tuple(map(file_part, item.parts))
    if item.language is not None:
        changes["language"] = _language(item.language)
    if item.tags:
        changes["tags"] = _tags(item.tags)
    if item.attributes:
        changes["attributes"] = _attributes(item.attributes)
    if item.channel is not None:
        changes["channel"] = one_line(item.channel, _LONGEST_KIND) or None
    return changes


def _of_event(item: EventEnvelope) -> dict[str, Any]:
    changes: dict[str, Any] = {"place": one_line(item.place, _LONGEST_PLACE)}
    if (item.amount_milli is None) != (item.currency is None):
        raise BadInput("an amount needs a currency, and a currency an amount")
    if item.amount_milli is not None and abs(item.amount_milli) >= _BEYOND:
        raise BadInput("its amount is beyond all measure")
    if item.duration is not None and not 0 <= item.duration < _BEYOND:
        raise BadInput("its duration is negative" if item.duration < 0 else "its duration is beyond all measure")
    if item.currency is not None:
        changes["currency"] = item.currency.strip().upper()
        if _CURRENCY.fullmatch(changes["currency"]) is None:
            raise BadInput(f"its currency {one_line(item.currency, 20)!r} is no ISO 4217 code, such as EUR")
    if item.external_id is not None:
        changes["external_id"] = key(item.external_id.strip()) or None
    if item.data:
        pairs = list(item.data.items())[:_MOST]
        changes["data"] = {one_line(name): clean(value)[:_LONGEST_DATA] for name, value in pairs}
    if item.attributes:
        changes["attributes"] = _attributes(item.attributes)
    if item.channel is not None:
        changes["channel"] = one_line(item.channel, _LONGEST_KIND) or None
    return changes


def _language(written: str) -> str | None:
    """A BCP 47 tag in lower case; None for what is none."""
    form = written.strip().replace("_", "-").lower()
    return form if _LANGUAGE.fullmatch(form) else None


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in the form in which the desk keeps them: casefolded, on one line, no comma, no repeats."""
    forms = (one_line(tag[: 4 * _LONGEST_TAG].casefold().replace(",", " "), _LONGEST_TAG) for tag in tags)
    return tuple(dict.fromkeys(form for form in forms if form))[:_MOST]


def _attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Names in the form in which the desk keeps them: casefolded, without blanks and what a query is written with."""
    found: dict[str, str] = {}
    for written, value in list(attributes.items())[:_MOST]:
        words = one_line(written[: 4 * _LONGEST_ATTRIBUTE_NAME].casefold(), _LONGEST_ATTRIBUTE_NAME)
        name = "".join(c if c.isprintable() else "_" for c in words.replace(" ", "_").translate(_NOT_IN_NAMES))
        kept = clean(value).strip()
        if name:
            found.setdefault(name, kept if len(kept) <= _LONGEST_ATTRIBUTE else kept[: _LONGEST_ATTRIBUTE - 1] + "…")
    return found


def file_part(part: Part) -> Part:
    """A part under the last piece of its name, whose ending stays when it is cut; never the name of a folder."""
    name = one_line(part.name[-4 * _LONGEST_FILE_NAME :].replace("\\", "/").rpartition("/")[2], 4 * _LONGEST_FILE_NAME)
    if len(name) > _LONGEST_FILE_NAME:
        stem, dot, suffix = name.rpartition(".")
        kept = f"{dot}{suffix}" if stem and len(suffix) <= _LONGEST_SUFFIX else ""
        name = name[: _LONGEST_FILE_NAME - len(kept)].rstrip() + kept
    kind = part.media_type
    plausible = len(kind) <= _LONGEST_TYPE and _MEDIA_TYPE.fullmatch(kind) is not None
    name = name if name.strip(". ") else "file"
    return _with(part, {"name": name, "media_type": kind if plausible else "application/octet-stream"})
