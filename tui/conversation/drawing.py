"""Draws what stands on the timeline: lines of words in colours; what a colour says, words say too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.style import Style
from rich.text import Text

from convo import clock
from convo.model.views import EventView, MessageView, ThreadRow
from convo.model.words import DeliveryStatus, Direction, EventKind, ThreadStatus
from convo.text import times
from convo.text.counting import counted
from convo.text.signs import sign

from ..shown import line
from .items import Folded, Happened, Item, Rule, Said, Viewed
from .reading import Body
from .telling import in_short

UNHAPPY = -0.6
"""From this sentiment down a message carries a sign and a word."""

_STATES = {
    DeliveryStatus.QUEUED: "◦ queued",
    DeliveryStatus.SENDING: "◦ sending",
    DeliveryStatus.SENT: "✓ sent",
    DeliveryStatus.DELIVERED: "✓✓ delivered",
    DeliveryStatus.READ: "✓✓ read",
    DeliveryStatus.FAILED: "✗ failed",
    DeliveryStatus.UNKNOWN: "? perhaps sent",
    DeliveryStatus.CANCELLED: "– cancelled",
}
_EVENTS = {
    EventKind.PAGE_VIEW: "◇ page",
    EventKind.CART: "◇ cart",
    EventKind.PURCHASE: "◆ purchase",
    EventKind.CALL: "☏ call",
    EventKind.VISIT: "⌂ visit",
    EventKind.SURVEY: "☆ survey",
}
_STATUSES = {ThreadStatus.RESOLVED: "closed"}
_LEAST_SUBJECT = 12


@dataclass(frozen=True, slots=True)
class Look:
    """How this screen draws: its time zone, its styles by name, and when held messages leave."""

    zone: tzinfo
    styles: Mapping[str, Style]
    leaving: Mapping[int, datetime]

    def style(self, name: str) -> Style:
        """A style by its name."""
        return self.styles[name]


def drawn(item: Item, body: Body | None, width: int, look: Look, *, selected: bool) -> list[Text]:
    """An item's lines; `body` is what a message's text comes to at this width."""
    match item:
        case Rule():
            return [_rule(item, width, look)]
        case Said():
            return [_head(item, width, look, selected=selected), *_body(item, body or Body(()), width, look)]
        case Happened(event=event):
            return [_event(event, width, look)]
        case Viewed(events=events):
            return [_views(events, width, look)]
        case Folded():
            return [_fold(item, width, look)]


def _rule(rule: Rule, width: int, look: Look) -> Text:
    if not rule.words:
        return Text("", end="")
    style = look.style("new" if rule.new else "dim")
    made = Text("── ", style, end="")
    made.append(rule.words)
    made.append(" ")
    made.append("─" * max(0, width - made.cell_len))
    return made


def _head(item: Said, width: int, look: Look, *, selected: bool) -> Text:
    message = item.message
    dim = look.style("dim")
    made = Text(f"{times.clock_time(message.sent_at, look.zone)} ", dim, end="")
    note = message.direction == Direction.NOTE
    told, mark = _told(message, look, selected=selected)
    tail = line(told, mark)
    tail.truncate(max(0, width - 14), overflow="ellipsis")
    room = max(4, width - made.cell_len - 2 - (tail.cell_len + 1 if told else 0))
    if note:
        author = message.author or "somebody"
        made.append("✎ ", look.style("note"))
        words = " · note, for us only"
        made.append_text(line(author, look.style("note"), width=max(4, room - len(words))))
        made.append(words, look.style("note"))
    else:
        made.append(f"{sign(message.channel_kind)} ", dim)
        style = look.style("ours" if message.direction == Direction.OUTBOUND else "theirs")
        name = message.author or ("we" if message.direction == Direction.OUTBOUND else "the customer")
        automatic = (" · automatic" if room >= 18 else " · auto") if message.automatic else ""
        made.append_text(line(name, style if item.open else dim, width=max(4, room - len(automatic))))
        made.append(automatic, dim)
    if told:
        made.pad_right(max(1, width - made.cell_len - tail.cell_len))
        made.append_text(tail)
    made.truncate(width, overflow="ellipsis")
    return made


def _told(message: MessageView, look: Look, *, selected: bool) -> tuple[str, Style]:
    """What stands at the end of a message's first line: how far it came, how it sounds, and more where one stands."""
    dim = look.style("dim")
    if message.delivery is not None:
        state = _STATES.get(DeliveryStatus(message.delivery), message.delivery)
        leaves = look.leaving.get(message.id)
        if message.delivery == DeliveryStatus.QUEUED and leaves is not None and leaves > clock.now():
            state += f", leaves in {in_short(leaves, clock.now())}"
        return state, look.style("bad") if message.delivery == DeliveryStatus.FAILED else dim
    unhappy = message.sentiment is not None and message.sentiment <= UNHAPPY
    words = ["☹ unhappy"] if unhappy else []
    if selected:
        words += [fact for fact in (message.language, (message.intent or "").replace("_", " ")) if fact]
    return " · ".join(words), look.style("bad") if unhappy and not selected else dim


