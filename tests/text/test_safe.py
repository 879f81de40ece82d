"""What a stranger wrote does nothing to a terminal and is accepted by every store."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.text import clean, safe
from tests.shared_data import shared

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=())) | st.text(
    alphabet="a\x00\r\n\t\x1b\x7f\x9b\u202e\ud800"
)

OBEYED = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n", "\t"}
REORDERING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
UNSEEN = set("\u200b\u2060\ufeff\u180e\ufff9") | {chr(code) for code in range(0xE0000, 0xE0080)}


@pytest.mark.parametrize("text", [clean, safe])
def test_ordinary_text_in_any_script_stays_as_it_is(text):
    for ordinary in ("Hello,\n\tthere!", "Grüße", "नमस्ते क्‍ष", "می‌خواهم", "👩‍👩‍👧 ❤️ 🇩🇪", "שלום", "東京都", ""):
        assert text(ordinary) == ordinary


def test_a_clipboard_escape_becomes_pictures_of_its_characters():
    assert safe("\x1b]52;c;aGk=\x07") == "␛]52;c;aGk=␇"
    assert safe("grün\x1b[2J\x00") == "grün␛[2J␀"


def test_del_c1_bidi_separators_and_what_takes_no_ink_become_replacement_characters():
    assert safe("a\x7fb\x9b31m") == "a\ufffdb\ufffd31m"
    assert safe("\u202egnp.exe\u2066\u2069\u200f\u061c") == "\ufffdgnp.exe" + "\ufffd" * 4
    assert safe("pay\u200bpal\U000e0041\ufeff\u2028\u2029\ud83d") == "pay\ufffdpal" + "\ufffd" * 5


def test_crlf_is_one_newline_and_a_lone_carriage_return_is_shown():
    assert safe("one\r\ntwo\rthree") == "one\ntwo␍three"
    assert safe("eins\r\nzwéi") == "eins\nzwéi"


def test_a_single_line_has_one_space_where_white_space_was():
    assert safe("  Re:\tyour\r\n order \n\n now ", single_line=True) == "Re: your order now"


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_or_that_hides_words_is_left(text):
    shown = safe(text)
    assert not set(shown) & (OBEYED | REORDERING | UNSEEN)
    assert not any("\ud800" <= character <= "\udfff" for character in shown)
    assert safe(shown) == shown
    assert "\n" not in safe(text, single_line=True)
    assert "\t" not in safe(text, single_line=True)


@given(ANY_TEXT)
def test_cleaned_text_encodes_and_differs_only_where_it_must(text):
    stored = clean(text)
    stored.encode("utf-8")
    assert "\x00" not in stored
    assert "\r" not in stored
    assert clean(stored) == stored
    if text.isprintable():
        assert stored == text


def test_clean_replaces_nul_and_lone_surrogates_and_ends_lines_with_a_newline():
    assert clean("a\x00b") == "a\ufffdb"
    assert clean("ü\x00\ud800\udfff") == "ü\ufffd\ufffd\ufffd"
    assert clean("a\r\nb\rc\n\x1b") == "a\nb\nc\n\x1b"


def test_naughty_strings_are_safe_and_storable():
    for text in json.loads(shared("naughty/blns.json").read_text(encoding="utf-8")):
        assert not set(safe(text)) & (OBEYED | REORDERING | UNSEEN)
        assert clean(text).encode("utf-8").decode("utf-8").count("\x00") == 0


def test_clean_text_costs_next_to_nothing_beside_a_copy_of_it_character_by_character():
    text = "Hello, my treadmill stopped. " * 70
    assert _seconds(lambda: clean(text)) * 20 < _seconds(lambda: "".join(map(str.strip, text)))
    assert _seconds(lambda: safe(text)) * 2 < _seconds(lambda: "".join(map(str.strip, text)))


def _seconds(call):
    def once():
        started = time.process_time()
        for _ in range(200):
            call()
        return time.process_time() - started

    return min(once() for _ in range(7))
