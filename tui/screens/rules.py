"""The rules in their order, the newest decisions, and why the message under the cursor went where it went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from convo import clock
from convo.desk.desk import Desk
from convo.model.routing_views import DecisionHeadView, DecisionView, LatelyView
from convo.model.views import RuleView
from convo.text.times import ago

from ..asking import zone_of
from ..dialogs.reading import Reading
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..messages import ThreadChosen
from ..shown import label, line, shown
from ..work.explained import decision_lines
from .place import PlaceScreen

_BEGINNING = 600


class Rules(ItemsView[RuleView]):
    """The rules, two lines each: when it is asked and how often it fired; what it asks and does."""

    fired: dict[int, int]
    """How often each rule fired lately, by its number."""

    def key_of(self, item: RuleView) -> int:
        """The rule's number."""
        return item.id

    def height_of(self, item: RuleView, width: int) -> int:
        """Two lines."""
        return 2

    def lines_of(self, item: RuleView, width: int) -> Sequence[Text]:
        """Its place, whether it is on, its name and trigger, how often it fired; its query and actions."""
        times = self.fired.get(item.id, 0)
        lately = f"fired {times}×" if times else "not fired"
        right = line("  off" if not item.enabled else f"  {lately}", "" if times and item.enabled else "dim")
        head = line(f"{item.position:>2} {'●' if item.enabled else '○'} ", "dim")
        head.append_text(line(item.name, "bold" if item.enabled else "dim"))
        head.append_text(line(f"  {item.trigger}", "dim"))
        head.truncate(max(0, width - right.cell_len), overflow="ellipsis", pad=True)
        what = line("     ")
        what.append_text(line(item.query or "every message"))
        what.append_text(line(f" → {', '.join(item.actions)}", "dim"))
        what.truncate(width, overflow="ellipsis")
        return (head + right, what)


class Decisions(ItemsView[DecisionHeadView]):
    """The newest decisions, two lines each: about whom and what, and which rules fired."""

    def key_of(self, item: DecisionHeadView) -> int:
        """The decision's number."""
        return item.id

    def height_of(self, item: DecisionHeadView, width: int) -> int:
        """Two lines."""
        return 2

    def lines_of(self, item: DecisionHeadView, width: int) -> Sequence[Text]:
        """Customer, text and age; the rules that fired and who got the thread."""
        zone = zone_of(self)
        right = line(f"  {ago(item.at, clock.now(), zone)}", "dim")
        head = line(item.customer, "bold")
        head.append_text(line(f"  {item.text}"))
        head.truncate(max(0, width - right.cell_len), overflow="ellipsis", pad=True)
        fired = f"✓ {', '.join(item.fired)}" if item.fired else "· no rule fired"
        what = line(f"  {fired}", "" if item.fired else "dim")
        if item.operator:
            what.append_text(line(f"  assigned to {item.operator}", "dim"))
        what.truncate(width, overflow="ellipsis")
        return (head + right, what)


@dataclass(frozen=True, slots=True)
class _Seen:
    rules: tuple[RuleView, ...]
    lately: LatelyView


class RulesScreen(PlaceScreen):
    """What the rules are and what they did; Enter on a decision tells it whole, on narrow screens too."""

    TITLE = "Rules"
    BINDINGS = bindings("rules")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    DEFAULT_CSS = """
    RulesScreen #rules-lists { width: 1fr; }
    RulesScreen Rules { height: 1fr; max-height: 50%; padding: 0 1; margin-top: 1; }
    RulesScreen #lately { height: 1; margin-top: 1; padding: 0 1; color: $primary; text-style: bold; }
    RulesScreen Decisions { height: 1fr; padding: 0 1; }
    RulesScreen #explained { width: 1fr; border: round $primary-darken-2; padding: 0 1; scrollbar-size-vertical: 1; }
    RulesScreen #explained:focus { border: round $primary; }
    RulesScreen #explained Static { height: auto; }
    RulesScreen.-narrow #explained { display: none; }
    """

    def parts(self) -> Iterable[Widget]:
        """The rules and the decisions; beside them the explanation."""
        rules, decisions = Rules(id="rules"), Decisions(id="decisions")
        rules.fired = {}
        why = VerticalScroll(Static("", id="why", markup=False), id="explained")
        why.border_title = label("Why")
        yield Horizontal(
            Vertical(rules, Static("", id="lately", markup=False), decisions, id="rules-lists"), why, id="rules-panes"
        )

    def on_mount(self) -> None:
        """Look for the first time."""
        self.query_one(Rules).focus()
        self.look()

    def look(self) -> None:
        """Ask for the rules and what they decided."""
        self.ask("rules", _seen, self._show)

    def _show(self, seen: _Seen) -> None:
        rules, decisions = self.query_one(Rules), self.query_one(Decisions)
        rules.fired = {one.rule_id: one.times for one in seen.lately.fired}
        rules.set_items(seen.rules)
        decisions.set_items(seen.lately.decisions)
        rules.styles.height = max(1, 2 * len(seen.rules))
        count = seen.lately.looked_at
        said = f"What they decided: the newest {count}" if count else "No message has been decided on yet"
        if not seen.rules:
            said = "There are no rules yet: convo rule add makes one"
        self.query_one("#lately", Static).update(label(said))
        self._explain()

    # -- why

    @on(ItemsView.Moved, "#decisions")
    def _explain(self) -> None:
        head = self.query_one(Decisions).current
        if head is None:
            self._told("")
            return
        self.ask("why", lambda desk: _decision(desk, head), lambda found: self._fill(head, found))

    def _fill(self, head: DecisionHeadView, found: DecisionView | None) -> None:
        self._told(Text("\n").join(self._lines(head, found)))

    def _told(self, text: Any) -> None:
        self.query_one("#why", Static).update(text)

    def _lines(self, head: DecisionHeadView, found: DecisionView | None) -> list[Text]:
        zone = zone_of(self)
        made = [line(f"{head.customer}  #{head.thread_id}", "bold"), shown(head.text[:_BEGINNING]), Text("")]
        return [*made, *(decision_lines(found, zone) if found is not None else [line("it is no longer there")])]

    @on(ItemsView.Opened, "#decisions")
    def _opened(self) -> None:
        head = self.query_one(Decisions).current
        if head is None:
            return
        window = Reading(f"Why #{head.thread_id} is where it is")
        self.app.push_screen(window)
        self.ask("window", lambda desk: _decision(desk, head), lambda found: window.fill(self._lines(head, found)))

    # -- keys

    def action_switch(self) -> None:
        """Switch the rule under the cursor on or off."""
        rule = self.query_one(Rules).current
        if rule is None:
            return
        name, on_now = rule.name, rule.enabled
        self.ask(
            "switch",
            lambda desk: desk.rules.disable(name) if on_now else desk.rules.enable(name),
            lambda _view: self.look(),
            writes=True,
        )

    def action_thread(self) -> None:
        """Open the thread of the decision under the cursor."""
        head = self.query_one(Decisions).current
        if head is not None:
            self.app.pop_screen()
            self.app.screen.post_message(ThreadChosen(head.thread_id, head.customer_id, opened=True))


def _seen(desk: Desk) -> _Seen:
    return _Seen(tuple(desk.rules.list()), desk.routing.lately())


def _decision(desk: Desk, head: DecisionHeadView) -> DecisionView | None:
    return next((one for one in desk.routing.explain(message=head.message_id) if one.id == head.id), None)
