"""What people give for an article, checked and in the form in which it is kept."""

from collections.abc import Iterable, Sequence
from typing import Any

from convo.desk.customer_words import language_tag
from convo.errors import BadInput
from convo.text import clean

_LONGEST_TITLE = 300
_LONGEST_BODY = 1_000_000
_LONGEST_KEYWORD = 64
_LONGEST_QUESTION = 500
_MOST = 200


def article_values(
    title: str | None,
    body: str | None,
    language: str | None,
    keywords: Sequence[str] | None,
    questions: Sequence[str] | None,
) -> dict[str, Any]:
    """The columns of what is given (None: not given); raises BadInput for what cannot be kept."""
    values: dict[str, Any] = {}
    if title is not None:
        line = " ".join(clean(title).split())
        if not 0 < len(line) <= _LONGEST_TITLE:
            raise BadInput(f"a title has 1 to {_LONGEST_TITLE} characters, not {len(line)}")
        values["title"] = line
    if body is not None:
        text = clean(body).strip()
        if not 0 < len(text) <= _LONGEST_BODY:
            raise BadInput(f"an article's text has 1 to {_LONGEST_BODY:,} characters, not {len(text):,}")
        values["body"] = text
    if language is not None:
        values["language"] = language_tag(language)
    if keywords is not None:
        values["keywords"] = _lines(keywords, "keyword", _LONGEST_KEYWORD)
    if questions is not None:
        values["questions"] = _lines(questions, "question", _LONGEST_QUESTION)
    return values


def _lines(given: Iterable[str], what: str, longest: int) -> str:
    """Some short texts, each once, one a line."""
    lines = dict.fromkeys(line for line in (" ".join(clean(text).split()) for text in given) if line)
    if len(lines) > _MOST:
        raise BadInput(f"an article has at most {_MOST} {what}s, not {len(lines):,}")
    for line in lines:
        if len(line) > longest:
            raise BadInput(f"a {what} has at most {longest} characters, not {len(line):,}: {line[:40]!r}…")
    return "\n".join(lines)
