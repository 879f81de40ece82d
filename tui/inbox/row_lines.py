"""How a thread looks as a row of the inbox: two lines, who and how long above, what about and how soon below."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from rich.style import Style
from rich.text import Text

from convo.model.inbox_views import InboxRow
from convo.model.words import Priority, ThreadStatus
from convo.model.writing_views import PresenceView
from convo.text.signs import sign
from convo.text.times import brief, clock_time, local

from ..shown import line

StyleOf = Callable[[str], Style]
"""The style of one of these: `strong`, `quiet`, `mark`, `alert`, `late`."""

_SOON = timedelta(hours=1)
_GUTTER = 2
_LEAST_NAME = 8
_PRIORITIES = {
    Priority.URGENT: ("▲ urgent", "alert"),
    Priority.HIGH: ("▲ high", "alert"),
    Priority.LOW: ("▽ low", "quiet"),
}


def row_lines(
    row: InboxRow, width: int, *, marked: bool, me: str, now: datetime, zone: tzinfo, style: StyleOf
) -> tuple[Text, Text]:
    """The two lines of a row, each at most `width` columns."""
    thread = row.thread
    inside = max(0, width - _GUTTER - 1)
    right = _spaced(_work(row, style), _age(row, now, zone, style))
    above = _joined(Text("● " if thread.unread else "  ", style("mark")))
    above.append_text(_beside(_who(row, inside - right.cell_len - 1, style), right, inside))
    below = _joined(Text("✓ " if marked else "  ", style("mark")))
    right = _clock(row, now, style)
    below.append_text(_beside(_what(row, inside - right.cell_len - 1, me, style), right, inside))
    return above, below


def _who(row: InboxRow, width: int, style: StyleOf) -> Text:
    """The customer, and who else is there if that leaves room for the name."""
    here = _others(row.others)
    taken = here.cell_len + 2 if here else 0
    if here and width - taken < _LEAST_NAME:
        here.truncate(max(0, width - _LEAST_NAME - 2), overflow="ellipsis")
        taken = here.cell_len + 2
    made = _joined(line(row.thread.customer, style("strong" if row.thread.unread else ""), width=max(0, width - taken)))
    if here:
        made.append("  ")
        here.stylize(style("alert" if row.others[0].writing else "quiet"))
        made.append_text(here)
    return made


def _others(others: tuple[PresenceView, ...]) -> Text:
    """Who else is at the thread, and whether they write."""
    if not others:
        return line("")
    first = others[0]
    more = f" +{len(others) - 1}" if len(others) > 1 else ""
    return line(f"{first.name} {'writes' if first.writing else 'reads'}{more}")


def _work(row: InboxRow, style: StyleOf) -> Text:
    """One's own draft, and a priority that is not the usual one."""
    words, kind = _PRIORITIES.get(Priority(row.thread.priority), ("", ""))
    return _spaced(line("✎", style("mark")) if row.draft else line(""), line(words, style(kind)))


def _age(row: InboxRow, now: datetime, zone: tzinfo, style: StyleOf) -> Text:
    """How long the customer has waited, or when we last said something, or till when the thread sleeps."""
    thread = row.thread
    if thread.status == ThreadStatus.SNOOZED and thread.snoozed_until is not None:
        until = local(thread.snoozed_until, zone)
        soon = thread.snoozed_until - now < timedelta(hours=20)
        return line(f"☾ {clock_time(until, zone)}" if soon else f"☾ {until:%d %b}", style("quiet"))
    if thread.status == ThreadStatus.RESOLVED:
        return line("closed", style("quiet"))
    if thread.waiting_since is not None:
        return line(brief(now - thread.waiting_since))
    return line(f"↩ {brief(now - thread.last_message_at)}", style("quiet"))


def _what(row: InboxRow, width: int, me: str, style: StyleOf) -> Text:
    """The channel, what it is about, and if there is room the tags and whose it is."""
    thread = row.thread
    made = _joined(line(f"{sign(thread.channel_kind)} {thread.subject or row.preview}", style("quiet")))
    made.truncate(max(0, width), overflow="ellipsis")
    owner = f"@{thread.assignee}" if thread.assignee and thread.assignee != me else ""
    for word in (owner, *(f"#{tag}" for tag in row.tags)):
        more = line(word, style("quiet"))
        if word and made.cell_len + 2 + more.cell_len <= width:
            made.append("  ")
            made.append_text(more)
    left = width - made.cell_len
    news = bool(thread.subject) and not row.preview.startswith(thread.subject.rstrip("…"))
    if news and row.preview and left > _LEAST_NAME and not row.tags:
        made.append(" · ", style("quiet"))
        made.append_text(line(row.preview, style("quiet"), width=left - 3))
    return made


def _clock(row: InboxRow, now: datetime, style: StyleOf) -> Text:
    """How much time the nearest promise leaves, or by how much it is late."""
    due = row.thread.due
    if due is None or row.thread.status == ThreadStatus.RESOLVED:
        return line("")
    if due <= now:
        return line(f"⏱ late {brief(now - due)}", style("late"))
    return line(f"⏱ {brief(due - now)}", style("alert" if due - now < _SOON else "quiet"))


def _spaced(*parts: Text) -> Text:
    """The parts that say something, a blank between them."""
    made = _joined()
    for part in parts:
        if part.cell_len:
            made.append(" " if made.cell_len else "").append_text(part)
    return made


def _joined(*parts: Text) -> Text:
    """The parts in one line, each in its own style: the style of a text that is begun with would hold for all."""
    made = Text(end="", no_wrap=True)
    for part in parts:
        made.append_text(part)
    return made


def _beside(left: Text, right: Text, width: int) -> Text:
    """One text at the left and one at the right end of so many columns."""
    left.truncate(max(0, width - right.cell_len - 1), overflow="ellipsis")
    left.pad_right(max(0, width - right.cell_len - left.cell_len))
    left.append_text(right)
    left.truncate(width)
    return left
