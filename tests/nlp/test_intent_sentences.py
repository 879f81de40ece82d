"""What several sentences are after is what the surest of them is after, courtesies last."""

from collections.abc import Sequence

import pytest

from convo.nlp.intent_sentences import intent_of
from convo.nlp.intent_starter import starter_model


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("¿Dónde está mi pedido? Llevo dos semanas esperando y nadie contesta.", "order_status"),
        ("Hello! I hope you are well. Can I return the helmet? It is too small for my son.", "return"),
        ("Guten Tag, hier ist Lena. Wo bleibt meine Bestellung? Viele Grüße", "order_status"),
        ("Can I return the helmet?", "return"),
        ("Hola", "greeting"),
        ("Hi there! Thanks!", "thanks"),
        ("The weather is fine. My cat sleeps on the sofa.", None),
    ],
)
def test_the_surest_sentence_says_what_a_message_is_after(text: str, intent: str | None) -> None:
    assert intent_of(text, None, starter_model())[0] == intent


class Unsure:
    """Sure of nothing but single words it knows."""

    def classify(self, text: str, language: str | None) -> tuple[str | None, float]:
        return ("return", 0.6) if text.startswith("return") else (None, 0.1)


def test_a_sentence_alone_must_be_surer_than_a_message() -> None:
    assert intent_of("return it", None, Unsure()) == ("return", 0.6)
    assert intent_of("return it. or not so", None, Unsure()) == ("return", 0.6)
    assert intent_of("well now. return it", None, Unsure()) == (None, 0.1)


class OneByOne:
    """The starter's model, as a classifier that can only be asked for one text after the other."""

    def classify(self, text: str, language: str | None) -> tuple[str | None, float]:
        return starter_model().classify(text, language)


class AtOnce(Unsure):
    """Remembers what it was asked for at once."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], str | None]] = []

    def classify_all(self, texts: Sequence[str], language: str | None) -> list[tuple[str | None, float]]:
        self.asked.append((list(texts), language))
        return [("refund", 0.8) if "money" in text else ("return", 0.9) for text in texts]


def test_a_classifier_that_can_is_asked_for_all_sentences_at_once() -> None:
    intents = AtOnce()
    assert intent_of("Hello there!  My money, please.\nOk. ¿Is it back? ", "en", intents) == ("return", 0.9)
    assert intents.asked == [(["Hello there", "My money, please", "Is it back"], "en")]


def test_asking_at_once_and_one_by_one_come_to_the_same() -> None:
    for text in (
        "Hello! I hope you are well. Can I return the helmet? It is too small for my son.",
        "Guten Tag, hier ist Lena. Wo bleibt meine Bestellung? Viele Grüße",
        "The weather is fine. My cat sleeps on the sofa.",
        "Hi there! Thanks!",
        "東京都の天気。 今日 は 晴れ. Where is my order?",
        "Ok.",
        "",
    ):
        label, score = intent_of(text, None, starter_model())
        assert (label, pytest.approx(score, abs=1e-6)) == intent_of(text, None, OneByOne())


def test_a_message_of_one_sentence_is_looked_at_once() -> None:
    intents = AtOnce()
    assert intent_of(" my money\n", None, intents) == (None, 0.1)
    assert intents.asked == []


def test_no_more_than_eight_sentences_are_looked_at() -> None:
    intents = AtOnce()
    intent_of("well now. " * 20 + "my money", None, intents)
    assert intents.asked == [(["well now"] * 8, None)]
