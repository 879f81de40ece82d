"""Operations on rules: kept in order, each with a query that parses and actions of a known form."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from convo import clock
from convo.desk.actions import check_actions, check_trigger
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import RuleView
from convo.model.words import Role


class Rules(Operations):
    """When a query matches a message, do these actions."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[RuleView, ...]:
        """All rules in the order in which they are tried."""
        rule = tables.rule
        return tuple(_view(row) for row in self.connection.execute(select(rule).order_by(rule.c.position, rule.c.id)))

    @operation(Role.VIEWER)
    def show(self, name: str) -> RuleView:
        """A rule; raises NotFound."""
        return self._view(self._id(name))

    @operation(Role.ADMIN, writes=True)
    def add(
        self,
        name: str,
        query: str,
        actions: Sequence[str],
        *,
        trigger: str = "message received",
        position: int | None = None,
        enabled: bool = True,
    ) -> RuleView:
        """Add a rule, last or at a position; raises QueryError, BadInput for an action that is none, and Conflict."""
        rule = tables.rule
        values = _checked(query=query, actions=actions, trigger=trigger)
        last = self.connection.execute(select(func.max(rule.c.position))).scalar() or 0
        values |= {
            "name": free_name(self.connection, rule, name, "rule"),
            "position": last + 1,
            "enabled": enabled,
            "created_at": clock.now(),
        }
        number = self.connection.execute(insert(rule).returning(rule.c.id), values).scalar_one()
        if position is not None:
            self._place(number, position)
        view = self._view(number)
        self.record("rule", number, after={"name": view.name, "query": view.query, "actions": [*view.actions]})
        return view

    @operation(Role.ADMIN, writes=True)
    def edit(
        self,
        rule: str,
        *,
        name: str | None = None,
        query: str | None = None,
        actions: Sequence[str] | None = None,
        trigger: str | None = None,
    ) -> RuleView:
        """Change what is given of a rule; raises NotFound, QueryError, BadInput and Conflict."""
        number = self._id(rule)
        values = _checked(query=query, actions=actions, trigger=trigger)
        if name is not None:
            values["name"] = free_name(self.connection, tables.rule, name, "rule", besides=number)
        return self._change(number, values)

    @operation(Role.ADMIN, writes=True)
    def move(self, name: str, position: int) -> RuleView:
        """Put a rule at a position, 1 the first; raises NotFound, and BadInput for a position below 1."""
        number = self._id(name)
        before = self._view(number)
        self._place(number, position)
        after = self._view(number)
        self.record("rule", number, {"position": before.position}, {"position": after.position})
        return after

    @operation(Role.ADMIN, writes=True)
    def enable(self, name: str) -> RuleView:
        """Let a rule act; raises NotFound."""
        return self._change(self._id(name), {"enabled": True})

    @operation(Role.ADMIN, writes=True)
    def disable(self, name: str) -> RuleView:
        """Keep a rule from acting; raises NotFound."""
        return self._change(self._id(name), {"enabled": False})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Forget a rule; raises NotFound."""
        number = self._id(name)
        before = self._view(number)
        self.connection.execute(delete(tables.rule).where(tables.rule.c.id == number))
        self._place(None, 1)
        self.record("rule", number, {"name": before.name, "query": before.query, "actions": [*before.actions]})

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.rule, name, "rule")

    def _view(self, number: int) -> RuleView:
        return _view(self.connection.execute(select(tables.rule).where(tables.rule.c.id == number)).one())

    def _change(self, number: int, values: dict[str, Any]) -> RuleView:
        before = self._view(number)
        self.connection.execute(update(tables.rule).where(tables.rule.c.id == number).values(**values))
        old = {name: getattr(before, name) for name in values}
        self.record("rule", number, {k: [*v] if isinstance(v, tuple) else v for k, v in old.items()}, values)
        return self._view(number)

    def _place(self, number: int | None, position: int) -> None:
        """Number all rules from 1 on, with one of them at a position."""
        if position < 1:
            raise BadInput(f"{position} is no position", hint="1 is the first")
        rule = tables.rule
        order = [
            found
            for found in self.connection.execute(select(rule.c.id).order_by(rule.c.position, rule.c.id)).scalars()
            if found != number
        ]
        if number is not None:
            order.insert(position - 1, number)
        for place, found in enumerate(order, 1):
            self.connection.execute(update(rule).where(rule.c.id == found).values(position=place))


def _view(row: Any) -> RuleView:
    return RuleView(row.id, row.position, row.name, row.trigger, row.query, tuple(row.actions), row.enabled)


def _checked(*, query: str | None, actions: Sequence[str] | None, trigger: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if query is not None:
        from convo.query.parse import parse

        parse(query)
        values["query"] = query
    if actions is not None:
        values["actions"] = check_actions(actions)
    if trigger is not None:
        values["trigger"] = check_trigger(trigger)
    return values
