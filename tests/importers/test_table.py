"""Any table: mapped by its names or by the user, and refused with the flags to use when neither is plain."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.mapping import check_mapping, propose_mapping
from convo.importers.table import IMPORTER
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Skipped, Unreadable
from convo.model.words import Direction, EventKind
from tests.importers.mutations import DATA, damaged, survived
from tests.shared_data import shared

TABLE = DATA / "messages.csv"


def read(path: Path, **options: Any) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions(**options)))


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text)
    return path


def test_columns_with_plain_names_need_no_mapping():
    first, reply, note = read(TABLE)
    assert isinstance(first, Envelope)
    assert first.customer == (Handle("email", "ana@example.org", "Ana"),)
    assert (first.text, first.subject, first.tags) == ("Is the R7 in stock?\nAna", "R7", ("wheel", "urgent"))
    assert first.attributes == {"city": "Sevilla"}
    assert (first.place, first.channel) == ("line 2", None)
    assert [item.direction for item in (reply, note) if isinstance(item, Envelope)] == [
        Direction.OUTBOUND,
        Direction.NOTE,
    ]


def test_a_mapping_says_which_column_is_which(tmp_path: Path):
    path = table(tmp_path, "Kontakt|Wann|Was|Nr\nana@example.org|31.12.2022 22:05|Hallo|7\n")
    mapping = {"customer.email": "Kontakt", "date": "Wann", "text": "Was", "thread": "Nr", "customer.attr.nr": "Nr"}
    [item] = read(path, mapping=mapping)
    assert isinstance(item, Envelope)
    assert (item.text, item.thread_key, item.attributes) == ("Hallo", "7", {"nr": "7"})
    assert item.sent_at.isoformat() == "2022-12-31T22:05:00+00:00"


def test_events_come_of_an_event_column_or_of_an_amount_without_text(tmp_path: Path):
    path = table(
        tmp_path,
        'Email,Date,Event,Title,Amount\na@b.example,2023-07-20,visit,Came by,\na@b.example,2023-07-20,,,"1.234,50 €"\n',
    )
    visit, purchase = read(path)
    assert isinstance(visit, EventEnvelope)
    assert (visit.kind, visit.title, visit.amount_milli) == (EventKind.VISIT, "Came by", None)
    assert isinstance(purchase, EventEnvelope)
    assert (purchase.kind, purchase.amount_milli, purchase.currency) == (EventKind.PURCHASE, 1_234_500, "EUR")


def test_what_is_missing_is_told_with_the_columns_and_the_flags_to_use(tmp_path: Path):
    path = table(tmp_path, "Who,Sent at,What was said\nana@example.org,2023-07-20,Hi\n")
    with pytest.raises(BadInput) as caught:
        read(path)
    assert caught.value.message == (
        "table.csv: no column is plainly the customer's e-mail address or phone number or the text; "
        "the columns are Who, Sent at, What was said"
    )
    assert caught.value.hint == "say which is which: --map customer.email=COLUMN --map 'date=Sent at' --map text=COLUMN"


def test_an_unknown_field_or_column_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as caught:
        check_mapping({"customer.emial": "Email"}, ["Email"])
    assert "did you mean customer.email" in caught.value.hint
    with pytest.raises(BadInput) as caught:
        check_mapping({"customer.email": "Emial"}, ["Email", "Date"])
    assert caught.value.hint == "did you mean 'Email'?"
    check_mapping({"customer.attr.shoe size": "Size", "customer.telegram": "T"}, ["Size", "T"])


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["E-Mail", "Datum", "Nachricht", "Betreff"], ["customer.email", "date", "text", "subject"]),
        (["Teléfono", "Fecha", "Mensaje"], ["customer.phone", "date", "text"]),
        (["Courriel", "Date d'envoi", "Contenu"], ["customer.email", "date", "text"]),
        (["Cellulare", "Data", "Messaggio"], ["customer.phone", "date", "text"]),
        (
            ["customer.matrix", "date", "text", "Customer.Attr.City"],
            ["customer.matrix", "date", "text", "customer.attr.City"],
        ),
        (["red", "green"], []),
    ],
)
def test_mappings_are_proposed_in_five_languages(columns: list[str], expected: list[str]):
    proposed = propose_mapping(columns)
    assert {proposed[field]: field for field in proposed} == dict(zip(columns, expected, strict=False))


def test_every_bad_row_says_what_is_wrong_with_it(tmp_path: Path):
    path = table(
        tmp_path,
        "Email,Date,Text,Direction\n,2023-07-20,Hi,\na@b.example,,Hi,\na@b.example,9999-01-01,Hi,\n"
        "a@b.example,2023-07-20,Hi,sideways\na@b.example,2023-07-20,,\na@b.example,2023-07-20\n",
    )
    items = read(path)
    assert [item.reason for item in items if isinstance(item, Unreadable)] == [
        "line 2 has a customer without any of "
        "email, phone, telegram, whatsapp, messenger, slack, matrix, web, external",
        "line 3 has no date",
        "line 4 has a date outside 1970 to today: '9999-01-01'",
        "line 5 has an unknown direction 'sideways'; say in, out or note",
        "line 7 has 2 cells where the header has 4",
    ]
    assert [item.reason for item in items if isinstance(item, Skipped)] == ["an empty message"]
    assert items[0].raw == b",2023-07-20,Hi,\n"  # type: ignore[union-attr]


def test_an_address_too_long_to_be_one_is_refused_and_never_cut(tmp_path: Path):
    [item] = read(table(tmp_path, f"Email,Date,Text\n{'a' * 600}@b.example,2023-07-20,Hi\n"))
    assert isinstance(item, Unreadable)
    assert item.reason == "line 2 has more than 500 characters in its email"


def test_purchases_of_a_real_shop_are_read_through_a_mapping(tmp_path: Path):
    lines = shared("cdnow/CDNOW_master.txt").read_text().splitlines()[:200]
    path = table(tmp_path, "\n".join(",".join(line.split()) for line in lines))
    items = read(path, mapping={"customer.external": "customer_id", "date": "date", "amount": "dollar_value"})
    assert len(items) == 199
    assert all(isinstance(item, EventEnvelope) and item.kind is EventKind.PURCHASE for item in items)
    assert isinstance(items[0], EventEnvelope)
    assert (items[0].amount_milli, items[0].at.date().isoformat()) == (11_770, "1997-01-01")


@given(data=damaged(TABLE.read_bytes()) | st.binary(max_size=200))
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "table.csv", data, ReadOptions())
