"""The one tokeniser: the same words for both engines, for what is indexed and for what is asked."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.text import index_words, query_words
from convo.text.words import LARGEST_INDEX, LONGEST_TEXT, LONGEST_WORD
from tests.shared_data import shared

SCRIPTS = st.text(
    alphabet=st.characters(exclude_categories=("Cs",)) | st.sampled_from("aZé ß-ÅİﬁΣς1½が東京都カー한글ᄒ\u0301\u200d")
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World-wide web_2.0!", "hello world wide web 2 0"),
        ("Grüße aus Zürich: STRASSE, Straße", "grusse aus zurich strasse strasse"),
        ("Crème brûlée", "creme brulee"),
        ("Cre\u0300me bru\u0302le\u0301e", "creme brulee"),
        ("İstanbul ﬁx ｗｉｄｅ", "istanbul fix wide"),
        ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
        ("Ёлка й", "елка и"),
        ("한국어 주문", "한국어 주문"),
        (unicodedata.normalize("NFD", "한국어 주문"), "한국어 주문"),
        ("東京都", "東京 京都 都"),
        ("東", "東"),
        ("iPhone手机壳XL", "iphone 手机 机壳 壳 xl"),
        ("ｶﾀｶﾅ", "カタ タカ カナ ナ"),
        ("がんばって。", "かん んは はっ って て"),
        ("Fahr\u00adrad vi\u2066a\u2069 a\u200bb", "fahrrad via a b"),
        ("", ""),
        ("--- !?", ""),
        ("👩‍👧 ❤️", ""),
    ],
)
def test_a_text_is_indexed_as_these_words(text, words):
    assert index_words(text) == words


def test_the_ascii_path_and_the_other_give_the_same_words():
    ascii_text = "".join(map(chr, range(128))) + " The QUICK brown-fox_42 " + "x" * 100
    assert index_words(ascii_text + " é") == index_words(ascii_text) + " e"
    assert index_words(ascii_text + " и") == index_words(ascii_text) + " и"


@given(
    st.text(
        alphabet=st.characters(max_codepoint=0x24F) | st.sampled_from("aZ 9…“”’€ﬁ½ẞİ\u0301\u200b\u200d👍"), max_size=200
    )
)
def test_a_few_marks_among_latin_letters_give_the_words_that_they_give_beside_another_script(text):
    assert f"{index_words(text)} и".strip() == index_words(f"{text} и")


def test_marks_that_become_several_letters_make_no_text_longer_than_may_be():
    assert len(index_words("½" * LONGEST_TEXT).split()) <= LARGEST_INDEX // 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Treadmill WARRANTY", ["treadmill", "warranty"]),
        ("東京", ["東京"]),
        ("東", ["東"]),
        ("東京!", ["東京"]),
        ("東京 tower", ["東京", "京", "tower"]),
        ("iPhone手机", ["iphone", "手机"]),
        ("한국", ["한국"]),
        ("", []),
    ],
)
def test_a_query_asks_for_these_words(text, words):
    assert query_words(text) == words


@pytest.mark.parametrize("asked", ["東京都庁前", "東京", "京都", "都庁前", "庁前", "前"])
def test_any_part_of_a_run_is_found_as_a_phrase_whose_last_word_is_a_prefix(asked):
    indexed = index_words("新しい東京都庁前で").split()
    words = query_words(asked)
    assert any(
        indexed[at : at + len(words) - 1] == words[:-1] and indexed[at + len(words) - 1].startswith(words[-1])
        for at in range(len(indexed) - len(words) + 1)
    )


@given(SCRIPTS)
def test_words_are_alphanumeric_never_empty_and_without_capitals(text):
    for word in index_words(text).split(" ") if index_words(text) else []:
        assert word
        assert word.isalnum()
        assert not any("A" <= character <= "Z" for character in word)
        assert len(word) <= LONGEST_WORD
        assert not any(unicodedata.category(character).startswith("M") for character in word)


@given(SCRIPTS)
def test_what_a_query_asks_for_is_in_the_index_of_the_same_text(text):
    assert set(query_words(text)) <= set(index_words(text).split())


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), max_codepoint=0x2E7F) | st.sampled_from("한글ÅﬁİZ ")))
def test_indexing_its_own_words_changes_nothing_outside_han_and_kana(text):
    assert index_words(index_words(text)) == index_words(text)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), max_codepoint=0x2FFF)))
def test_the_form_in_which_a_text_is_normalised_does_not_matter(text):
    assert len({index_words(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}) == 1


def test_every_character_folds_to_something_stable():
    for code in (*range(0x20000), *range(0xE0000, 0xE0200)):
        if 0x3000 <= code < 0x3400 or 0xD800 <= code < 0xE000 or 0x1F200 <= code < 0x1F204:
            continue  # kana and squared kana words become pairs; surrogates are no characters
        words = index_words(chr(code))
        assert index_words(words) == words


def test_long_words_and_long_texts_are_cut():
    assert index_words("x" * 100 + " y") == "x" * 64 + " y"
    assert index_words("é" * 100) == "e" * 64
    assert query_words("x" * 100) == ["x" * 64]
    assert len(index_words("ab " * 100_000)) == LONGEST_TEXT
    assert len(index_words("é " * 200_000).split()) == LONGEST_TEXT // 2


def test_no_index_is_larger_than_a_postgresql_tsvector():
    text = "".join(chr(0x4E00 + number % 20_000) + chr(0x20000 + number % 40_000) for number in range(150_000))
    words = index_words(text).split()
    assert sum(len(word.encode()) + 6 for word in words) <= LARGEST_INDEX
    assert set(query_words(text)) <= set(words)


def test_naughty_strings_are_indexed_and_asked_for_alike():
    for text in json.loads(shared("naughty/blns.json").read_text(encoding="utf-8")):
        words = index_words(text).split()
        assert all(word.isalnum() for word in words)
        assert set(query_words(text)) <= set(words)
