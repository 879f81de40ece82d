"""The audit log: who did what to which, the newest first."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput
from tests.desk.acting import operator
from tests.intake.saying import mail, take


def test_what_was_done_is_listed_newest_first_in_pages(desk: Desk) -> None:
    for name in ("a", "b", "c", "d", "e"):
        desk.teams.add(name)
    found, after = [], None
    for _ in range(100):
        page = desk.audit.list(after=after, limit=2)
        found += [(row.after or {})["name"] for row in page.items]
        if page.next is None:
            break
        after = page.next
        desk.teams.add(f"meanwhile {len(found)}")
    assert found == ["e", "d", "c", "b", "a"]
    with pytest.raises(BadInput):
        desk.audit.list(limit=1001)


def test_one_thing_or_one_kind_of_things_is_asked_for(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 1))
    desk.threads.close(1)
    desk.threads.close(2)
    desk.threads.reopen(1)
    desk.teams.add("workshop")
    assert [row.operation for row in desk.audit.list(entity="thread", entity_id=1).items] == [
        "threads.reopen",
        "threads.close",
    ]
    assert len(desk.audit.list(entity="thread").items) == 3
    assert desk.audit.list(entity="nothing").items == ()


def test_each_row_names_who_acted(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    operator(desk, "marta").threads.close(1)
    desk.threads.reopen(1)
    assert [row.actor for row in desk.audit.list(entity="thread").items] == ["tester", "marta"]
    row = desk.audit.list(entity="thread").items[1]
    assert (row.before, row.after) == ({"status": "open"}, {"status": "resolved"})
