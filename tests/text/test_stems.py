"""Stems: what the forms of a word have in common, in any language that is written with spaces."""

import pytest

from convo.text import index_words
from convo.text.common_words import common_words
from convo.text.stems import stem, stems


@pytest.mark.parametrize(
    "words",
    [
        "return returns returned returning",
        "delivery deliveries delivered",
        "city cities",
        "size sizes",
        "Bestellung Bestellungen",
        "Karte Karten",
        "tarjeta tarjetas",
        "ordine ordini",
        "livraison livraisons",
        "devolución devoluciones",
    ],
)
def test_the_forms_of_a_word_have_one_stem(words: str) -> None:
    assert len(set(stems(words))) == 1


def test_other_words_and_numbers_stay_apart() -> None:
    assert len(set(stems("return refund order card loss less bus r7 1041 1042 東京"))) == 12


def test_a_stem_of_a_stem_of_any_text_is_short_and_never_empty() -> None:
    for word in index_words("s ss sss ssss enen yyyy aeioaeio ñandú ΣΊΣΥΦΟΣ İstanbul 𝒳𝒴𝒵𝒲s").split():
        assert 0 < len(stem(word)) <= max(6, len(word))


def test_the_words_that_say_little_are_written_as_search_folds_them() -> None:
    assert all(index_words(word) == word for word in common_words())
    assert not common_words() & {"refund", "order", "garantie", "envio", "livraison", "reso"}
