"""The piece of a message's text that shows why it was found, with the words found marked."""

import re
from collections.abc import Sequence
from functools import lru_cache

from convo.query.folding import composed, folded, runs, vanishes
from convo.query.scripts import in_pairs
from convo.store.search_index import TextTerm
from convo.text.words import LONGEST_WORD

_CUT = "…"
_LONGEST_WIDTH = 2_000
_MOST_TERMS = 32

_INK = re.compile(r"\S")
_BLANK = re.compile(r"\s+")
_ODD_BLANK = re.compile(r"[^\S ]|\s\s|\A\s")
# What may stand right beside a word without belonging to it: a blank, or a script that puts none between words.
_BESIDE = " \u3005-\u9fff\uf900-\ufaff\U0001aff0-\U0003ffff"


def snippet(body: str, terms: Sequence[TextTerm], width: int = 120) -> tuple[str, tuple[tuple[int, int], ...]]:
    """About `width` characters of the text around the first words found, and the (start, end) of all found in them.

    Words are found as the index finds them, whatever their case and accents. White space becomes single blanks, and an
    ellipsis stands where text was left out. Where nothing is found it is the text's beginning, without marks.
    """
    width = max(1, min(width, _LONGEST_WIDTH))
    body = composed(body)
    spans = _spans(body, terms, 4 * width)
    first = spans[0][0] if spans else 0
    start = max(0, first - width // 3)
    if start and (blank := _BLANK.search(body, start, first)):
        start = blank.end()
    # White space shrinks, so that more is read than is shown.
    read = body[start : start + 4 * width]
    whole, places = _single_blanks(read)
    shown = whole[:width].rstrip()
    before = _CUT if _INK.search(body, 0, start) else ""
    after = _CUT if len(shown) < len(whole) or _INK.search(body, start + len(read)) else ""
    marks = []
    for begin, end in spans:
        if begin - start < len(read) and places[begin - start] < len(shown):
            last = places[min(end - start, len(read))]
            marks.append((len(before) + places[begin - start], len(before) + min(last, len(shown))))
    return before + shown + after, tuple(marks)


def _single_blanks(text: str) -> tuple[str, Sequence[int]]:
    """The text with every run of white space as one blank, and where each of its characters went."""
    if not _ODD_BLANK.search(text):
        return text.rstrip(), range(len(text) + 1)
    pieces: list[str] = []
    places: list[int] = []
    for character in text:
        places.append(len(pieces))
        if not character.isspace():
            pieces.append(character)
        elif pieces and pieces[-1] != " ":
            pieces.append(" ")
    places.append(len(pieces))
    return "".join(pieces).rstrip(), places


def _spans(body: str, terms: Sequence[TextTerm], reach: int) -> list[tuple[int, int]]:
    """Where words are found: the first place, and all others that begin at most `reach` characters after it."""
    wanted = tuple(term for term in terms if not term.subject_only)[:_MOST_TERMS]
    if not wanted:
        return []
    text, places = folded(body)
    pattern = _pattern(wanted, " " if text.isascii() else _BESIDE)
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        begin, end = match.start(), match.end()
        if places is not None:
            begin, end = places[begin], places[end - 1] + 1
            while end < len(body) and vanishes(body[end]):
                end += 1
        if spans and begin > spans[0][0] + reach:
            break
        if not spans or begin >= spans[-1][1]:
            spans.append((begin, end))
    return spans


@lru_cache(maxsize=64)
def _pattern(terms: tuple[TextTerm, ...], beside: str) -> re.Pattern[str]:
    return re.compile("|".join(_expression(term, beside) for term in terms))


def _expression(term: TextTerm, beside: str) -> str:
    found = runs(term.words)
    expression = "" if in_pairs(found[0][0]) else f"(?<![^{beside}])"
    for left, right in zip(["", *found], found, strict=False):
        if left:
            expression += " +" if in_pairs(left[-1]) == in_pairs(right[0]) else " *"
        expression += re.escape(right)
    if in_pairs(found[-1][-1]) or (len(found[-1]) == LONGEST_WORD and not term.prefix):
        return expression
    return expression + (f"[^{beside}]*" if term.prefix else f"(?![^{beside}])")
