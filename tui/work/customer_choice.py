"""Asks which customer is the same person as another: suggested ones first, with the reasons, or anybody by name."""

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from convo.model.views import CustomerRow, CustomerView, DuplicateView

from ..asking import Asks
from ..dialogs.choice import Choice, Option, matching

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_FOUND = 20


class CustomerChoice(Asks, Choice):
    """Answers the number of a customer other than `customer`, as text."""

    def __init__(self, customer: int, name: str) -> None:
        super().__init__(
            f"Who is the same as {name}?",
            None,
            placeholder="a name, an address, a number",
            nothing="nobody seems the same; type a name or a handle",
        )
        self._customer = customer
        self._suggested: tuple[Option, ...] = ()
        self._found: tuple[Option, ...] = ()
        self._seeking = False

    def on_mount(self) -> None:
        """Look for those who may be the same."""
        customer = self._customer
        self.ask("suggested", lambda desk: suggested(desk, customer), self._suggest)

    def _suggest(self, options: tuple[Option, ...]) -> None:
        self._suggested = options
        if not self._seeking:
            self.fill(options)

    @on(Input.Changed)
    def _sought(self, event: Input.Changed) -> None:
        typed = event.value.strip()
        self._seeking = self._coming = bool(typed)
        self.ask("sought", lambda desk: found(desk, typed), self._add, lambda _: self._add(()))

    def _add(self, rows: tuple[CustomerRow, ...]) -> None:
        self._seeking = False
        there = {option.value for option in self._suggested} | {str(self._customer)}
        self._found = tuple(
            Option(str(row.id), row.name or row.identity, row.identity) for row in rows if str(row.id) not in there
        )
        self.fill((*self._suggested, *self._found))

    def among(self, typed: str) -> list[Option]:
        """Of those suggested whoever is called so, then whoever the desk found, by a handle perhaps."""
        named = matching(self._suggested, typed)
        return [*named, *self._found] if typed.strip() else named


def suggested(desk: "Desk", customer: int) -> tuple[Option, ...]:
    """Those who may be the same as a customer, the surest first, and why."""
    view = desk.customers.show(customer)
    return tuple(_suggestion(view, pair) for pair in desk.customers.panel(customer).duplicates)


def found(desk: "Desk", typed: str) -> tuple[CustomerRow, ...]:
    """The customers whose name or handle has what was typed."""
    said = typed.replace('"', " ").replace("\\", " ").strip()
    return desk.customers.list(f'customer:"{said}"', limit=_FOUND).items if said else ()


def _suggestion(view: CustomerView, pair: DuplicateView) -> Option:
    other, name = pair.other_than(view.id)
    return Option(str(other), name or f"customer {other}", f"{pair.score:.2f} · {', '.join(pair.reasons)}")
