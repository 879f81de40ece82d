"""What intake needs to be told: whose numbers are local, how long a thread goes on, and whether it is news."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from convo.errors import BadInput

if TYPE_CHECKING:
    from convo.nlp.enrichment import Enrichment

_SPAN = re.compile(r"^(\d{1,5})\s*([mhdw])$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class IntakePolicy:
    """How to take items in.

    `thread_window` is how long an open thread takes up messages that name none; `history` marks old logs, which are
    stored, threaded and searchable but are not news. `understand` tells language, sentiment and intent of what a
    customer wrote (its body, subject and the language that the log declared); without it they stay unknown.
    """

    home_region: str = "US"
    thread_window: timedelta = timedelta(days=7)
    history: bool = False
    understand: "Callable[[str, str, str | None], Enrichment] | None" = None


def parse_span(text: str) -> timedelta:
    """The length of time that `7d`, `36h`, `90m` or `2w` means; raises BadInput for anything else."""
    match = _SPAN.match(text.strip().lower())
    if match is None:
        raise BadInput(f"{text!r} is no length of time", hint="such as 7d, 36h, 90m or 2w")
    return timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})
