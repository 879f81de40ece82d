"""Names are compared by their usual spellings, alike wherever they are compared."""

import unicodedata

import pytest

from convo.query.letters import ascii_lower, identity_values, spellings


def test_only_the_letters_of_ascii_are_lowered() -> None:
    assert ascii_lower("ÖZIL Ana İ") == "Özil ana İ"


@pytest.mark.parametrize("asked", ["özil", "ÖZIL", "Özil", unicodedata.normalize("NFD", "özil")])
@pytest.mark.parametrize("stored", ["Özil", "özil", "ÖZIL", unicodedata.normalize("NFD", "Özil")])
def test_a_name_is_met_in_its_usual_spellings(asked: str, stored: str) -> None:
    assert ascii_lower(stored) in spellings(asked)


def test_a_plain_name_has_one_spelling() -> None:
    assert spellings("Ana") == ("ana",)


@pytest.mark.parametrize("written", ["+34 600 111-222", "0034600111222", "+34 (600) 111.222"])
def test_a_phone_number_is_looked_for_by_its_digits(written: str) -> None:
    assert "+34600111222" in identity_values(written)


def test_what_is_no_phone_number_is_looked_for_as_it_is() -> None:
    assert identity_values("600 111 222") == ("600 111 222",)
    assert identity_values("Ana@Example.org") == ("ana@example.org",)
