"""What customers write tells their order numbers, addresses and telephone numbers, however long and hostile it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.bot.fields import WELL_KNOWN, Field, FieldKind
from convo.bot.finding import emails, found, orders, phones
from convo.bot.masks import compiled, find_masked
from convo.errors import BadInput
from tests.bench.timing import seconds
from tests.bot.telling import NORMALISE, bought, said

ORDER = WELL_KNOWN["order_number"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("where is my order 1041?", ["1041"]),
        ("Order number: WH-20419", ["WH-20419"]),
        ("Wo bleibt meine Bestellung Nr. 55321", ["55321"]),
        ("¿dónde está mi pedido nº 1041?", ["1041"]),
        ("ma commande n° A-5521 n'est pas là", ["A-5521"]),
        ("l'ordine numero 7781 non arriva", ["7781"]),
        ("#1041 please", ["1041"]),
        ("my order from 2025 came on 2026-10-29", []),
        ("I ordered 2 tyres for 1200 euros", []),
        ("call 1041", []),
    ],
)
def test_an_order_number_is_known_by_the_words_before_it(text: str, numbers: list[str]) -> None:
    assert orders(ORDER, text, (), asked=False) == numbers


def test_a_number_that_answers_a_question_stands_alone() -> None:
    assert orders(ORDER, "1041", (), asked=True) == ["1041"]
    assert orders(ORDER, "sure, it's WH-77", (), asked=True) == []
    assert orders(ORDER, "12", (), asked=True) == []


def test_an_order_of_the_customers_own_counts_before_all_that_looks_like_one() -> None:
    mine = [bought("1041"), bought("77")]
    assert orders(ORDER, "order 9999, no, 1041", mine, asked=False) == ["1041"]
    assert orders(ORDER, "77 euros", mine, asked=False) == []
    assert orders(ORDER, "77", mine, asked=True) == ["77"]
    shaped = Field("order_number", FieldKind.ORDER, ("WH-9999",))
    assert orders(shaped, "order 55555 or wh-1234, x", (), asked=True) == ["WH-1234"]


def test_a_form_of_digits_alone_is_not_found_in_years_and_prices() -> None:
    four = Field("order_number", FieldKind.ORDER, ("9999",))
    assert orders(four, "my T3 2024 costs 1200", (), asked=False) == []
    assert orders(four, "order 1041 of 2024", (), asked=False) == ["1041"]
    assert orders(four, "1041", (), asked=True) == ["1041"]
    assert orders(four, "order 55555", (), asked=True) == []
    begun = Field("order_number", FieldKind.ORDER, ("1099",))
    assert orders(begun, "my T3 2024, then 1041", (), asked=False) == ["1041"]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("it is <Ana.Ruiz@Correo.example>, thanks", ["ana.ruiz@correo.example"]),
        ("mail:ana@correo.example.", ["ana@correo.example"]),
        ("ana@localhost and @ana and a@b", []),
        ("o'neill@post.example", ["o'neill@post.example"]),
    ],
)
def test_an_address_is_found_in_its_one_form(text: str, addresses: list[str]) -> None:
    assert emails(text, NORMALISE) == addresses


def test_a_telephone_number_is_one_that_can_be_in_use_and_no_date() -> None:
    assert phones("call me on 612 34 56 78 after six", NORMALISE) == ["+34612345678"]
    assert phones("+49 (151) 2345-6789", NORMALISE) == ["+4915123456789"]
    assert phones("on 2026-11-17, order 10411041, 12/10/2026", NORMALISE) == []


def test_a_picture_is_a_photo_and_a_paper_is_not() -> None:
    from convo.bot.situation import Attached

    photo = WELL_KNOWN["photo"]
    assert found(photo, said("", attached=(Attached("a.pdf", "application/pdf"),)), (), NORMALISE, asked=True) == []
    assert found(photo, said("", attached=(Attached("a.jpg", "image/jpeg"),)), (), NORMALISE, asked=False) == ["a.jpg"]


def test_a_mask_is_a_form_and_no_expression() -> None:
    assert find_masked(("AA-99X",), "ab-12c, AB-123, xAB-12C, AB-12CD") == ["AB-12C", "AB-123"]
    assert find_masked(("9.9",), "1x1 1.1") == ["1.1"]
    assert find_masked((r"\A9",), "A1 B1") == ["A1"]
    for mask in ("", "ABC", "9" * 41, "9\n"):
        with pytest.raises(BadInput):
            compiled(mask)


_BAD = [
    "a" * 20_000,
    "@" * 20_000,
    "a@" * 10_000,
    "1 " * 10_000,
    "order " * 4_000,
    "#-/" * 7_000,
    "(" * 20_000,
    "1-" * 10_000,
]


@pytest.mark.parametrize("field", WELL_KNOWN.values(), ids=lambda field: field.name)
@pytest.mark.parametrize("text", _BAD, ids=lambda text: text[:6])
def test_hostile_text_costs_in_proportion_to_its_length(field: Field, text: str) -> None:
    def read(times: int) -> float:
        message = said(text[: len(text) // 8 * times])
        return min(seconds(lambda: found(field, message, (), NORMALISE, asked=True)) for _ in range(3))

    assert read(8) < 40 * read(1) + 0.02


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(text: str) -> None:
    for field in WELL_KNOWN.values():
        for asked in (False, True):
            found(field, said(text), [bought("1041")], NORMALISE, asked=asked)
