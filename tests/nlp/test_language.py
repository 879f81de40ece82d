"""Which language a message is in."""

import random

import pytest

from convo.nlp.language import LONGEST_TEXT, detect
from tests.bench.tweets import tweets

SENTENCES = {
    "en": "where is my order?|I would like to return these shoes|my parcel never arrived",
    "de": "wo ist meine Bestellung?|ich möchte die Schuhe zurückgeben|das Paket ist nie angekommen",
    "es": "¿dónde está mi pedido?|quiero devolver los zapatos|el paquete nunca llegó",
    "fr": "où est ma commande ?|je voudrais renvoyer les chaussures|le colis n'est jamais arrivé",
    "it": "dov'è il mio ordine?|vorrei restituire le scarpe|il pacco non è mai arrivato",
    "pt": "onde está o meu pedido?|quero devolver os sapatos|a encomenda nunca chegou",
    "nl": "waar is mijn bestelling?|ik wacht al drie weken op mijn pakket|mijn pakket is beschadigd aangekomen",
    "pl": "gdzie jest moja paczka?|dziękuję za szybką odpowiedź",
    "sv": "när kommer mitt paket?|jag vill lämna tillbaka skorna",
    "fi": "missä tilaukseni on?|haluan palauttaa kengät",
    "tr": "siparişim nerede?|ürünü iade etmek istiyorum",
    "ru": "где мой заказ?|хочу вернуть деньги",
    "uk": "де моє замовлення?",
    "el": "πού είναι η παραγγελία μου;",
    "ar": "أين طلبي؟",
    "he": "איפה ההזמנה שלי?",
    "hi": "मेरा ऑर्डर कहाँ है",
    "ja": "注文はどこですか",
    "zh": "我的订单在哪里",
    "ko": "제 주문은 어디에 있나요",
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in SENTENCES.items() for text in texts.split("|")]
)
def test_a_sentence_is_told(language: str, text: str) -> None:
    assert detect(text) == language


def test_of_what_people_write_nearly_all_is_told_and_told_right() -> None:
    answers = [(tweet.language, detect(tweet.text)) for tweet in tweets("val")]
    given = [(right, answer) for right, answer in answers if answer]
    assert len(given) / len(answers) > 0.96
    assert sum(right == answer for right, answer in given) / len(given) > 0.98


def test_an_answer_to_three_words_is_rarely_wrong() -> None:
    answers = [
        (tweet.language, detect(" ".join(tweet.text.split()[:3])))
        for tweet in tweets("val")
        if tweet.text.count(" ") > 2
    ]
    given = [(right, answer) for right, answer in answers if answer]
    assert len(given) / len(answers) > 0.75
    assert sum(right == answer for right, answer in given) / len(given) > 0.93


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola", "es"),
        ("Danke!", "de"),
        ("MERCI", "fr"),
        ("ciao :)", "it"),
        ("obrigado", "pt"),
        ("thanks 👍", "en"),
        ("dank je", "nl"),
        ("rückgabe", "de"),
    ],
)
def test_one_word_of_one_language_is_enough(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    ["", " ", "ok", "OK!!", "R7 wheel", "12345", "AB-123", "👍👍", ":)", "?", "a", "lol", "iPhone 12", "asdf", "Paris"],
)
def test_what_no_language_owns_is_unknown(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    "noise",
    [
        "https://example.com/this/is/the/english/page?and=it&is=long",
        "@where_is_the_order @this_is_english",
        "anna.where.is.the.order@the-english-shop.example",
        "#thisisenglish #whereismyorder",
        "AB12CD34 4711-0815 1Z999AA10123456784",
        "😡😡😡 ❤️ 👩‍👩‍👧‍👦",
        "&quot; &amp; &lt;",
    ],
)
def test_what_is_not_language_confuses_nothing(noise: str) -> None:
    assert detect(f"{noise} wo bleibt denn meine Bestellung {noise}") == "de"
    assert detect(noise) is None


def test_capitals_and_missing_marks_change_nothing() -> None:
    assert detect("WO BLEIBT MEINE BESTELLUNG") == "de"
    assert detect("donde esta mi pedido") == "es"
    assert detect("ou est ma commande") == "fr"


def test_expected_languages_win_what_is_close() -> None:
    assert detect("Pedido cancelado", expected=("pt",)) == "pt"
    assert detect("Pedido cancelado", expected=("es",)) == "es"
    assert detect("hvor er bestillingen min", expected=("no",)) == "no"


def test_expected_languages_do_not_win_what_is_plain() -> None:
    assert detect("wo bleibt denn meine Bestellung", expected=("en", "es")) == "de"
    assert detect("ok", expected=("es", "en")) is None


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 500 + "where is my order",
        "\ud800\udfff where is \udcff my order",
        "‮where is my order⁦",
        "where\u200bis my order\ufeff",
        "x" * 1_000_000,
        "@" * 1_000_000,
        "<" * 1_000_000,
        "a@" * 500_000,
        "http" * 250_000,
        "'" * 1_000_000,
        "\n" * 1_000_000,
        "👩‍👩‍👧‍👦" * 100_000,
        "".join(map(chr, random.Random(7).choices(range(1, 0x11000), k=100_000))),
        "__label__de __label__fr",
    ],
)
def test_hostile_text_gets_an_answer(text: str) -> None:
    answer = detect(text)
    assert answer is None or (len(answer) == 2 and answer.isalpha())


def test_only_the_beginning_of_a_long_message_is_looked_at() -> None:
    german = "wo bleibt denn meine Bestellung " * (LONGEST_TEXT // 32 + 1)
    assert detect(german + "where is my order " * 10_000) == "de"
