"""How happy the writer of a message is."""

import random
from statistics import mean

import pytest

from convo.nlp.sentiment import polarity, sentiment
from convo.nlp.sentiment_features import count, hear
from tests.bench.tweets import LANGUAGES, tweets
from tests.nlp import shop_sentences_unseen
from tests.nlp.shop_sentences import HAPPY, PLAIN, UNHAPPY, sentences


def scored(text: str, language: str) -> float:
    """The score of a text that has one."""
    score = sentiment(text, language)
    assert score is not None
    return score


@pytest.mark.parametrize("language", UNHAPPY)
def test_an_unhappy_customer_is_heard_in_nine_of_ten_sentences(language: str) -> None:
    mine = [text for known, text in sentences(UNHAPPY) if known == language]
    assert sum(scored(text, language) < -0.3 for text in mine) / len(mine) >= 0.9


@pytest.mark.parametrize("language", HAPPY)
def test_a_happy_customer_is_heard_in_nine_of_ten_sentences(language: str) -> None:
    mine = [text for known, text in sentences(HAPPY) if known == language]
    assert sum(polarity(scored(text, language)) == "positive" for text in mine) / len(mine) >= 0.9


def test_a_plain_question_is_hardly_ever_taken_for_anger() -> None:
    assert sum(scored(text, language) < -0.3 for language, text in sentences(PLAIN)) <= len(sentences(PLAIN)) * 0.1


@pytest.mark.parametrize("language", LANGUAGES)
def test_tweets_are_told_apart_far_better_than_by_chance(language: str) -> None:
    mine = [tweet for tweet in tweets("val") if tweet.language == language]
    assert mean(polarity(scored(tweet.text, language)) == tweet.polarity for tweet in mine) > 0.5


def test_below_minus_three_tenths_are_mostly_the_unhappy() -> None:
    low = [tweet for tweet in tweets("val") if scored(tweet.text, tweet.language) < -0.3]
    assert len(low) > 300
    assert mean(tweet.polarity == "negative" for tweet in low) > 0.65


@pytest.mark.parametrize("language", [None, "nl", "pl", "ja", "xx", ""])
def test_a_language_that_is_not_covered_is_unknown_and_not_neutral(language: str | None) -> None:
    assert sentiment("slechtste winkel ooit", language) is None


@pytest.mark.parametrize("language", [None, "nl", "en"])
def test_emoji_speak_every_language(language: str | None) -> None:
    glad, sad = sentiment("👍😊", language), sentiment("😡😡", language)
    assert glad is not None
    assert sad is not None
    assert polarity(glad) == "positive"
    assert polarity(sad) == "negative"


def test_a_denial_turns_praise_round() -> None:
    assert scored("this is good", "en") > scored("this is not good", "en")
    assert scored("ich bin zufrieden", "de") > scored("ich bin nicht zufrieden", "de")


def test_emoji_and_insistence_add_to_what_is_said() -> None:
    assert scored("my order came 😡", "en") < scored("my order came", "en") < scored("my order came 😍", "en")


def test_a_score_and_its_polarity_agree_at_the_edges() -> None:
    assert [polarity(score) for score in (-1.0, -0.2, -0.19, 0.0, 0.19, 0.2, 1.0)] == [
        *["negative"] * 2,
        *["neutral"] * 3,
        *["positive"] * 2,
    ]


@pytest.mark.parametrize("text", ["", " ", "\n", "12345", "???", "\x00"])
def test_a_text_without_words_and_signs_is_unknown(text: str) -> None:
    assert sentiment(text, "en") is None


@pytest.mark.parametrize(
    "text",
    [
        "\x00terrible\x00",
        "\ud800\udfff bad \udcff",
        "‮terrible⁦",
        "x" * 1_000_000,
        "!" * 1_000_000,
        "a'" * 500_000,
        ":(" * 500_000,
        "not " * 250_000,
        "👩‍👩‍👧‍👦" * 100_000,
        "".join(map(chr, random.Random(7).choices(range(1, 0x11000), k=100_000))),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr", None])
def test_hostile_text_gets_a_number_or_nothing(text: str, language: str | None) -> None:
    score = sentiment(text, language)
    assert score is None or -1 <= score <= 1


def test_what_was_not_foreseen_is_seldom_taken_for_its_opposite() -> None:
    low = [polarity(scored(text, language)) for language, text in sentences(shop_sentences_unseen.UNHAPPY)]
    high = [polarity(scored(text, language)) for language, text in sentences(shop_sentences_unseen.HAPPY)]
    assert low.count("positive") / len(low) < 0.15
    assert high.count("negative") / len(high) < 0.15
    assert low.count("negative") / len(low) > 0.35
    assert high.count("positive") / len(high) > 0.35


def test_a_feeling_that_no_word_says_plainly_stays_small() -> None:
    unsaid = [
        scored(tweet.text, tweet.language)
        for tweet in tweets("val")
        if not (counts := count(hear(tweet.text), tweet.language)).complaining
        and not counts.sad_signs
        and any(map(str.isalpha, tweet.text))
    ]
    assert len(unsaid) > 500
    assert min(unsaid) > -0.5
