"""Suggestions of who may be one person."""

import csv
from collections.abc import Callable
from itertools import combinations, product

import pytest
from sqlalchemy import insert

from convo import clock
from convo.desk.desk import Desk
from convo.desk.duplicate_blocks import candidate_pairs
from convo.desk.duplicate_people import make_person
from convo.desk.duplicates import find_duplicates
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import DuplicateView
from convo.store.store import Store
from tests.shared_data import shared


def pairs(desk: Desk, minimum: float = 0.6) -> dict[tuple[int, int], DuplicateView]:
    return {(pair.first_id, pair.second_id): pair for pair in desk.customers.duplicates(minimum=minimum)}


def test_two_addresses_and_a_shortened_name_are_one_person_with_the_reasons(desk: Desk) -> None:
    first = desk.customers.add("Ann Smithson", identities=[("email", "ann.smithson@example.org")]).id
    second = desk.customers.add("A. Smithson", identities=[("email", "Ann.Smithson@web.example")]).id
    desk.customers.add("Bob Jones", identities=[("email", "bob.jones@example.org")])
    found = pairs(desk)
    assert list(found) == [(first, second)]
    view = found[first, second]
    assert (view.first_name, view.second_name) == ("Ann Smithson", "A. Smithson")
    assert view.reasons == ("the same name in two addresses: ann.smithson@example.org and @web.example",)
    assert 0.9 < view.score <= 1


def test_a_number_among_the_attributes_is_the_number_of_another(desk: Desk) -> None:
    first = desk.customers.add("Ann Smithson", identities=[("phone", "+34 600 111 222")]).id
    second = desk.customers.add("Anne Smithson").id
    desk.customers.set_attributes(second, {"mobile": "600-111-222"})
    view = pairs(desk)[first, second]
    assert view.reasons == ("similar names: 'Ann Smithson' and 'Anne Smithson'", "the same phone number: …600111222")
    assert view.score > 0.95


def test_an_address_mistyped_by_a_letter_is_suggested(desk: Desk) -> None:
    first = desk.customers.add("Grzegorz", identities=[("email", "brzeczyszczykiewicz@example.org")]).id
    second = desk.customers.add("G.", identities=[("email", "brzeczyszczykiewcz@example.org")]).id
    assert (first, second) in pairs(desk, 0.3)


@pytest.mark.parametrize("name", ["Ann Smithson", "SMITHSON, Ann", "Änn Smithson"])
def test_the_same_name_alone_is_a_suggestion_and_no_certainty(desk: Desk, name: str) -> None:
    first, second = desk.customers.add("Ann Smithson").id, desk.customers.add(name).id
    view = pairs(desk)[first, second]
    assert view.reasons == ("the same name",)
    assert view.score < 0.9


def test_a_family_at_one_address_is_not_one_person(desk: Desk) -> None:
    for name in ("Anna Schmidt", "Bernd Schmidt"):
        number = desk.customers.add(name).id
        desk.customers.set_attributes(number, {"street": "Hauptstr. 5", "postcode": "10115", "city": "Berlin"})
    assert pairs(desk) == {}


def test_a_shared_handle_and_an_office_are_no_reason(desk: Desk) -> None:
    first = desk.customers.add("Ann One", identities=[("email", "info@one.example")]).id
    desk.customers.add_identity(first, "phone", "+34600111222", shared=True)
    second = desk.customers.add("Bob Two", identities=[("email", "info@two.example")]).id
    desk.customers.set_attributes(second, {"phone": "+34600111222"})
    assert pairs(desk, 0) == {}


def test_what_almost_everybody_has_is_no_reason(desk: Desk) -> None:
    syllables = ["ba", "lo", "mi", "tu", "re", "ka", "zo", "ni"]
    for first, last in product(syllables, syllables):
        customer = desk.customers.add(f"{first * 3} {last}{first}{last}").id
        desk.customers.set_attributes(customer, {"plan": "basic"})
    assert not any("the same plan: basic" in view.reasons for view in desk.customers.duplicates(limit=1000, minimum=0))
    assert pairs(desk) == {}


def test_nobody_is_merged_by_it_and_merged_ones_are_not_suggested(desk: Desk) -> None:
    first, second = desk.customers.add("Ann Smithson").id, desk.customers.add("Ann Smithson").id
    assert len(pairs(desk)) == 1
    assert desk.customers.show(second).merged_into is None
    desk.customers.merge(first, second)
    assert pairs(desk) == {}


def test_the_surest_come_first_and_only_as_many_as_asked(desk: Desk) -> None:
    for name in ("Ann Smithson", "Ann Smithson", "Ann Smithsen"):
        desk.customers.add(name, identities=[])
    desk.customers.set_attributes(1, {"born": "1980-02-03"})
    desk.customers.set_attributes(2, {"born": "1980-02-03"})
    found = desk.customers.duplicates(limit=2, minimum=0.1)
    assert len(found) == 2
    assert (found[0].first_id, found[0].second_id) == (1, 2)
    assert found[0].score > found[1].score
    with pytest.raises(BadInput):
        desk.customers.duplicates(minimum=2)
    with pytest.raises(BadInput):
        desk.customers.duplicates(limit=0)


def test_candidates_grow_as_the_customers_do_and_not_as_their_square() -> None:
    for size in (2_000, 8_000):
        people = [
            make_person(n, f"Name{n % (size // 4)} Other{n % (size // 3)}", [], {"plan": str(n % 3), "at": str(n // 2)})
            for n in range(size)
        ]
        assert size / 3 < sum(1 for _ in candidate_pairs(people)) < 5 * size


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("dataset1.csv", 0.995, 0.98), ("dataset3.csv", 0.995, 0.97)]
)
def test_the_people_of_febrl_are_found_again(
    sqlite_store: Store, name: str, precision: float, recall: float, record_property: Callable[[str, object], None]
) -> None:
    """Febrl's made-up people, each with up to five damaged copies; rec-N-org and rec-N-dup-K are one."""
    with shared(f"febrl/{name}").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    same: dict[str, list[int]] = {}
    people, attributes = [], []
    for number, row in enumerate(rows, 1):
        same.setdefault(row["rec_id"].split("-")[1], []).append(number)
        whole = f"{row['given_name']} {row['surname']}".strip()
        people.append({"id": number, "name": whole, "created_at": clock.now()})
        attributes += [
            {"customer_id": number, "name": column, "value": value}
            for column, value in row.items()
            if column not in ("rec_id", "given_name", "surname") and value
        ]
    true = {pair for numbers in same.values() for pair in combinations(numbers, 2)}
    with sqlite_store.write() as connection:
        connection.execute(insert(tables.customer), people)
        connection.execute(insert(tables.customer_attribute), attributes)
        views = find_duplicates(connection, limit=100_000, minimum=0.6)
    found = {(view.first_id, view.second_id) for view in views}
    right = len(found & true)
    measured = right / len(found), right / len(true)
    record_property("precision", measured[0])
    record_property("recall", measured[1])
    print(f"\n{name}: precision {measured[0]:.4f}, recall {measured[1]:.4f}")
    assert measured[0] >= precision
    assert measured[1] >= recall
