"""A few words tell that a person is wanted, yes or no, in five languages."""

import pytest

from convo.bot.cues import cannot_give, says_hello, says_no, says_yes, wants_person


@pytest.mark.parametrize(
    "text",
    [
        "can I talk to a human please",
        "Person",
        "agent!!",
        "I want to speak to someone who can help",
        "are you a bot? I want a real person",
        "Ich möchte mit einem Menschen sprechen",
        "Mensch",
        "verbinden Sie mich bitte mit einem Mitarbeiter",
        "quiero hablar con una persona",
        "un agente por favor",
        "pásame con alguien",
        "je veux parler à quelqu'un",
        "un conseiller svp",
        "vorrei parlare con un operatore",
        "operatore umano",
        "let me speak with your customer service team",
        "verbinden Sie mich mit dem Kundendienst",
        "páseme con atención al cliente",
    ],
)
def test_a_wish_for_a_person_is_heard(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "where is my order 1041?",
        "the bike is for a person of 1.80 m, which frame fits best",
        "die Bremse quietscht seit gestern ganz schön laut",
        "la rueda hace ruido cuando freno",
        "le pneu est crevé",
        "",
    ],
)
def test_other_things_are_no_wish_for_a_person(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, thank you!",
        "Thank you very much for your help",
        "Vielen Dank, das hat sehr geholfen!",
        "ja, danke",
        "sí, gracias",
        "muchas gracias por la ayuda",
        "oui merci",
        "perfetto",
        "ok",
        "👍",
    ],
)
def test_a_yes_is_a_yes(text: str) -> None:
    assert says_yes(text)
    assert not says_no(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "no thanks",
        "that did not help",
        "nein, immer noch nicht",
        "no me sirve",
        "non, pas du tout",
        "non funziona",
    ],
)
def test_a_no_is_a_no(text: str) -> None:
    assert says_no(text)
    assert not says_yes(text)


@pytest.mark.parametrize("text", ["thanks, but what about Saturday?", "do you sell lamps", "¿y el domingo? gracias"])
def test_a_question_is_no_yes(text: str) -> None:
    assert not says_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ok, then please cancel my order",
        "thanks, and about returns",
        "Thanks. I also need a new helmet",
        "worked for two days then broke",
        "si je veux annuler ma commande",
        "Super, dann möchte ich stornieren",
        "ok 1041",
    ],
)
def test_a_wish_that_begins_with_thanks_is_no_yes(text: str) -> None:
    assert not says_yes(text)


def test_a_yes_may_be_signed_with_the_writers_name() -> None:
    signed = "Yes, thanks!\n\nKind regards\nMia Lindt"
    assert says_yes(signed, "Mia Lindt")
    assert not says_yes(signed)


@pytest.mark.parametrize("text", ["I don't have it", "habe ich nicht", "no lo tengo", "je ne l'ai pas", "non ce l'ho"])
def test_who_does_not_have_it_says_so(text: str) -> None:
    assert cannot_give(text)


@pytest.mark.parametrize("text", ["Hi there!", "Guten Tag", "hola, buenas tardes", "Bonjour", "buongiorno"])
def test_a_greeting_is_one_when_nothing_else_is_said(text: str) -> None:
    assert says_hello(text)
    assert not says_hello(f"{text} 1041")
