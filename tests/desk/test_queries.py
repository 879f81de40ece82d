"""Saved queries: a query under a name, checked when it is saved."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound, QueryError
from tests.desk.acting import audited


def test_a_query_is_saved_under_a_name_and_saved_again_in_its_place(desk: Desk) -> None:
    first = desk.queries.save("Late", " is:open waiting:>2d ")
    assert (first.name, first.query) == ("Late", "is:open waiting:>2d")
    again = desk.queries.save("late", "is:open")
    assert (again.id, again.name, again.query) == (first.id, "Late", "is:open")
    assert [view.query for view in desk.queries.list()] == ["is:open"]
    row = audited(desk)[-1]
    assert (row.before, row.after) == ({"query": "is:open waiting:>2d"}, {"query": "is:open"})


def test_one_save_leaves_one_row_in_the_audit(desk: Desk) -> None:
    desk.queries.save("late", "is:open")
    assert [row.operation for row in audited(desk)] == ["queries.save"]


def test_a_query_that_cannot_be_asked_is_not_saved(desk: Desk) -> None:
    with pytest.raises(QueryError):
        desk.queries.save("x", "(a")
    for name, query in (("x", " "), ("", "a"), ("x" * 65, "a"), ("a\nb", "a")):
        with pytest.raises(BadInput):
            desk.queries.save(name, query)
    assert desk.queries.list() == ()


def test_what_no_store_can_hold_is_replaced(desk: Desk) -> None:
    assert "\x00" not in desk.queries.save("x", "a\x00b OR c\ud800").query


def test_a_query_is_forgotten(desk: Desk) -> None:
    desk.queries.save("late", "is:open")
    desk.queries.remove("LATE")
    assert desk.queries.list() == ()
    for ask in (desk.queries.show, desk.queries.remove):
        with pytest.raises(NotFound):
            ask("late")
