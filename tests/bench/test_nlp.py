"""How well messages are understood, on labelled tweets that no model has seen, and what that costs.

`val` are the files set apart by those who labelled them; `fifth` is the part of the train files that a stable hash sets
apart, for models trained anew without it.
"""

import statistics
from collections.abc import Callable, Sequence

import pytest

from convo.nlp.enrichment import enrich
from convo.nlp.hashed_weights import HashedWeights
from convo.nlp.language import detect, words_of
from convo.nlp.language_model import LanguageModel
from convo.nlp.sentiment import polarity, sentiment
from convo.nlp.sentiment_model import SentimentModel
from convo.text import index_words
from tests.bench import training_language, training_sentiment
from tests.bench.timing import in_turn, say
from tests.bench.tweets import LANGUAGES, POLARITIES, Tweet, tweets
from tests.nlp import shop_sentences, shop_sentences_unseen
from tests.nlp.shop_sentences import sentences

pytestmark = pytest.mark.bench


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean over polarities of F1, for (right, given) pairs."""
    scores = []
    for polarity_ in POLARITIES:
        hits = sum(right == given == polarity_ for right, given in pairs)
        named = sum(given == polarity_ for _, given in pairs) + sum(right == polarity_ for right, _ in pairs)
        scores.append(2 * hits / named if named else 0.0)
    return statistics.mean(scores)


def say_sentiment(name: str, on: Sequence[Tweet], score: Callable[[str, str], float | None]) -> float:
    """Print macro-F1 and accuracy a language; returns the mean macro-F1."""
    parts, scores = [], []
    for language in LANGUAGES:
        pairs = [
            (tweet.polarity, polarity(score(tweet.text, language) or 0.0)) for tweet in on if tweet.language == language
        ]
        scores.append(macro_f1(pairs))
        parts.append(f"{language} {scores[-1]:.3f}/{sum(right == given for right, given in pairs) / len(pairs):.3f}")
    print(f"sentiment, macro-F1/accuracy, {name:<6} mean {statistics.mean(scores):.3f}   {'   '.join(parts)}")
    return statistics.mean(scores)


def say_language(name: str, on: Sequence[Tweet]) -> None:
    """Print how often an answer is given and right, for whole tweets and for their first words."""
    known = [(words_of(tweet.text), tweet.language) for tweet in on]
    for cut in (None, 6, 3, 2, 1):
        texts = [(" ".join(words[:cut]), language) for words, language in known if len(words) >= (cut or 1)]
        answers = [(detect(text), detect(text, tuple(LANGUAGES)), language) for text, language in texts]
        given = [(answer, language) for answer, _, language in answers if answer]
        right = sum(answer == language for answer, language in given)
        hinted = sum(answer == language for _, answer, language in answers)
        print(
            f"language, {name:<6} {f'{cut} words' if cut else 'whole':<8} answered {len(given) / len(texts):.3f}, "
            f"of these right {right / len(given):.3f}; of all right, the six expected {hinted / len(texts):.3f}"
        )


def test_language_of_tweets_whole_and_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    say_language("val", tweets("val"))
    train = tweets("train")
    weights = HashedWeights.unpack(training_language.train([tweet for tweet in train if not tweet.held_out]))
    again = LanguageModel(weights)
    monkeypatch.setattr("convo.nlp.language_model.language_model", lambda: again)
    say_language("fifth", [tweet for tweet in train if tweet.held_out])


def test_sentiment_of_tweets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say_sentiment("val", tweets("val"), sentiment) > 0.58
    train = tweets("train")
    weights = HashedWeights.unpack(training_sentiment.train([tweet for tweet in train if not tweet.held_out]))
    again = SentimentModel(weights)
    monkeypatch.setattr("convo.nlp.sentiment_model.sentiment_model", lambda: again)
    assert say_sentiment("fifth", [tweet for tweet in train if tweet.held_out], sentiment) > 0.56


@pytest.mark.parametrize("of", [shop_sentences, shop_sentences_unseen], ids=["seen", "unseen"])
def test_sentiment_of_shop_sentences(of: object, request: pytest.FixtureRequest) -> None:
    for name in ("UNHAPPY", "HAPPY", "PLAIN"):
        scores = [sentiment(text, language) or 0.0 for language, text in sentences(getattr(of, name))]
        shares = [sum(polarity(score) == kind for score in scores) / len(scores) for kind in POLARITIES]
        low = sum(score < -0.3 for score in scores) / len(scores)
        print(
            f"shop sentences, {request.node.callspec.id:<6} {name.lower():<8} taken as negative {shares[0]:.2f}, "
            f"neutral {shares[1]:.2f}, positive {shares[2]:.2f}; below -0.3 {low:.2f}"
        )


def test_enriching_beside_tokenising() -> None:
    texts = [tweet.text for tweet in tweets("val")]
    long = [" ".join(texts[at : at + 20]) for at in range(0, len(texts), 20)]

    def all_of(texts: Sequence[str], work: Callable[[str], object]) -> Callable[[], None]:
        def run() -> None:
            for text in texts:
                work(text)

        return run

    for name, some in (("enriching a tweet beside index_words of it", texts), ("a mail of 20 tweets", long)):
        ours, theirs = in_turn(all_of(some, enrich), all_of(some, index_words), 5)
        say(name, ours / len(some), theirs / len(some), 100)
        print(f"    {ours / len(some) * 1e6:.0f} us a message, {ours / len(some) * 100_000:.0f} s for 100,000")
