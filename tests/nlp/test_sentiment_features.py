"""What is counted in a message before a model weighs it."""

import zlib

import pytest

from convo.nlp.lexicon_file import LANGUAGES, lexicon, word_weight
from convo.nlp.sentiment_features import count, hear, pair_features, pair_halves


@pytest.mark.parametrize(
    ("language", "said", "denied"),
    [
        ("en", "this is good", "this is not good enough for me"),
        ("de", "das ist perfekt", "das ist nicht perfekt"),
        ("es", "es bonito", "no es bonito"),
        ("fr", "c'est magnifique", "ce n'est pas magnifique"),
        ("it", "è bello", "non è bello"),
        ("pt", "é lindo", "não é lindo"),
    ],
)
def test_a_denial_makes_a_complaint_of_praise(language: str, said: str, denied: str) -> None:
    assert count(hear(said), language).pleased > 0
    assert count(hear(denied), language).pleased == 0
    assert count(hear(denied), language).complaining > 0


def test_a_phrase_counts_as_one() -> None:
    assert count(hear("that is not bad"), "en").complaining == 0
    assert count(hear("that is not bad"), "en").pleased > 0
    assert count(hear("it stopped working"), "en").complaining > 0


@pytest.mark.parametrize(
    ("language", "word"), [("de", "beschädigten"), ("en", "swindlers"), ("es", "defectuosas"), ("fr", "abîmées")]
)
def test_a_stem_knows_its_words(language: str, word: str) -> None:
    assert word not in lexicon(language).weights
    assert count(hear(word), language).complaining > 0


def test_a_listed_word_goes_before_its_stem() -> None:
    assert word_weight("de", "danke") == 2.0
    assert word_weight("de", "liebe") == 3.0


def test_words_without_marks_are_known_too() -> None:
    assert count(hear("tres decu"), "fr") == count(hear("très déçu"), "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lexicon_has_praise_complaints_denials_and_intensifiers(language: str) -> None:
    of = lexicon(language)
    assert max(of.weights.values()) <= 3
    assert min(of.weights.values()) >= -3
    assert of.stems
    assert of.negations
    assert of.intensifiers


def test_tokens_are_words_emoticons_and_single_emoji() -> None:
    assert hear("Nooooo!!!! don't :-( 😡😡 https://a.example @anna").tokens == [
        *("noo", "!!", "don't", ":-(", "😡", "😡"),
    ]


def test_capitals_shout() -> None:
    assert hear("WHERE IS MY ORDER").shouts == 1.0
    assert hear("where is my order").shouts == 0.0
    assert hear("OK").shouts == 0.0
    assert hear("WO IST MEINE bestellung").shouts == 10 / 20
    assert hear("WO IST MEINE grüße").shouts == hear("WO IST MEINE gruße").shouts == 10 / 15


@pytest.mark.parametrize(("one", "other"), [("not", "happy"), ("größe", "!!"), ("\ud800", "東京")])
def test_a_pair_is_hashed_from_its_halves_as_from_the_whole(one: str, other: str) -> None:
    shared, own, _ = pair_halves(one, "de")
    _, _, second = pair_halves(other, "de")
    assert [zlib.crc32(second, first) for first in (shared, own)] == list(
        map(zlib.crc32, pair_features(one, other, "de"))
    )
