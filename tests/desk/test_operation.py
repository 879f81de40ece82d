"""What declaring an operation promises: who may, one transaction, one audit row, nothing left of what failed."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import insert, select

from convo import clock
from convo.desk.desk import Desk
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, NotAllowed
from convo.model import tables
from convo.model.words import Role
from tests.desk.acting import acting, audited, operator
from tests.intake.saying import mail, rows, take


class Shelf(Operations):
    """Operations made up for these tests, on teams."""

    def _put(self, name: str) -> None:
        self.connection.execute(insert(tables.team), {"name": name, "created_at": clock.now()})

    @operation(Role.AGENT, writes=True)
    def put(self, name: str, words: str = "") -> None:
        """Put something down without saying so."""
        self._put(name)

    @operation(Role.AGENT, writes=True)
    def put_and_tell(self, name: str) -> None:
        """Put something down and record it."""
        self._put(name)
        self.record("team", 7, {"name": ""}, {"name": name})

    @operation(Role.AGENT, writes=True)
    def put_two(self, first: str, second: str) -> None:
        """Two in one."""
        self.put_and_tell(first)
        self.put(second)

    @operation(Role.AGENT, writes=True)
    def put_and_fail(self, name: str) -> None:
        """Put something down, say so, and give up."""
        self.put_and_tell(name)
        raise BadInput("no")

    @operation(Role.AGENT, writes=True)
    def put_in_spite(self, name: str, failing: str) -> None:
        """Go on where an inner one failed."""
        self._put(name)
        with pytest.raises(BadInput):
            self.put_and_fail(failing)

    @operation(Role.VIEWER)
    def names(self) -> tuple[str, ...]:
        """What is there."""
        return tuple(self.connection.execute(select(tables.team.c.name).order_by(tables.team.c.id)).scalars())

    @operation(Role.AGENT, batches=True)
    def one_by_one(self) -> Iterator[tuple[str, str]]:
        """A generator: the name, and what is running while it is read."""
        for name in self.names():
            yield name, self.desk.running


def test_a_viewer_cannot_write_and_learns_whom_to_ask(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.operators.add("vera", role="viewer")
    viewer = acting(desk, "vera", Role.VIEWER)
    before = audited(desk)
    with pytest.raises(NotAllowed, match="vera is viewer") as caught:
        viewer.threads.close(1)
    assert "threads.close takes agent" in caught.value.message
    assert int(caught.value.exit_code) == 4
    assert "admin" in caught.value.hint
    assert viewer.threads.list().items[0].status == "open"
    assert audited(desk) == before


def test_every_writing_operation_but_saying_where_one_is_is_closed_to_viewers(desk: Desk) -> None:
    viewer = acting(desk, "vera", Role.VIEWER)
    groups = [name for name in dir(Desk) if not name.startswith("_") and isinstance(getattr(viewer, name), Operations)]
    assert {"threads", "customers", "rules", "imports", "stores"} <= set(groups)
    tried, free = 0, set()
    for group in groups:
        found = getattr(viewer, group)
        for name in dir(type(found)):
            declared = getattr(getattr(type(found), name), "declaration", None)
            if declared is not None and declared.writes and declared.role is Role.VIEWER:
                free.add(f"{group}.{name}")
            elif declared is not None and declared.writes:
                tried += 1
                with pytest.raises(NotAllowed):
                    getattr(found, name)()
    assert tried > 40
    assert free == {"presence.touch", "presence.stay", "presence.leave"}


def test_an_agent_does_not_do_what_takes_an_admin(desk: Desk) -> None:
    agent = operator(desk, "marta", role="agent")
    with pytest.raises(NotAllowed):
        agent.operators.add("ben")
    agent.snippets.add("hi", "Hello")


def test_a_writing_operation_leaves_who_what_when_before_and_after(desk: Desk, frozen_now: datetime) -> None:
    Shelf(acting(desk, "marta", Role.AGENT)).put_and_tell("north")
    (row,) = audited(desk)
    assert (row.at, row.actor, row.operation) == (frozen_now, "marta", "shelf.put_and_tell")
    assert (row.entity, row.entity_id, row.before, row.after) == ("team", 7, {"name": ""}, {"name": "north"})


def test_one_that_records_nothing_leaves_its_name_and_arguments_cut_short(desk: Desk) -> None:
    Shelf(desk).put("north", words="\x00\ud800" + "x" * 1000)
    (row,) = audited(desk)
    assert row.operation == "shelf.put"
    assert row.after == {"name": "north", "words": "\ufffd\ufffd" + "x" * 198 + "…"}


def test_operations_inside_one_leave_one_row_named_after_the_outer(desk: Desk) -> None:
    Shelf(desk).put_two("north", "south")
    assert Shelf(desk).names() == ("north", "south")
    assert [row.operation for row in audited(desk)] == ["shelf.put_two"]


def test_a_failed_operation_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(BadInput):
        Shelf(desk).put_and_fail("north")
    assert Shelf(desk).names() == ()
    assert audited(desk) == ()
    assert desk.running == ""


def test_what_failed_inside_another_is_taken_back_although_the_other_goes_on(desk: Desk) -> None:
    Shelf(desk).put_in_spite("north", "south")
    assert Shelf(desk).names() == ("north",)
    (row,) = audited(desk)
    assert (row.operation, row.after) == ("shelf.put_in_spite", {"name": "north", "failing": "south"})


def test_reading_leaves_no_row(desk: Desk) -> None:
    Shelf(desk).names()
    assert rows(desk.store, "audit") == []


def test_a_generator_asks_for_the_role_when_it_is_called(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        Shelf(acting(desk, "vera", Role.VIEWER)).one_by_one()


def test_a_generator_runs_only_while_it_makes_an_item(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.teams.add(name)
    items = Shelf(desk).one_by_one()
    assert next(items) == ("a", "shelf.one_by_one")
    assert desk.running == ""
    desk.teams.add("d")
    assert audited(desk)[-1].operation == "teams.add"
    assert [name for name, _ in items] == ["b", "c"]
    assert desk.running == ""


def test_a_generator_that_would_outlive_its_transaction_cannot_be_declared() -> None:
    def endless(self: Operations) -> Iterator[int]:
        yield 1

    with pytest.raises(TypeError, match="batches"):
        operation(Role.VIEWER)(endless)


def test_one_desk_acts_as_the_operator_of_its_name_whatever_the_case(desk: Desk) -> None:
    from convo.desk.desk import open_desk
    from convo.errors import NotFound

    desk.operators.add("Ángel", role="viewer")
    place = str(desk.store.location.path or desk.store.location.url)
    with open_desk(place, operator="áNGEL", create=False) as other:
        assert (other.actor.name, other.actor.role) == ("Ángel", Role.VIEWER)
    desk.operators.remove("Ángel")
    with pytest.raises(NotFound, match="no operator 'Ángel'"):
        open_desk(place, operator="Ángel", create=False)
