"""What a server answers to FETCH, taken apart: each mail's UID with its bytes, size, time of arrival and flags."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_FLAGS = re.compile(rb"\bFLAGS \(([^)]*)\)")
_LITERAL = re.compile(rb"BODY\[\](?:<\d+>)? \{\d+\}\s*$")
_SHORT = re.compile(rb'BODY\[\](?:<\d+>)? (?:NIL|"((?:[^"\\]|\\.)*)")')


@dataclass(frozen=True, slots=True)
class Given:
    """What was told of one mail; `raw` is None where its bytes were not asked for or not given."""

    raw: bytes | None = None
    size: int = 0
    arrived: str = ""
    flags: frozenset[str] = frozenset()


def read_fetch(data: Sequence[Any]) -> dict[int, Given]:
    """Each mail by its UID; imaplib gives a line with a literal as a pair, and the rest of that line after it."""
    found: dict[int, Given] = {}
    lines: list[bytes] = []
    raw: bytes | None = None
    for part in data:
        if isinstance(part, tuple):
            if _LITERAL.search(part[0]):
                raw = part[1]
            lines.append(part[0])
            continue
        if not isinstance(part, bytes):
            continue
        lines.append(part)
        _keep(found, b" ".join(lines), raw)
        lines, raw = [], None
    return found


def _keep(found: dict[int, Given], line: bytes, raw: bytes | None) -> None:
    uid = _UID.search(line)
    if uid is None:
        return
    if raw is None and (short := _SHORT.search(line)):
        raw = re.sub(rb"\\(.)", rb"\1", short[1] or b"")
    size, arrived, flags = _SIZE.search(line), _ARRIVED.search(line), _FLAGS.search(line)
    before = found.get(int(uid[1]), Given())  # a change of flags may be told of in between
    found[int(uid[1])] = Given(
        before.raw if raw is None else raw,
        int(size[1]) if size else before.size,
        arrived[1].decode("ascii", "replace") if arrived else before.arrived,
        frozenset(flags[1].decode("ascii", "replace").lower().split()) if flags else before.flags,
    )
