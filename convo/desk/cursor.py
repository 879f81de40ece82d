"""Cursors of pages: where a list goes on, as an opaque text."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from convo.errors import BadInput
from convo.model.table import from_micros, to_micros

LARGEST_PAGE = 1000
_LONGEST = 400


def encode(*position: int | str | datetime | None) -> str:
    """The cursor of a position; an instant (aware) stands in it as its microseconds."""
    written = [to_micros(value) if isinstance(value, datetime) else value for value in position]
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> list[Any]:
    """The values of a position (`kinds` says how many and of which type); raises BadInput for what is no cursor."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("no cursor is that long")
        position = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise BadInput(f"{cursor[:40]!r} is no cursor", hint="take the one that the page before ended with") from error
    try:
        if not isinstance(position, list):
            raise ValueError("no position")
        return [_value(value, kind) for value, kind in zip(position, kinds, strict=True)]
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"{cursor[:40]!r} is a cursor of another list", hint="take the one that the page before ended with"
        ) from error


def _value(value: object, kind: type) -> object:
    wanted = int if kind is datetime else kind
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise ValueError("a value of another type")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("no store holds such a number")
    return from_micros(value) if kind is datetime and isinstance(value, int) else value


def check_limit(limit: int) -> int:
    """The page size; raises BadInput when it is not between 1 and LARGEST_PAGE."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise BadInput(f"a page holds 1 to {LARGEST_PAGE} items, not {limit}")
    return limit
