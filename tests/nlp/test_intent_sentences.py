"""What several sentences are after is what the surest of them is after, courtesies last."""

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
