"""The two lines above a conversation: whose it is and what about, and where the thread stands."""

from datetime import tzinfo

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

from convo import clock
from convo.model.views import ThreadView
from convo.model.words import Priority, ThreadStatus
from convo.text import times

from ..shown import label, line
from .telling import in_short

_BETWEEN = " · "
_LONGEST_NAME = 24
_LONGEST_SUBJECT = 120


class Heading(Static):
    """Where a thread stands: status, assignee, team, tags, what was promised; empty when no thread is shown."""

    DEFAULT_CSS = """
    Heading { height: auto; max-height: 2; padding: 0 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__("", id="heading", markup=False)
        self.thread: ThreadView | None = None
        self.zone: tzinfo | None = None
        self._said = Text("")

    def on_mount(self) -> None:
        """Times pass."""
        self.set_interval(30, self.say)

    def say(self) -> None:
        """Say it as it is now."""
        words = Text("")
        if self.thread is not None and self.zone is not None:
            words = line(_BETWEEN.join(standing(self.thread, self.zone)))
        if words != self._said:
            self._said = words
            self.update(words)


def standing(view: ThreadView, zone: tzinfo) -> list[str]:
    """Where a thread stands, in a few words each, what presses first."""
    row, now = view.row, clock.now()
    told = [row.status if row.status != ThreadStatus.RESOLVED else "closed"]
    if row.status == ThreadStatus.SNOOZED and row.snoozed_until is not None:
        told = [f"snoozed until {times.minute(row.snoozed_until, zone)}"]
    if row.due is not None:
        promise = f"due in {in_short(row.due, now)}" if row.due > now else f"overdue by {in_short(now, row.due)}"
        policy = f" ({row.sla})" if row.sla else ""
        told.append(f"{'⏱' if row.due > now else '▲'} {promise}{policy}")
    if row.priority != Priority.NORMAL:
        told.append(f"{row.priority} priority")
    told.append(row.assignee or "nobody's")
    told += [f"team {row.team}"] if row.team else []
    told += ["unverified sender"] if row.unverified else []
    return told + [f"#{tag}" for tag in view.tags]


def show_title(pane: Widget, view: ThreadView | None) -> None:
    """Put on a pane's border whose conversation it shows and what the thread in front is about."""
    if view is None:
        pane.border_title = "Conversation"
        return
    row = view.row
    made = line(row.customer or f"customer {row.customer_id}", width=_LONGEST_NAME).plain
    made += f" · #{row.id} " + line(row.subject or f"({row.channel})", width=_LONGEST_SUBJECT).plain
    title = label(made)
    if title.markup != pane.border_title:
        pane.border_title = title
