"""Cursors of pages: where a list goes on, as an opaque text."""

import base64
import binascii
import json

from convo.errors import BadInput

LARGEST_PAGE = 1000


def encode(*position: int | str | None) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> list[int]:
    """The integers of a position (`kinds` says how many and is checked); raises BadInput for what is no cursor."""
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadInput(f"{cursor[:40]!r} is no cursor", hint="take the one that the page before ended with") from error
    if (
        not isinstance(position, list)
        or len(position) != len(kinds)
        or not all(isinstance(value, kind) and _fits(value) for value, kind in zip(position, kinds, strict=True))
    ):
        raise BadInput(
            f"{cursor[:40]!r} is a cursor of another list", hint="take the one that the page before ended with"
        )
    return position


def _fits(value: object) -> bool:
    return not isinstance(value, int) or abs(value) < 2**63


def check_limit(limit: int) -> int:
    """The page size; raises BadInput when it is not between 1 and LARGEST_PAGE."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise BadInput(f"a page holds 1 to {LARGEST_PAGE} items, not {limit}")
    return limit