def _body(item: Said, body: Body, width: int, look: Look) -> list[Text]:
    message = item.message
    note = message.direction == Direction.NOTE
    plain = look.style("note" if note else "text" if item.open else "dim")
    dim = look.style("dim")
    bar, bars = ("┊ ", "note") if note else ("▏ ", "ours") if message.direction == Direction.OUTBOUND else ("  ", "dim")
    styles = {"text": plain, "quoted": dim, "fold": dim, "bad": look.style("bad"), "file": plain}
    made = []
    for words, kind in body.lines:
        one = Text(bar, look.style(bars), end="", no_wrap=True)
        one.append(words, styles[kind])
        one.truncate(width, overflow="ellipsis")
        made.append(one)
    return made


def _event(event: EventView, width: int, look: Look) -> Text:
    kind = _EVENTS.get(EventKind(event.kind), event.kind)
    made = Text(f"{times.clock_time(event.at, look.zone)} ", look.style("dim"), end="")
    made.append(kind, look.style("event"))
    if event.duration:
        made.append(f", {times.lasting(event.duration)}", look.style("event"))
    amount = f"  {event.amount}" if event.amount is not None else ""
    titled = event.title and not (event.duration is not None and event.title.casefold().startswith(event.kind))
    if titled:
        made.append("  ")
        made.append_text(line(event.title, look.style("dim"), width=max(0, width - made.cell_len - len(amount))))
    made.append(amount, look.style("event"))
    made.truncate(width, overflow="ellipsis")
    return made


def _views(events: Sequence[EventView], width: int, look: Look) -> Text:
    made = Text(f"{times.clock_time(events[-1].at, look.zone)} ", look.style("dim"), end="")
    made.append(f"◇ {len(events)} pages viewed", look.style("event"))
    if events[-1].title:
        made.append(", last ", look.style("dim"))
        made.append_text(line(events[-1].title, look.style("dim")))
    made.truncate(width, overflow="ellipsis")
    return made


def _fold(item: Folded, width: int, look: Look) -> Text:
    """Another thread: its number, what it is about, how much of it stands here, where it stands, its last day."""
    row, dim = item.row, look.style("dim")
    made = Text("▾ " if item.unfolded else "▸ ", dim, end="", no_wrap=True)
    made.append(f"#{item.thread} ", dim)
    whole = row is None or item.count >= row.messages
    told = [counted(item.count, "message") if row is None or whole else f"{item.count} of {row.messages}"]
    told += _standing(row, look.zone) if row is not None else []
    subject = line((row.subject or f"({row.channel})") if row is not None else item.newest.subject or item.newest.body)
    while len(told) > 1 and width - made.cell_len - len(_after(told)) < min(_LEAST_SUBJECT, subject.cell_len):
        told.pop()
    subject.stylize(look.style("other"))
    subject.truncate(max(4, width - made.cell_len - len(_after(told))), overflow="ellipsis")
    made.append_text(subject)
    made.append(_after(told), dim)
    made.truncate(width, overflow="ellipsis")
    return made


def _after(told: Sequence[str]) -> str:
    return "".join(f" · {words}" for words in told)


def _standing(row: ThreadRow, zone: tzinfo) -> list[str]:
    """Where a thread stands, and the day that goes with it."""
    snoozed = row.status == ThreadStatus.SNOOZED
    local = times.local((row.snoozed_until if snoozed else None) or row.last_message_at, zone)
    day = f"{local.day} {times.day(local, zone).split(' ')[2][:3]}"
    if snoozed:
        return [f"snoozed until {day}"]
    return [_STATUSES.get(ThreadStatus(row.status), row.status), day]
