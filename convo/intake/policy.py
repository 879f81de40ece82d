"""What intake needs to be told: whose numbers are local, how long a thread goes on, and whether it is news."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from convo.text.spans import parse_span

if TYPE_CHECKING:
    from convo.nlp.enrichment import Enrichment

__all__ = ["IntakePolicy", "parse_span"]


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
