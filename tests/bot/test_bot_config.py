"""A bot's configuration is read from TOML, and what is wrong with it is told in one sentence."""

import pytest

from convo.bot.reading import read_config
from convo.bot.speech import SPEECHES
from convo.bot.template import TEMPLATE
from convo.errors import BadInput


def test_the_template_says_what_happens_without_it() -> None:
    told, silent = read_config(TEMPLATE), read_config("")
    assert told.ask["warranty"] == ("order_number", "photo")
    for name in ("turns", "daily", "mood", "mood_drop", "certainty", "recent", "tells", "after_answer", "language"):
        assert getattr(told, name) == getattr(silent, name), name


def test_fields_are_asked_for_by_intent_however_it_is_written() -> None:
    config = read_config('[ask]\n"Order_Status" = ["email"]\n"*" = ["phone"]\n')
    assert [field.name for field in config.asks("order status")] == ["email"]
    assert [field.name for field in config.asks("")] == ["phone"]


def test_a_prompt_of_the_shops_own_replaces_the_built_in_one() -> None:
    config = read_config('[fields.order_number]\nprompts = { es = "el número que empieza por WH" }')
    field = config.fields["order_number"]
    assert field.prompt("es", "en") == "el número que empieza por WH"
    assert field.prompt("fr", "en") == SPEECHES["fr"].order
    size = read_config('[fields.size]\nprompts = { en = "your size" }').fields["size"]
    assert size.prompt("it", "en") == "your size"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("turns = ", "no TOML"),
        ("turns = 0", "turns takes a whole number from 1 to 20"),
        ("turns = 2.5", "whole number"),
        ("turns = true", "whole number"),
        ("mood = nan", "mood takes a number"),
        ("tells = 1", "true or false"),
        ("colour = 1", "'colour', which is nothing"),
        ('language = "nl"', "does not speak 'nl'"),
        ('after_answer = "gone"', "resolved or pending"),
        ('recent = "soon"', "days or weeks"),
        ('wanted = "round and round"', "names no operator"),
        ('[ask]\n"order status" = ["colour"]', "which is none"),
        ('[ask]\n"order status" = "order_number"', "takes a list"),
        ("ask = 3", "table by intent"),
        ("fields = 3", "tables such as"),
        ("[fields.Size]", "no name of a field"),
        ("[fields.size]", "does not say how to ask"),
        ('[fields.size]\nkind = "number"', "no kind of field"),
        ('[fields.size]\npatterns = ["abc"]\nprompts = {en = "x"}', "no pattern"),
        ('[fields.email]\npatterns = ["9"]', "has no patterns"),
        ("[fields.email]\nown = true", "kind order"),
        ('[fields.email]\nprompts = {en = ""}', "1 to 300 characters"),
        ("a = " + "[" * 50_000, "deep"),
        ("#" * 200_001, "the most is"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_config(text)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 250
