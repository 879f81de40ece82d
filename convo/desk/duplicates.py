"""Suggests which customers may be one person, with how sure that is and why; it merges nobody."""

import heapq
from collections.abc import Iterator

from sqlalchemy import Connection, select

from convo.desk.duplicate_blocks import candidate_pairs
from convo.desk.duplicate_people import Person, make_person
from convo.desk.duplicate_scores import Scale
from convo.model import tables
from convo.model.views import DuplicateView


def find_duplicates(connection: Connection, *, limit: int, minimum: float) -> tuple[DuplicateView, ...]:
    """The surest pairs of customers who may be one, at most `limit`, none below `minimum` (0..1).

    Only customers who have something in common are compared, and nothing that very many have in common counts, so the
    time grows about as the number of customers does.
    """
    people = list(_people(connection))
    scale = Scale(people)
    found: list[tuple[float, int, int, tuple[str, ...]]] = []
    for one, other in candidate_pairs(people):
        if not scale.worth_comparing(people[one], people[other]):
            continue
        score, reasons = scale.compare(people[one], people[other])
        if score >= minimum and reasons:
            found.append((-score, one, other, reasons))
    return tuple(
        DuplicateView(people[one].id, people[one].name, people[other].id, people[other].name, round(-score, 3), reasons)
        for score, one, other, reasons in heapq.nsmallest(limit, found)
    )


def _people(connection: Connection) -> Iterator[Person]:
    """All customers who stand for themselves, by number, with their own handles and attributes."""
    customer, identity, attribute = tables.customer, tables.identity, tables.customer_attribute
    handles: dict[int, list[tuple[str, str]]] = {}
    rows = select(identity.c.customer_id, identity.c.kind, identity.c.value).where(identity.c.shared.is_(False))
    for owner, kind, value in connection.execute(rows.order_by(identity.c.id)):
        handles.setdefault(owner, []).append((kind, value))
    attributes: dict[int, dict[str, str]] = {}
    for owner, name, value in connection.execute(select(attribute.c.customer_id, attribute.c.name, attribute.c.value)):
        attributes.setdefault(owner, {})[name] = value
    alive = select(customer.c.id, customer.c.name).where(customer.c.merged_into_id.is_(None)).order_by(customer.c.id)
    for number, name in connection.execute(alive):
        yield make_person(number, name, handles.get(number, ()), attributes.get(number, {}))
