"""Operations on rules: kept, checked and put in order here; they are run elsewhere."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.desk.rule_actions import TRIGGERS, check_actions
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import RuleView
from convo.model.words import Role
from convo.text import clean


class Rules(Operations):
    """What to do when a query matches a message; rules run in the order of their positions, 1 first."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[RuleView, ...]:
        """The rules in their order."""
        rule = tables.rule
        rows = self.connection.execute(select(rule).order_by(rule.c.position, rule.c.id)).all()
        return tuple(
            RuleView(row.id, row.position, row.name, row.trigger, row.query, tuple(row.actions), row.enabled)
            for row in rows
        )

    @operation(Role.VIEWER)
    def show(self, name: str) -> RuleView:
        """A rule; raises NotFound."""
        number = self._id(name)
        return next(view for view in self.list() if view.id == number)

    @operation(Role.ADMIN, writes=True)
    def add(
        self,
        name: str,
        query: str,
        actions: Sequence[str],
        *,
        trigger: str = TRIGGERS[0],
        position: int | None = None,
        enabled: bool = True,
    ) -> RuleView:
        """Make a rule, the last one unless a position is given; later ones make room.

        Raises QueryError for a query that does not parse, BadInput for an action or trigger that is none, Conflict when
        the name is taken.
        """
        rule = tables.rule
        values = _values(query, actions, trigger)
        last = self.connection.execute(select(func.count()).select_from(rule)).scalar_one() + 1
        form = free_name(self.connection, rule, name, "rule")
        row = values | {"name": form, "position": last, "enabled": enabled, "created_at": clock.now()}
        made = self.connection.execute(insert(rule).returning(rule.c.id), row).scalar_one()
        if position is not None:
            self._put(made, position)
        view = self.show(form)
        self.record("rule", made, after=_told(view))
        return view

    @operation(Role.ADMIN, writes=True)
    def edit(
        self,
        name: str,
        *,
        query: str | None = None,
        actions: Sequence[str] | None = None,
        trigger: str | None = None,
    ) -> RuleView:
        """Change what is given; raises NotFound, QueryError, BadInput."""
        return self._changed(name, _values(query, actions, trigger))

    @operation(Role.ADMIN, writes=True)
    def move(self, name: str, position: int) -> RuleView:
        """Put a rule at another place, 1 being the first; the others close up; raises NotFound, BadInput."""
        before = self.show(name)
        self._put(before.id, position)
        view = self.show(name)
        self.record("rule", view.id, {"position": before.position}, {"position": view.position})
        return view

    @operation(Role.ADMIN, writes=True)
    def enable(self, name: str) -> RuleView:
        """Switch a rule on; raises NotFound."""
        return self._changed(name, {"enabled": True})

    @operation(Role.ADMIN, writes=True)
    def disable(self, name: str) -> RuleView:
        """Switch a rule off; raises NotFound."""
        return self._changed(name, {"enabled": False})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Remove a rule; the others close up; raises NotFound."""
        view = self.show(name)
        self.connection.execute(delete(tables.rule).where(tables.rule.c.id == view.id))
        self._number([other.id for other in self.list()])
        self.record("rule", view.id, _told(view))

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.rule, name, "rule")

    def _changed(self, name: str, values: dict[str, Any]) -> RuleView:
        before = self.show(name)
        if values:
            rule = tables.rule
            self.connection.execute(update(rule).where(rule.c.id == before.id).values(**values))
        view = self.show(name)
        self.record("rule", view.id, _told(before), _told(view))
        return view

    def _put(self, number: int, position: int) -> None:
        order = [view.id for view in self.list() if view.id != number]
        if not 1 <= position <= len(order) + 1:
            raise BadInput(f"there is no place {position} among {len(order) + 1} rules", hint="1 is the first")
        order.insert(position - 1, number)
        self._number(order)

    def _number(self, order: Sequence[int]) -> None:
        rule = tables.rule
        for position, number in enumerate(order, 1):
            self.connection.execute(update(rule).where(rule.c.id == number).values(position=position))


def _values(query: str | None, actions: Sequence[str] | None, trigger: str | None) -> dict[str, Any]:
    """The columns of what is given, checked."""
    values: dict[str, Any] = {}
    if query is not None:
        from convo.query.parse import parse

        values["query"] = clean(query).strip()
        parse(values["query"])
    if actions is not None:
        values["actions"] = check_actions(actions)
    if trigger is not None:
        form = " ".join(trigger.casefold().split())
        if form not in TRIGGERS:
            raise BadInput(f"{trigger[:40]!r} triggers no rule", hint="one of: " + ", ".join(TRIGGERS))
        values["trigger"] = form
    return values


def _told(view: RuleView) -> dict[str, Any]:
    return {
        "name": view.name,
        "position": view.position,
        "trigger": view.trigger,
        "query": view.query,
        "actions": list(view.actions),
        "enabled": view.enabled,
    }
