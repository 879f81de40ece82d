"""Operations on rules: kept, checked and put in order here; `desk.routing` runs them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.routing_views import RuleChangeView, RuleFindingView
from convo.model.views import RuleView
from convo.model.words import Role

if TYPE_CHECKING:
    from datetime import datetime

    from convo.desk.rule_form import Checker


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
        trigger: str = "message received",
        position: int | None = None,
        enabled: bool = True,
    ) -> RuleView:
        """Make a rule, the last one unless a position is given; later ones make room.

        Raises QueryError for a query that does not parse or contradicts itself, BadInput for an action or trigger that
        is none, names what is not there or contradicts another, Conflict when the name is taken.
        """
        from convo.desk.rule_form import RuleForm

        self._begin()
        rule = tables.rule
        form = self._checker().checked(RuleForm(name, query, tuple(actions), trigger, enabled))
        last = self.connection.execute(select(func.count()).select_from(rule)).scalar_one() + 1
        free = free_name(self.connection, rule, name, "rule")
        row = form.values | {"name": free, "position": last, "created_at": clock.now()}
        made = self.connection.execute(insert(rule).returning(rule.c.id), row).scalar_one()
        if position is not None:
            self._put(made, position)
        view = self.show(free)
        self._recorded(made, None, view)
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
        from convo.desk.rule_form import RuleForm

        self._begin()
        before = self.show(name)
        form = RuleForm(
            before.name,
            before.query if query is None else query,
            before.actions if actions is None else tuple(actions),
            before.trigger if trigger is None else trigger,
        )
        values = self._checker().checked(form).values
        given = {"query": query, "actions": actions, "trigger": trigger}
        return self._changed(name, {key: values[key] for key, value in given.items() if value is not None})

    @operation(Role.VIEWER)
    def export(self, name: str | None = None) -> str:
        """All rules as TOML, with the comments that came with them, or one rule; raises NotFound."""
        from convo.desk.rule_files import export_text

        return export_text(self.connection, None if name is None else self._id(name))

    @operation(Role.ADMIN, writes=True)
    def edit_text(self, name: str, text: str) -> RuleView:
        """Make a rule what a TOML of one rule says, its name included; raises NotFound, QueryError, BadInput."""
        from convo.desk.rule_files import read_rules

        self._begin()
        before = self.show(name)
        written = read_rules(text)
        if len(written.rules) != 1:
            raise BadInput(f"this holds {len(written.rules)} rules", hint="leave one [[rule]] and what is below it")
        form = written.rules[0].checked(self._checker())
        values = form.values | {"name": free_name(self.connection, tables.rule, form.name, "rule", besides=before.id)}
        return self._changed(name, values)

    @operation(Role.ADMIN, writes=True)
    def import_text(self, text: str, *, dry_run: bool = False) -> tuple[RuleChangeView, ...]:
        """Make the rules what a TOML says: all of them, in its order; what it changed, or with `dry_run` would change.

        All of it is done or nothing. Raises BadInput and QueryError that name the line and the rule.
        """
        from convo.desk.rule_importing import import_rules

        self._begin()
        changes = import_rules(self.connection, text, self._checker(), dry_run=dry_run)
        if changes and not dry_run:
            self._recorded(None, None, None, {change.rule: change.kind for change in changes})
        return changes

    @operation(Role.VIEWER)
    def check(self, *, since: "datetime | None" = None) -> tuple[RuleFindingView, ...]:
        """What is wrong with the rules, in their order: unreachable, contradictory, never matching and so on.

        With an instant (aware), the messages since then are asked as well: a rule that none of them matched is named.
        """
        from convo.desk.rule_checking import check_rules

        return check_rules(self.desk, self._checker(), since)

    @operation(Role.ADMIN, writes=True)
    def move(self, name: str, position: int) -> RuleView:
        """Put a rule at another place, 1 being the first; the others close up; raises NotFound, BadInput."""
        self._begin()
        before = self.show(name)
        self._put(before.id, position)
        view = self.show(name)
        self._recorded(view.id, before, view)
        return view

    @operation(Role.ADMIN, writes=True)
    def enable(self, name: str) -> RuleView:
        """Switch a rule on; raises NotFound."""
        self._begin()
        return self._changed(name, {"enabled": True})

    @operation(Role.ADMIN, writes=True)
    def disable(self, name: str) -> RuleView:
        """Switch a rule off; raises NotFound."""
        self._begin()
        return self._changed(name, {"enabled": False})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Remove a rule; the others close up; raises NotFound."""
        self._begin()
        view = self.show(name)
        firing = tables.rule_firing
        self.connection.execute(delete(firing).where(firing.c.rule_id == view.id))
        self.connection.execute(delete(tables.rule).where(tables.rule.c.id == view.id))
        self._number([other.id for other in self.list()])
        self._recorded(view.id, view, None)

    def _begin(self) -> None:
        from convo.desk.rule_loading import begin_change

        begin_change(self.connection)

    def _checker(self) -> "Checker":
        from convo.desk.rule_decisions import rule_context
        from convo.desk.rule_form import Checker

        return Checker(self.connection, rule_context(self.desk))

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.rule, name, "rule")

    def _changed(self, name: str, values: dict[str, Any]) -> RuleView:
        before = self.show(name)
        if values:
            rule = tables.rule
            self.connection.execute(update(rule).where(rule.c.id == before.id).values(**values))
        view = self.show(values.get("name", name))
        self._recorded(view.id, before, view)
        return view

    def _recorded(
        self, number: int | None, before: RuleView | None, after: RuleView | None, told: dict[str, Any] | None = None
    ) -> None:
        """Leave an audit row, and say that the rules are others now."""
        from convo.desk.rule_loading import note_change

        note_change(self.connection)
        self.record("rule", number, _told(before), told or _told(after))

    def _put(self, number: int, position: int) -> None:
        order = [view.id for view in self.list() if view.id != number]
        if not 1 <= position <= len(order) + 1:
            raise BadInput(f"there is no place {position} among {len(order) + 1} rules", hint="1 is the first")
        order.insert(position - 1, number)
        self._number(order)

    def _number(self, order: Sequence[int]) -> None:
        rule = tables.rule
        for position, number in enumerate(order, 1):
            moved = (rule.c.id == number) & (rule.c.position != position)
            self.connection.execute(update(rule).where(moved).values(position=position))


def _told(view: RuleView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {
        "name": view.name,
        "position": view.position,
        "trigger": view.trigger,
        "query": view.query,
        "actions": list(view.actions),
        "enabled": view.enabled,
    }
