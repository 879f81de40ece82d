"""Lays out messages and events on a timeline: a rule a day, then who said what where, for a terminal or a pipe."""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from convo.model.views import (
    AttachmentView,
    ConversationView,
    CustomerView,
    EventView,
    MessageView,
    ThreadRow,
    ThreadView,
)
from convo.model.words import Direction
from convo.text import times
from convo.text.counting import counted, folded_lines, size
from convo.text.signs import sign

from .lines import BLANK, Line, Span, Style, line, prose

_MANY_BLANK_LINES = re.compile(r"\n\n\n+")
_INDENT = " " * 7
_DELIVERY_STYLES: dict[str, Style] = {"failed": "bad", "unknown": "warning", "cancelled": "faint"}
_STATUS_STYLES: dict[str, Style] = {"open": "accent", "pending": "", "snoozed": "faint", "resolved": "faint"}


def conversation(view: ConversationView, zone: tzinfo) -> Iterator[Line]:
    """A customer's conversation: who it is, then everything in time order."""
    yield from customer_heading(view.customer, zone)
    if view.next is not None:
        yield BLANK
        yield line(Span("… earlier entries are not shown", "faint"))
    yield from entries(view.entries, zone, {thread.id: thread for thread in view.threads})


def thread(view: ThreadView, zone: tzinfo) -> Iterator[Line]:
    """A thread: what it is about, where it stands, and what was said."""
    row = view.row
    yield line(Span(subject_of(row), "strong"), right=(Span(f"thread {row.id}", "faint"),))
    facts = [customer_name(row.customer, row.customer_id), f"{sign(row.channel_kind)} {row.channel}"]
    facts.append(f"assigned to {row.assignee}" if row.assignee else "assigned to nobody")
    if row.team:
        facts.append(f"team {row.team}")
    stands = Span(row.status, _STATUS_STYLES.get(row.status, ""))
    yield Line((stands, Span(" · " + " · ".join(facts), "faint")), wraps=True)
    more = []
    if row.priority != "normal":
        more.append(f"priority {row.priority}")
    if row.snoozed_until is not None and row.status == "snoozed":
        more.append(f"snoozed until {times.minute(row.snoozed_until, zone)}")
    if row.waiting_since is not None:
        more.append(f"waiting since {times.minute(row.waiting_since, zone)}")
    if row.queued_since is not None:
        more.append(f"queued since {times.minute(row.queued_since, zone)}")
    if row.sla is not None:
        more.append(f"SLA {row.sla}" + (f", due {times.minute(row.due, zone)}" if row.due else ""))
    more += [f"tagged {', '.join(view.tags)}"] if view.tags else []
    if more:
        yield prose(" · ".join(more), style="faint")
    if row.messages > len(view.messages):
        yield BLANK
        yield line(Span(f"… {row.messages - len(view.messages)} earlier messages are not shown", "faint"))
    yield from entries(view.messages, zone, {})


def customer_heading(customer: CustomerView, zone: tzinfo) -> Iterator[Line]:
    """Who a customer is, in two to four lines."""
    yield line(
        Span(customer_name(customer.name, customer.id), "strong"), right=(Span(f"customer {customer.id}", "faint"),)
    )
    handles = [
        identity.shown or identity.value
        if identity.kind in {"email", "phone"}
        else f"{identity.kind} {identity.shown or identity.value}"
        for identity in customer.identities
    ]
    if handles:
        yield prose(" · ".join(handles), style="faint")
    facts = list(customer.tags)
    facts += [fact for fact in (customer.language, customer.time_zone) if fact]
    if customer.purchases:
        spent = ", ".join(str(money) for money in customer.spent)
        facts.append(f"{counted(customer.purchases, 'purchase')}{', ' + spent if spent else ''}")
    facts.append(f"{counted(customer.threads, 'thread')}, {customer.open_threads} open")
    yield prose(" · ".join(facts), style="faint")
    if customer.blocked:
        yield line(Span("blocked", "bad"))
    if customer.merged_into is not None:
        yield line(Span(f"merged into customer {customer.merged_into}", "warning"))


