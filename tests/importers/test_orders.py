"""Shop orders: one purchase an order, exact to the thousandth."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.money import UnreadableAmount, currency, decimal_mark, milli
from convo.importers.orders import IMPORTER
from convo.model.envelope import EventEnvelope, Item, Skipped, Unreadable
from tests.importers.mutations import DATA, damaged, survived

SHOPIFY = DATA / "orders_shopify.csv"
WOO = DATA / "orders_woo.csv"
GERMAN = DATA / "orders_de.csv"


def read(path: Path, **options: Any) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions(**options)))


def purchases(path: Path) -> list[EventEnvelope]:
    return [item for item in read(path) if isinstance(item, EventEnvelope)]


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(text)
    return path


def test_the_lines_of_a_shopify_order_are_one_purchase():
    order = purchases(SHOPIFY)[0]
    assert order.title == "Order 1001: 2 × R7 wheel, 1 × tube"
    assert (order.amount_milli, order.currency, order.external_id) == (84_900, "EUR", "1001")
    assert [(handle.kind, handle.value) for handle in order.customer] == [
        ("email", "ana@example.org"),
        ("phone", "+34600111222"),
    ]
    assert order.at.isoformat() == "2023-07-20T07:59:58+00:00"
    assert order.channel == "shop"


def test_an_order_that_was_not_carried_out_is_skipped_and_a_refund_is_noted():
    items = read(SHOPIFY)
    assert [item.reason for item in items if isinstance(item, Skipped)] == ["order 1002 was not carried out (voided)"]
    assert purchases(SHOPIFY)[1].data == {
        "order": "1003",
        "status": "refunded",
        "items": '1 × tube, 28"',
        "refunded": "10.00",
    }


def test_woocommerce_s_packed_items_names_and_negative_refunds_are_read():
    first, refund = purchases(WOO)
    assert first.title == "Order 4993: 2 × R7 wheel, 1 × tube"
    assert first.customer[0].name == "Ana Lopez"
    assert (refund.amount_milli, refund.currency) == (-10_000, "USD")


def test_german_amounts_are_exact_and_line_totals_are_added():
    assert [(order.amount_milli, order.currency) for order in purchases(GERMAN)] == [
        (1_254_500, "EUR"),
        (1_999_000, "EUR"),
        (-1_999_000, "EUR"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Order ID,Date,Email,Total", "Bestellnummer;Datum;E-Mail;Gesamtbetrag",
        "Número de pedido;Fecha;Correo electrónico;Importe",
        "Numéro de commande;Date de commande;Adresse e-mail;Montant total", "Numero ordine;Data;Email;Totale",
    ],
)  # fmt: skip
def test_orders_are_recognised_in_each_language(tmp_path: Path, header: str):
    mark = ";" if ";" in header else ","
    path = table(tmp_path, f"{header}\n{mark.join(['77', '2023-07-20', 'ana@example.org', '12.50'])}\n")
    assert IMPORTER.recognises(Source(path, path.read_bytes()))
    [order] = purchases(path)
    assert (order.title, order.amount_milli, order.currency) == ("Order 77", 12_500, None)


def test_a_currency_in_the_header_holds_for_every_order(tmp_path: Path):
    [order] = purchases(table(tmp_path, "Order ID,Date,Customer ID,Total (CHF)\n77,2023-07-20,C-17,12.5\n"))
    assert order.currency == "CHF"
    assert [(handle.kind, handle.value) for handle in order.customer] == [("external", "C-17")]


def test_a_long_order_names_five_items_and_counts_the_rest(tmp_path: Path):
    lines = "".join(f"77,2023-07-20,ana@example.org,70,item {n},1\n" for n in range(7))
    [order] = purchases(table(tmp_path, "Order ID,Date,Email,Order total,Item,Quantity\n" + lines))
    assert order.title.endswith("1 × item 4 and 2 more")
    assert order.amount_milli == 70_000


def test_orders_without_customer_total_or_date_are_unreadable(tmp_path: Path):
    path = table(
        tmp_path,
        "Order ID,Date,Email,Total\n1,2023-07-20,,5\n2,2023-07-20,a@b.example,\n3,never,a@b.example,5\n"
        "4,2023-07-20,a@b.example,5 of 6\n,2023-07-20,a@b.example,5\n",
    )
    assert [item.reason for item in read(path) if isinstance(item, Unreadable)] == [
        "line 2 has an order without an e-mail address, a telephone number or a customer number",
        "line 3 has no total",
        "line 4 has a date that cannot be read: 'never'",
        "line 5 has an amount that cannot be read: '5 of 6'",
        "line 6 has no order number",
    ]


def test_a_table_that_holds_no_orders_is_refused(tmp_path: Path):
    with pytest.raises(BadInput, match="order's number"):
        read(table(tmp_path, "Colour,Size\nred,2\n"))


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1.234,50 €", None, 1_234_500), ("$1,234.50", None, 1_234_500), ("1 234,50", None, 1_234_500),
        ("1'234.50 CHF", None, 1_234_500), ("12", None, 12_000), ("-12.00", None, -12_000), ("−12,00", None, -12_000),
        ("(12.00)", None, -12_000), ("12,00-", None, -12_000), ("€ -0,99", None, -990), ("1,234", None, 1_234_000),
        ("1.234", None, 1_234), ("1.234 €", None, 1_234_000), ("1.234", ",", 1_234_000), ("1,234", ",", 1_234),
        ("1,23,456.00", None, 123_456_000), ("1.234.567", None, 1_234_567_000), ("0,125", None, 125),
        ("0.1235", None, 124),
        (19.99, None, 19_990), (5, None, 5_000), (Decimal("0.001"), None, 1),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly_as_people_write_them(text: Any, mark: Any, expected: int):
    assert milli(text, mark) == expected


@pytest.mark.parametrize(
    "text", ["", "free", "12 of 15", "12.03.2024", "1e9", "9" * 30, float("nan"), float("inf"), True, None, []]
)
def test_what_is_no_amount_is_refused(text: Any):
    with pytest.raises(UnreadableAmount):
        milli(text)


@given(
    st.decimals(-(10**9), 10**9, places=2), st.sampled_from([(",", "."), (".", ","), ("", "."), ("", ","), (" ", ",")])
)
def test_any_amount_of_cents_survives_being_written_and_read(amount: Decimal, marks: tuple[str, str]):
    thousands, mark = marks
    text = f"{amount:,.2f}".replace(",", "T").replace(".", mark).replace("T", thousands)
    assert milli(text) == amount * 1000


def test_a_column_proves_its_decimal_mark():
    assert decimal_mark(["1.000", "2,50"]) == ","
    assert decimal_mark(["1.000", "2.50"]) == "."
    assert decimal_mark(["1.000", "7"]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eur", "EUR"),
        ("Total (USD)", "USD"),
        ("12 €", "EUR"),
        ("R$ 5", "BRL"),
        ("CA$5", "CAD"),
        ("5 zł", "PLN"),
        ("SUM", None),
        ("5 kr", None),
    ],
)
def test_currencies_are_known_by_code_or_sign(text: str, expected: str | None):
    assert currency(text) == expected


@given(
    data=damaged(SHOPIFY.read_bytes())
    | damaged(WOO.read_bytes())
    | damaged(GERMAN.read_bytes())
    | st.binary(max_size=200)
)
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "orders.csv", data, ReadOptions())
