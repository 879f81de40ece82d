"""Reads lengths of time as people write them: 90m, 36h, 7d, 2w."""

import re
from datetime import timedelta

from convo.errors import BadInput

_SPAN = re.compile(r"(\d{1,5})\s*([mhdw])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_span(text: str) -> timedelta:
    """The length of time that `7d`, `36h`, `90m` or `2w` means; raises BadInput for anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        raise BadInput(f"{text[:40]!r} is no length of time", hint="such as 7d, 36h, 90m or 2w")
    return timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})