def entries(
    items: Iterable[MessageView | EventView], zone: tzinfo, threads: dict[int, ThreadRow] | None = None
) -> Iterator[Line]:
    """Messages and events in the order given, under a rule for every day.

    With `threads`, a message says which one it belongs to whenever that changes.
    """
    day, topic = "", -1
    for item in items:
        at = item.at if isinstance(item, EventView) else item.sent_at
        today = times.day(at, zone)
        yield BLANK
        if today != day:
            day = today
            yield Line((Span(today, "faint"),), rule=True)
            yield BLANK
        if isinstance(item, EventView):
            yield from _event(item, zone)
            continue
        row = (threads or {}).get(item.thread_id)
        label = f"#{row.id} {subject_of(row)}" if row is not None and item.thread_id != topic else ""
        topic = item.thread_id
        yield from _message(item, zone, label)


def _message(item: MessageView, zone: tzinfo, label: str) -> Iterator[Line]:
    gutter = Span(_INDENT + "│ ", "faint")
    spans = [Span(f"{times.clock_time(item.sent_at, zone)}  ", "faint")]
    if item.direction == Direction.NOTE:
        gutter = Span(_INDENT + "┊ ", "warning")
        spans += [Span(" NOTE ", "note"), Span(f" {item.author or 'somebody'}"), Span(", for operators only", "faint")]
    elif item.direction == Direction.OUTBOUND:
        gutter = Span(_INDENT + "┃ ", "accent")
        spans += [Span(f"{item.author or 'we'}", "accent"), Span(" answered", "faint")]
    else:
        spans.append(Span(item.author or "the customer", "strong"))
    if item.direction != Direction.NOTE:
        spans.append(Span(f"  {sign(item.channel_kind)} {item.channel}", "faint"))
    if item.automatic:
        spans.append(Span("  automatic", "faint"))
    if item.unverified:
        spans.append(Span("  unverified sender", "warning"))
    if item.delivery is not None:
        spans.append(Span(f"  {item.delivery}", _DELIVERY_STYLES.get(item.delivery, "faint")))
    yield Line(tuple(spans), right=(Span(label, "faint"),) if label else ())
    body = _MANY_BLANK_LINES.sub("\n\n", item.body).strip("\n")
    if body.strip():
        yield prose(body, gutter=gutter)
    quoted = folded_lines(item.body, item.original)
    if quoted:
        yield Line((Span(f"… {counted(quoted, 'quoted line')}", "faint"),), gutter=gutter)
    for attachment in item.attachments:
        if attachment.role != "html":
            yield Line(_attachment(attachment), gutter=gutter)
    if not body.strip() and not quoted and not item.attachments:
        yield Line((Span("(no text)", "faint"),), gutter=gutter)
    if item.delivery_error:
        yield prose(f"not delivered: {item.delivery_error}", gutter=gutter, style="bad")


def _event(item: EventView, zone: tzinfo) -> Iterator[Line]:
    kind = item.kind.replace("_", " ")
    spans = [Span(f"{times.clock_time(item.at, zone)}  ", "faint"), Span(f"● {kind}", "good")]
    if item.title and not (item.duration is not None and item.title.casefold().startswith(kind)):
        spans.append(Span(f"  {item.title}"))
    if item.amount is not None:
        spans.append(Span(f"  {item.amount}", "strong"))
    if item.duration is not None:
        spans.append(Span(f"  {times.lasting(item.duration)}", "faint"))
    yield Line(tuple(spans), right=(Span(item.channel, "faint"),))


def _attachment(attachment: AttachmentView) -> tuple[Span, ...]:
    facts = [attachment.media_type if not attachment.name else "", size(attachment.size)]
    facts += [] if attachment.held else ["not in the log"]
    told = ", ".join(fact for fact in facts if fact)
    return (Span("⊞ ", "faint"), Span(attachment.name or "file"), Span(f"  {told}" if told else "", "faint"))


def subject_of(row: ThreadRow) -> str:
    """What a thread is called: its subject, or where it came from."""
    return row.subject or f"({row.channel})"


def customer_name(name: str, number: int) -> str:
    """What a customer is called: the name, or the number."""
    return name or f"customer {number}"
