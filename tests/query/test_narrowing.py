"""One query narrowed by another: what the second says of a thread's status counts instead of what the first says."""

import pytest

from convo.errors import QueryError
from convo.model.inbox_views import NarrowedQuery
from convo.query.narrowing import narrowed
from convo.query.parse import parse


@pytest.mark.parametrize(
    ("query", "by", "both", "instead_of"),
    [
        ("is:open", "is:resolved", "is:resolved", "is:open"),
        ("is:open assignee:me", "is:resolved", "(assignee:me) (is:resolved)", "is:open"),
        (
            'is:open team:"night shift"',
            "status:pending,snoozed",
            '(team:"night shift") (status:pending,snoozed)',
            "is:open",
        ),
        ("is:snoozed", "tag:vip OR is:open", "tag:vip OR is:open", "is:snoozed"),
        ("-is:resolved tag:a", "-(is:snoozed tag:b)", "(tag:a) (-(is:snoozed tag:b))", "-is:resolved"),
        ("(is:open OR status:pending) tag:a", "is:resolved", "(tag:a) (is:resolved)", "is:open OR status:pending"),
        ("(is:open OR tag:a) tag:b", "is:resolved", "((is:open OR tag:a) tag:b) (is:resolved)", ""),
        ("is:open", "is:unread tag:resolved", "(is:open) (is:unread tag:resolved)", ""),
        ("due:<1h", "is:resolved", "(due:<1h) (is:resolved)", ""),
        ("", "is:resolved", "is:resolved", ""),
        ("is:open", " ", "is:open", ""),
    ],
)
def test_a_status_gives_way_to_another_and_all_else_stays(query: str, by: str, both: str, instead_of: str) -> None:
    found = narrowed(query, by)
    assert found == NarrowedQuery(both, instead_of)
    parse(found.query)


def test_what_makes_no_sense_is_told_where_it_was_written() -> None:
    with pytest.raises(QueryError) as refused:
        narrowed("is:open", "is:closed")
    assert refused.value.query == "is:closed"
