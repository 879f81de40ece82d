"""A snippet shows the words found where they stand in the original text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.query.inflight import InFlight
from convo.query.parse import parse
from convo.query.plan import positive_terms
from convo.query.predicate import has_words
from convo.query.snippet import snippet
from convo.store.search_index import TextTerm
from convo.text.words import query_words
from tests.query.nasty import NOW, WORDS


def marked(body: str, query: str, width: int = 120) -> list[str]:
    shown, marks = snippet(body, positive_terms(parse(query)), width)
    return [shown[start:end] for start, end in marks]


@pytest.mark.parametrize(
    ("body", "query", "found"),
    [
        ("Guten Tag, Herr Müller", "muller", ["Müller"]),
        ("Guten Tag, Herr Mu\u0308ller!", "MÜLLER", ["Mu\u0308ller"]),
        ("die Straße nach İstanbul", "strasse istanbul", ["Straße", "İstanbul"]),
        ("a sample\n\n  rate", '"sample rate"', ["sample rate"]),
        ("don't", "don't", ["don't"]),
        ("warranty warrant war", "warr*", ["warranty", "warrant"]),
        ("the gain again", "gain", ["gain"]),
        ("gain gain GAIN", "gain", ["gain", "gain", "GAIN"]),
        ("彼は東京都に住む", "東京", ["東京"]),
        ("abc日本語xyz", "日本語 abc xyz", ["abc", "日本語", "xyz"]),
        (unicodedata.normalize("NFD", "한국어 문서"), "한국어", ["한국어"]),
        ("a cab", "-cab a", ["a"]),
        ("gain", "subject:gain", []),
        ("so\u00adft", "soft", ["so\u00adft"]),
    ],
)
def test_words_are_marked_as_they_were_written(body: str, query: str, found: list[str]) -> None:
    assert marked(body, query) == found


def test_a_long_text_is_cut_around_the_first_word_found() -> None:
    shown, marks = snippet("word " * 500 + "the sample rate " + "rest " * 500, [TextTerm(("sample",))], 60)
    assert shown.startswith("…word")
    assert shown.endswith("…")
    assert "the sample rate rest" in shown
    assert len(shown) <= 62
    assert [shown[start:end] for start, end in marks] == ["sample"]


def test_without_a_word_found_the_beginning_is_shown() -> None:
    assert snippet("one\ttwo\n\nthree", [TextTerm(("zebra",))]) == ("one two three", ())
    assert snippet("", [TextTerm(("zebra",))]) == ("", ())
    assert snippet("x" * 200, [], 10) == ("x" * 10 + "…", ())


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), st.sampled_from(WORDS), st.integers(1, 90))
def test_marks_are_in_order_inside_the_snippet_and_fold_to_what_was_asked(body: str, word: str, width: int) -> None:
    words = tuple(query_words(word))
    if not words:
        return
    term = TextTerm(words, prefix=len(words[-1]) == 1)
    shown, marks = snippet(body, [term], width)
    assert len(shown) <= width + 2
    places = [place for mark in marks for place in mark]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(shown) for start, end in marks)
    if has_words(term, InFlight(sent_at=NOW, body=body)):
        assert marks
        if width == 90:
            first = InFlight(sent_at=NOW, body=shown[marks[0][0] : marks[0][1]])
            assert has_words(TextTerm(words, prefix=True), first) or "…" in shown


@pytest.mark.parametrize("piece", ["a", "a ", "é", "日", " ", "\u0301", "gain,"])
def test_a_huge_text_takes_no_longer_than_its_length(piece: str) -> None:
    body = piece * (400_000 // len(piece)) + "zebra"
    shown, _ = snippet(body, positive_terms(parse('gain "a b c" é 日本 zebra "gain gain zebra"')))
    assert len(shown) <= 122
