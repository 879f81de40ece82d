"""Arranges a customer's messages and events as a timeline: the open thread in front, the others folded in place."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from convo import clock
from convo.model.views import EventView, MessageView, ThreadRow
from convo.model.words import EventKind
from convo.text import times

from .items import Entry, Folded, Happened, Item, Rule, Said, Viewed


@dataclass(slots=True)
class _Run:
    """What one line stands for, gathered from the newest to the oldest."""

    what: list[Entry] = field(default_factory=list)

    @property
    def thread(self) -> int | None:
        """The thread that all of it belongs to; None for page views."""
        newest = self.what[0]
        return newest.thread_id if isinstance(newest, MessageView) else None


def arranged(
    entries: Sequence[Entry],
    threads: Mapping[int, ThreadRow],
    *,
    thread: int | None,
    unfolded: Collection[Hashable],
    unread: int | None,
    zone: tzinfo,
) -> list[Item]:
    """The items of a timeline, oldest first, with a rule for each day and one above message `unread`.

    `unfolded` holds the numbers of threads and the keys of page views that are not folded. Between two messages of the
    open thread, each other one is one line, where its newest message there stands.
    """
    made: list[Item] = []
    day, before = "", None
    for item in _folded(entries, threads, thread, unfolded):
        at = _at(item)
        today = times.local(at, zone).date().isoformat()
        if today != day:
            if made:
                made.append(Rule("", ("gap", "day", today)))
            made.append(Rule(_day(at, zone), ("day", today)))
            day, before = today, None
        if isinstance(item, Said) and item.message.id == unread:
            made.append(Rule("new", "new", new=True))
            before = None
        elif before is not None and (isinstance(item, Said) or isinstance(before, Said)):
            made.append(Rule("", ("gap", item.key)))
        made.append(item)
        before = item
    return made


def _folded(
    entries: Sequence[Entry], threads: Mapping[int, ThreadRow], thread: int | None, unfolded: Collection[Hashable]
) -> list[Item]:
    """Everything but rules: other threads and runs of page views as one item each, unless they are unfolded."""
    backwards: list[Item | _Run] = []
    gap: dict[int, _Run] = {}
    views: _Run | None = None
    header: _Run | None = None
    above = 0  # where the header stands: right above the oldest of its messages, whatever happened before that
    for entry in reversed(entries):
        other = isinstance(entry, MessageView) and entry.thread_id != thread
        if header is not None and isinstance(entry, MessageView) and entry.thread_id != header.thread:
            backwards.insert(above, header)
            header = None
        if isinstance(entry, EventView) and entry.kind == EventKind.PAGE_VIEW:
            if views is None:
                backwards.append(views := _Run())
            views.what.append(entry)
            continue
        views = None
        if isinstance(entry, EventView):
            backwards.append(Happened(entry))
        elif not other:
            gap = {}
            backwards.append(Said(entry, open=True))
        elif entry.thread_id in unfolded:
            header = header or _Run()
            header.what.append(entry)
            backwards.append(Said(entry, open=False))
            above = len(backwards)
        elif entry.thread_id in gap:
            gap[entry.thread_id].what.append(entry)
        else:
            gap[entry.thread_id] = run = _Run([entry])
            backwards.append(run)
    if header is not None:
        backwards.insert(above, header)
    made: list[Item] = []
    for item in reversed(backwards):
        made += _items(item, threads, unfolded) if isinstance(item, _Run) else [item]
    return made


def _items(run: _Run, threads: Mapping[int, ThreadRow], unfolded: Collection[Hashable]) -> list[Item]:
    newest = run.what[0]
    if isinstance(newest, MessageView):
        number = newest.thread_id
        first = run.what[-1] if number in unfolded else newest
        at = first.sent_at if isinstance(first, MessageView) else newest.sent_at
        return [Folded(number, threads.get(number), len(run.what), newest, number in unfolded, at)]
    events = tuple(each for each in reversed(run.what) if isinstance(each, EventView))
    viewed = Viewed(events)
    if len(events) > 1 and viewed.key not in unfolded:
        return [viewed]
    return [Happened(each) for each in events]


def _at(item: Item) -> datetime:
    match item:
        case Said(message=message):
            return message.sent_at
        case Happened(event=event):
            return event.at
        case Viewed(events=events):
            return events[-1].at
        case Folded(at=at):
            return at
    raise AssertionError(item)


def _day(at: datetime, zone: tzinfo) -> str:
    """A day, short: Tue 17 Nov, with the year when that is another than now."""
    local = times.local(at, zone)
    year = "" if local.year == times.local(clock.now(), zone).year else f" {local.year}"
    words = times.day(at, zone).split(" ")
    return f"{words[0][:3]} {words[1]} {words[2][:3]}{year}"
