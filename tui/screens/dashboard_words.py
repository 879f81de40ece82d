"""The dashboard's figures in words: each total beside its change, and bars of what is open; no colour says anything."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from rich.text import Text

from convo.model.dashboard_views import Count, DashboardView, Figures, Load
from convo.text.times import lasting

from ..shown import line

_NAME, _VALUE = 16, 12
_BAR_NAME, _BAR_COUNT = 13, 5
_SPAN, _MOOD = 60.0, 0.1
"""Seconds, and a step of mood, below which nothing has changed."""
_GOOD = 0.2


def day_of(at: datetime) -> str:
    """A day without its year, such as 3 Nov."""
    return f"{at.day} {at:%b}"


def empty(view: DashboardView) -> bool:
    """Whether there is nothing at all to show."""
    total = view.total
    happened = total.inbound or total.outbound or total.opened or total.resolved
    return not happened and not any(one.count for one in view.statuses)


def figure_lines(view: DashboardView, width: int) -> Iterator[Text]:
    """Each total of the period with its change against as many days before, in one line, or two where it is narrow."""
    before = f"the {len(view.days)} days before" if len(view.days) > 1 else "the day before"
    for name, value, change in _figures(view.total, view.before, before):
        head = _padded(line(name, "dim"), _NAME)
        head.append_text(_padded(line(value, "bold"), _VALUE))
        told = line(change, "dim")
        if head.cell_len + told.cell_len <= width:
            head.append_text(told)
            yield head
        else:
            head.truncate(width, overflow="ellipsis")
            yield head
            yield line(f"  {change}", "dim", width=width)


def open_lines(view: DashboardView, width: int) -> Iterator[Text]:
    """The threads that are not resolved by status, and the open ones by who has them against what they can take."""
    yield line("Not resolved now", "bold")
    yield from bars(view.statuses, width)
    yield Text("")
    yield line("Open, by who has them", "bold")
    if not view.loads:
        yield line("nobody has any", "dim")
    for load in view.loads:
        yield _load(load, width)
    if view.queued or view.failed:
        yield Text("")
        yield line(f"{view.queued} to leave, {view.failed} not delivered", "bold" if view.failed else "dim")


def intent_lines(view: DashboardView, width: int) -> Iterator[Text]:
    """What customers wrote about most."""
    yield line("What they wrote about", "bold")
    if view.intents:
        yield from bars(view.intents, width)
    else:
        yield line("no intents were found", "dim")


def bars(counts: Sequence[Count], width: int) -> Iterator[Text]:
    """A bar for each count, the longest as long as there is room."""
    most = max((one.count for one in counts), default=0)
    room = max(1, width - _BAR_NAME - _BAR_COUNT)
    for one in counts:
        made = _named(one.name.replace("_", " "), one.count)
        made.append_text(line(_bar(one.count, most, room), "dim"))
        yield made


def mood_word(mood: float) -> str:
    """A mood from -1 to 1 in a word."""
    return "good" if mood > _GOOD else "bad" if mood < -_GOOD else "mixed"


def _load(load: Load, width: int) -> Text:
    made = _named(load.name or "nobody", load.count)
    if load.capacity is None:
        return made
    full = " full" if load.count >= load.capacity else ""
    tail = f" of {load.capacity}{full}"
    room = max(0, min(20, width - _BAR_NAME - _BAR_COUNT - len(tail)))
    done = min(room, round(room * load.count / load.capacity)) if load.capacity else room
    made.append_text(line(f"{'█' * done}{'░' * (room - done)}{tail}", "" if full else "dim"))
    return made


def _named(name: str, count: int) -> Text:
    made = _padded(line(name, width=_BAR_NAME - 1), _BAR_NAME)
    made.append_text(line(f"{count:>{_BAR_COUNT - 1},} ", "bold"))
    return made


def _padded(text: Text, width: int) -> Text:
    text.pad_right(max(1, width - text.cell_len))
    return text


def _bar(count: int, most: int, room: int) -> str:
    return "█" * (max(1, round(room * count / most)) if count else 0)


def _figures(now: Figures, before: Figures, when: str) -> Iterator[tuple[str, str, str]]:
    yield "messages in", f"{now.inbound:,}", counted(now.inbound, before.inbound, when)
    yield "messages out", f"{now.outbound:,}", counted(now.outbound, before.outbound, when)
    yield "opened", f"{now.opened:,}", counted(now.opened, before.opened, when)
    yield "resolved", f"{now.resolved:,}", counted(now.resolved, before.resolved, when)
    for name, here, there in (
        ("answer, median", now.first_response_median, before.first_response_median),
        ("answer, 9 of 10", now.first_response_p90, before.first_response_p90),
    ):
        value = "none" if here is None else f"{_span(here)}"
        yield name, value, _compared(here, there, when, _SPAN, lambda by: _span(abs(by)), ("slower", "faster"))
    here, there = now.sentiment, before.sentiment
    value = "unknown" if here is None else f"{mood_word(here)} {here:+.2f}"
    yield "mood", value, _compared(here, there, when, _MOOD, lambda by: f"{abs(by):.2f}", ("better", "worse"))
    yield "SLA kept", f"{now.kept:,}", counted(now.kept, before.kept, when)
    yield "SLA breached", f"{now.breached:,}", counted(now.breached, before.breached, when)


def counted(now: int, before: int, when: str) -> str:
    """How a count has changed, in words, such as "12 more than the 30 days before"."""
    if now == before:
        return f"none, as in {when}" if not now else f"as many as in {when}"
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'} than {when}"


def _compared(
    now: float | None,
    before: float | None,
    when: str,
    least: float,
    told: Callable[[float], str],
    words: tuple[str, str],
) -> str:
    if now is None:
        return f"none in {when}, either" if before is None else f"there were some in {when}"
    if before is None:
        return f"none in {when}"
    if abs(now - before) < least:
        return f"as in {when}"
    return f"{told(now - before)} {words[0] if now > before else words[1]} than {when}"


def _span(seconds: float) -> str:
    """A duration without the seconds that nobody reads."""
    whole = round(seconds)
    return lasting(whole if whole < 60 else whole // 60 * 60)
