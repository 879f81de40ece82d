"""Reads Meta's JSON without trusting its shape: the text, mapping, list or instant in a place, or nothing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from convo.channels.base import Consent, Report
from convo.model.envelope import Item, Unreadable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_000_000_000
_MOST_DIGITS = 20


class Broken(Exception):
    """A piece that cannot be understood; `args[0]` says why, for a person."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that came with a message and is still at Meta's: under an id, or a URL where there is one."""

    id: str
    name: str
    media_type: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was pushed: each item with its files, and what is told of sent messages and of consent."""

    items: tuple[tuple[Item, tuple[RemoteFile, ...]], ...] = ()
    reports: tuple[Report, ...] = ()
    consents: tuple[Consent, ...] = ()


def alone(*items: Item) -> Heard:
    """Items without files."""
    return Heard(tuple((item, ()) for item in items))


def total(heard: Iterable[Heard]) -> Heard:
    """All of it, in order."""
    items: list[tuple[Item, tuple[RemoteFile, ...]]] = []
    reports: list[Report] = []
    consents: list[Consent] = []
    for each in heard:
        items.extend(each.items)
        reports.extend(each.reports)
        consents.extend(each.consents)
    return Heard(tuple(items), tuple(reports), tuple(consents))


def mapping(value: object) -> dict[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """The objects of a JSON list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A JSON string, or a whole number as one; else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else ""


def seconds(value: object) -> datetime:
    """The instant of seconds since 1970, a string or a number; raises Broken."""
    written = text(value)
    if not written.isascii() or not written.isdecimal() or len(written) > _MOST_DIGITS or int(written) > _LATEST:
        raise Broken("it does not say when it was sent")
    return _EPOCH + timedelta(seconds=int(written))


def milliseconds(value: object) -> datetime:
    """The instant of milliseconds since 1970; raises Broken."""
    written = text(value)
    if not written.isascii() or not written.isdecimal() or len(written) > _MOST_DIGITS:
        raise Broken("it does not say when it was sent")
    if int(written) > _LATEST * 1000:
        raise Broken("it does not say when it was sent")
    return _EPOCH + timedelta(milliseconds=int(written))


def unreadable(reason: object, piece: object) -> Unreadable:
    """A piece that nobody understands, with its JSON."""
    return Unreadable(str(reason), json.dumps(piece, ensure_ascii=True).encode())
