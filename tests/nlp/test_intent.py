"""Models of intents: they learn from a few sentences, say how sure they are, and refuse what they do not know."""

import math
import random
import string

import pytest

from convo.errors import BadInput
from convo.nlp.intent import KINDS, available, train
from convo.nlp.intent_model import weigh
from tests.nlp.intents import ASKED, EXAMPLES


@pytest.fixture(scope="module")
def many() -> list[tuple[str, str | None]]:
    """Forty sentences for each of eight intents, each of a few words of its own and some of all."""
    chance = random.Random(3)
    own = {f"i{n}": ["".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(8)] for n in range(8)}
    common = ["please", "can", "you", "the", "help", "with", "today", "and", "my"]
    return [
        (" ".join(chance.sample(words, 3) + chance.sample(common, 4)), name)
        for name, words in own.items()
        for _ in range(40)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_learns_from_a_few_sentences(kind: str) -> None:
    model = train(EXAMPLES, kind)
    assert model.kind == kind
    for intent, text in ASKED.items():
        assert model.classify(text, "en")[0] == intent


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_trained_where_the_tests_run(kind: str) -> None:
    assert available(kind)


def test_training_twice_gives_the_same_model() -> None:
    assert train(EXAMPLES, "base").to_bytes() == train(EXAMPLES, "base").to_bytes()


def test_two_intents_suffice_for_every_kind() -> None:
    two = [pair for pair in EXAMPLES if pair[1] != "parcel"]
    for kind in KINDS:
        assert train(two, kind).classify(ASKED["refund"])[0] == "refund"


def test_words_it_has_never_seen_are_refused(many: list[tuple[str, str | None]]) -> None:
    model = train(many, "base")
    for text in ("tygrys zjadł śniadanie", "", "   ", "\x00\ufffd", "🙂", "東京都"):
        intent, score = model.classify(text)
        assert intent is None
        assert 0 <= score < model.threshold


def test_few_sentences_in_scope_are_refused(many: list[tuple[str, str | None]]) -> None:
    taught, asked = many[::2], many[1::2]
    model = train(taught, "base")
    refused = sum(model.classify(text)[0] is None for text, _ in asked)
    right = sum(model.guess(text).best == intent for text, intent in asked)
    assert refused <= len(asked) * 0.1
    assert right >= len(asked) * 0.95


def test_what_was_taught_as_out_of_scope_is_refused(many: list[tuple[str, str | None]]) -> None:
    outside: list[tuple[str, str | None]] = [
        (f"weather sun rain {word} today", None) for word in string.ascii_lowercase
    ]
    model = train([*many, *outside], "base")
    assert model.classify("weather rain today please")[0] is None
    assert model.guess("weather rain today please").best == ""


def test_an_example_of_little_weight_gives_way() -> None:
    torn: list[tuple[str, str | None]] = [("gift card balance", "price"), ("gift card balance", "payment")] * 6
    torn += [("how much is the vase", "price"), ("my card was declined", "payment")]
    heavy = train(torn, "base", weights=[1.0, 0.1] * 6 + [1.0, 1.0])
    light = train(torn, "base", weights=[0.1, 1.0] * 6 + [1.0, 1.0])
    assert heavy.guess("gift card balance").best == "price"
    assert light.guess("gift card balance").best == "payment"


def test_case_marks_and_digits_do_not_matter() -> None:
    model = train([*EXAMPLES, ("Größe von Bestellung 123", "size"), ("andere Größe bitte", "size")], "base")
    assert model.guess("GRÖSSE VON BESTELLUNG 987") == model.guess("grosse von bestellung 123")


def test_a_guess_gives_its_reasons() -> None:
    guess = train(EXAMPLES, "base").guess("where is my parcel", limit=2)
    assert guess.ranked[0][0] == guess.best == "parcel"
    assert len(guess.ranked) == 2
    assert guess.known == 1
    assert 0 <= guess.threshold <= guess.score <= 1


def test_a_long_hostile_text_is_only_looked_at_in_part() -> None:
    model = train(EXAMPLES, "base")
    begin = "where is my parcel " * 300
    assert model.classify(begin + "x" * 5_000_000) == model.classify(begin)


@pytest.mark.parametrize("kind", KINDS)
def test_several_texts_in_one_go_get_what_each_gets_alone(kind: str) -> None:
    model = train(EXAMPLES, kind)
    texts = [*ASKED.values(), "", "   ", "東京都", "nothing of all this", "where is my parcel " * 300]
    texts += [text for text, _ in EXAMPLES]
    told = model.classify_all(texts, "en")
    alone = [model.classify(text, "en") for text in texts]
    assert [label for label, _ in told] == [label for label, _ in alone]
    assert [score for _, score in told] == pytest.approx([score for _, score in alone], abs=1e-5)
    assert len({label for label, _ in told}) > 2
    assert model.classify_all([]) == []


def test_what_speaks_for_a_guess_is_reckoned_from_the_scores_of_all_classes() -> None:
    model, texts = train(EXAMPLES, "base"), ["the parcel refund on sunday", "please", "tygrys"]
    found, evidence, shares = weigh(model.vocabulary, model.linear, None, texts, None)
    for number, sentence in enumerate(model.vocabulary.sentences(texts)):
        scores = model.linear.scores(sentence.vector).tolist()
        second, best = sorted(scores)[-2:]
        total = sum(math.exp(score - best) for score in scores)
        assert scores[found[number]] == best
        assert shares[number].tolist() == pytest.approx([math.exp(score - best) / total for score in scores], abs=1e-6)
        odds = -math.log(total - 1)
        told = [odds, best, best - second, best + math.log(total), sentence.known, math.log1p(sentence.words)]
        assert evidence[number].tolist() == pytest.approx(told, abs=1e-4)


@pytest.mark.parametrize("kind", ["", "magic", "BASE"])
def test_a_kind_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(BadInput, match="no kind"):
        train(EXAMPLES, kind)


@pytest.mark.parametrize(
    "examples", [[], [("hello", "greeting")], [("hello", None), ("x", "a")], [(" ", "a"), ("", "b")]]
)
def test_less_than_two_intents_teach_nothing(examples: list[tuple[str, str | None]]) -> None:
    with pytest.raises(BadInput, match="at least two intents"):
        train(examples)


def test_the_same_meaning_in_another_language_is_understood_with_embeddings() -> None:
    model = train(EXAMPLES, "embedding")
    assert model.guess("Wann haben Sie geöffnet?").best == "hours"
    assert model.guess("¿Dónde está mi paquete?").best == "parcel"
    assert model.guess("Je veux être remboursé").best == "refund"
