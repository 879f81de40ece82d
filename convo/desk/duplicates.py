"""Suggests which customers may be one person, with how sure that is and why; it merges nobody."""

import heapq
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from convo.desk.duplicate_blocks import candidate_pairs
from convo.desk.duplicate_candidates import candidates, population
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


def duplicates_of(connection: Connection, customer: int, *, limit: int, minimum: float) -> tuple[DuplicateView, ...]:
    """The surest customers whom this one may be as well, as `find_duplicates` finds them, without looking at all.

    The customer is the first of each pair. Names that differ in the accents of their beginnings may be missed.
    """
    own = next(_people(connection, [customer]), None)
    if own is None:
        return ()
    attribute = tables.customer_attribute
    told = select(attribute.c.name, attribute.c.value).where(attribute.c.customer_id == customer)
    raw = {row.name: row.value for row in connection.execute(told)}
    others = list(_people(connection, candidates(connection, own, raw)))
    if not others:
        return ()
    scale = Scale([own, *others], population(connection, own, raw))
    found: list[tuple[float, int, Person, tuple[str, ...]]] = []
    for other in others:
        if scale.worth_comparing(own, other):
            score, reasons = scale.compare(own, other)
            if score >= minimum and reasons:
                found.append((-score, other.id, other, reasons))
    return tuple(
        DuplicateView(own.id, own.name, other.id, other.name, round(-score, 3), reasons)
        for score, _, other, reasons in heapq.nsmallest(limit, found)
    )


def _people(connection: Connection, among: Sequence[int] | None = None) -> Iterator[Person]:
    """All customers who stand for themselves, or those of them in `among`, by number, with handles and attributes."""
    customer, identity, attribute = tables.customer, tables.identity, tables.customer_attribute
    handles: dict[int, list[tuple[str, str]]] = {}
    rows = select(identity.c.customer_id, identity.c.kind, identity.c.value).where(identity.c.shared.is_(False))
    told = select(attribute.c.customer_id, attribute.c.name, attribute.c.value)
    alive = select(customer.c.id, customer.c.name).where(customer.c.merged_into_id.is_(None))
    if among is not None:
        rows = rows.where(identity.c.customer_id.in_(among))
        told = told.where(attribute.c.customer_id.in_(among))
        alive = alive.where(customer.c.id.in_(among))
    for owner, kind, value in connection.execute(rows.order_by(identity.c.id)):
        handles.setdefault(owner, []).append((kind, value))
    attributes: dict[int, dict[str, str]] = {}
    for owner, name, value in connection.execute(told):
        attributes.setdefault(owner, {})[name] = value
    for number, name in connection.execute(alive.order_by(customer.c.id)):
        yield make_person(number, name, handles.get(number, ()), attributes.get(number, {}))
