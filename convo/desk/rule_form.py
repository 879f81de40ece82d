"""What a rule must be before it is kept: it can be read, names what is there, and does not contradict itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from convo.desk.rule_actions import check_actions
from convo.desk.rule_names import Names, read_names
from convo.errors import BadInput, QueryError
from convo.model import tables
from convo.model.words import EventKind
from convo.query.context import QueryContext
from convo.query.parse import parse
from convo.query.tree import Not, render
from convo.routing.rules import Action
from convo.routing.satisfying import Clash, clash, column
from convo.routing.triggers import Event, parse_trigger
from convo.text import clean

FIRST_TRIGGER = Event.MESSAGE_RECEIVED.value


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule as somebody writes it; `comment` is what they wrote about it, without the # of its lines."""

    name: str
    query: str
    actions: tuple[str, ...]
    trigger: str = FIRST_TRIGGER
    enabled: bool = True
    comment: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """Its columns, but for name and position."""
        return {
            "query": self.query,
            "actions": list(self.actions),
            "trigger": self.trigger,
            "enabled": self.enabled,
            "comment": self.comment,
        }


@dataclass(slots=True)
class Checker:
    """Checks rules against what the desk has, read once for all of them."""

    connection: Connection
    context: QueryContext
    _names: Names | None = field(default=None)
    _one_currency: bool | None = field(default=None)

    def checked(self, form: RuleForm) -> RuleForm:
        """The rule in its one form.

        Raises QueryError for a query that does not parse, that nothing can match or that asks for an operator who never
        was one, BadInput for a trigger or an action that is none, names what is not there, or contradicts another.
        """
        return replace(
            form,
            query=self.query(form.query),
            actions=self.actions(form.actions),
            trigger=str(parse_trigger(form.trigger)),
            comment=clean(form.comment).strip("\n"),
        )

    def query(self, text: str) -> str:
        """The query in the form in which it is kept."""
        form = clean(text).strip()
        node = parse(form)
        found = clash(node, self.context, one_currency=self.one_currency)
        if found is not None:
            raise QueryError(
                f"nothing can match this: {said(found)}",
                query=form,
                column=max(column(found.first), column(found.second)) or 1,
                expected="terms that a message can meet at once",
            )
        for condition in self.names.never_were(node):
            raise QueryError(
                f"there is no operator {str(condition.value)[:80]!r}",
                query=form,
                column=condition.column or 1,
                expected="a name that convo operator list shows",
            )
        return form

    def actions(self, actions: Sequence[str]) -> tuple[str, ...]:
        """The actions in their one form."""
        found = check_actions(actions)
        for missing in self.names.missing([Action(*action.split(" ", 1)) for action in found]):
            raise BadInput(f"action {missing.place} ({missing.action}): {missing.problem}", hint=missing.hint)
        return tuple(found)

    @property
    def names(self) -> Names:
        """The names that actions may use."""
        if self._names is None:
            self._names = read_names(self.connection)
        return self._names

    @property
    def one_currency(self) -> bool:
        """Whether everything that was ever bought was paid in one currency."""
        if self._one_currency is None:
            event = tables.event
            bought = select(event.c.currency).where(
                event.c.kind == EventKind.PURCHASE.value, event.c.currency.is_not(None)
            )
            known = self.connection.execute(bought.distinct().limit(2)).scalars().all()
            self._one_currency = len(known) < 2
        return self._one_currency


def said(found: Clash) -> str:
    """A clash as a sentence without an end."""
    if found.first == found.second:
        shown = render(found.first)
        inner = found.first.child if isinstance(found.first, Not) else found.first
        if render(inner) == "assignee:me":
            return "assignee:me means whoever asks, and rules are asked by nobody"
        return f"{shown} holds for nothing"
    return f"{render(found.first)} and {render(found.second)} never hold together"
