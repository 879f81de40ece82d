"""What a provider told in a form that nobody can read, kept with its bytes for whoever looks into it."""

import json

from convo.model.envelope import Unreadable
from convo.text.json_fields import Fields, Unfit

_MOST_RAW = 100_000


def unreadable(problem: Unfit, what: Fields) -> Unreadable:
    """An object with a field that does not fit, and its beginning as JSON."""
    try:
        raw = json.dumps(what, ensure_ascii=True)[:_MOST_RAW].encode()
    except (ValueError, RecursionError):
        raw = b""
    return Unreadable(problem.reason, raw)
