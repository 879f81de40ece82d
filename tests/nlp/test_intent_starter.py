"""The starter's intents: five languages each, a model that is theirs and had better say nothing than guess."""

import tomllib
from pathlib import Path

import pytest

from convo.nlp.intent_measures import correlation, held_out, measure
from convo.nlp.intent_starter import sentences, starter_model
from convo.nlp.intent_vectors import Vocabulary

LANGUAGES = {"en", "de", "es", "fr", "it"}


def tried() -> list[tuple[str, str | None]]:
    """Sentences written apart from the starter's."""
    table = tomllib.loads(Path(__file__).with_name("starter_held_out.toml").read_text(encoding="utf-8"))
    return [(text, None if intent == "outside" else intent) for intent, texts in table.items() for text in texts]


def test_every_intent_is_said_in_every_language() -> None:
    spoken: dict[str | None, set[str]] = {}
    for sentence in sentences():
        spoken.setdefault(sentence.intent, set()).add(sentence.language)
    assert len(spoken) >= 20
    assert all(languages == LANGUAGES for languages in spoken.values())


def test_the_model_that_ships_is_that_of_the_sentences() -> None:
    model, taught = starter_model(), sentences()
    assert set(model.labels) == {sentence.intent or "" for sentence in taught}
    assert model.vocabulary.hashes.tolist() == Vocabulary.of([sentence.text for sentence in taught]).hashes.tolist()


def test_no_sentence_is_tried_that_was_taught() -> None:
    assert not {text for text, _ in tried()} & {sentence.text for sentence in sentences()}


def test_it_answers_most_and_refuses_what_is_out_of_scope() -> None:
    measures = measure(starter_model(), tried())
    assert measures.accuracy >= 0.85
    assert measures.answered >= 0.75
    assert measures.outside_refused is not None
    assert measures.outside_refused >= 0.9
    wrong = sum(confusion.times for confusion in measures.confused)
    assert wrong <= measures.sentences * 0.05


def test_a_fifth_is_held_out_and_always_the_same() -> None:
    kept = [text for text in (f"sentence {n}" for n in range(1000)) if held_out(text)]
    assert 150 < len(kept) < 250
    assert kept[:3] == [text for text in (f"sentence {n}" for n in range(1000)) if held_out(text)][:3]


@pytest.mark.parametrize(
    ("told", "true", "found"),
    [
        (["a", "b", None], ["a", "b", None], 1.0),
        (["a", "a", "a"], ["a", "b", None], 0.0),
        (["b", "a"], ["a", "b"], -1.0),
        # Counted by hand: 3 of 4 right, (3 * 4 - 6) / sqrt((16 - 8) * (16 - 6)).
        (["a", "a", "b", "b"], ["a", "a", "b", "c"], 0.6708),
    ],
)
def test_the_correlation_is_that_of_gorodkin(told: list[str | None], true: list[str | None], found: float) -> None:
    assert correlation(told, true) == pytest.approx(found, abs=0.0001)
