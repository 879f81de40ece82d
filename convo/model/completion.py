"""What leaves the desk for somebody who types a query: what the word under the cursor may become."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that may stand there: `text` goes into the query as it is, `detail` says what it means."""

    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """What may stand in place of the query's characters from `start` up to `end`, the likeliest first."""

    start: int
    end: int
    items: tuple[Completion, ...] = ()
