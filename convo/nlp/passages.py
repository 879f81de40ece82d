"""An article's text cut into the passages that may answer a question: its sentences."""

import re
from collections.abc import Iterator
from itertools import islice

_MOST_READ = 4_000
_LONGEST_PASSAGE = 320
_MOST_PASSAGES = 60
_SHORTEST = 12
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_MARKUP = re.compile(r"^[#>*\-\s]{1,12}")


def passages(body: str) -> list[str]:
    """The sentences of the first 4,000 characters, one at least and 60 at most.

    A sentence is cut after 320 characters, and one of a few letters joins the next.
    """
    return list(islice(_sentences(body[:_MOST_READ]), _MOST_PASSAGES)) or [body[:_LONGEST_PASSAGE]]


def _sentences(text: str) -> Iterator[str]:
    waiting = ""
    for line in text.splitlines():
        for piece in _SENTENCE_END.split(_MARKUP.sub("", line)):
            waiting = f"{waiting} {piece.strip()}".strip()
            if len(waiting) < _SHORTEST:
                continue
            for start in range(0, len(waiting), _LONGEST_PASSAGE):
                yield waiting[start : start + _LONGEST_PASSAGE]
            waiting = ""
    if waiting:
        yield waiting
