"""Says an inbox and a thread in full sentences, for screen readers: no boxes, rules, columns or signs."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from convo.model.inbox_views import InboxRow, InboxView
from convo.model.views import AttachmentView, MessageView, ThreadRow, ThreadView
from convo.model.words import Direction
from convo.text import safe, times
from convo.text.counting import size

from . import timeline
from .lines import Line, prose


def inbox(
    lists: Sequence[InboxView], shown: InboxView, rows: Sequence[InboxRow], *, more: bool, now: datetime, zone: tzinfo
) -> Iterator[Line]:
    """An inbox: a sentence for each list with its count, then one for each thread of the list that is shown."""
    for view in lists:
        yield prose(f"{_title(view)} has {_counted(view)}.")
    if not rows:
        yield prose(f"{_title(shown)} shows no thread.")
        return
    yield prose(f"{_title(shown)} shows {_many(len(rows), 'thread')}{', and there are more' if more else ''}:")
    for place, row in enumerate(rows, 1):
        yield prose(f"{place}. {_row(row, now, zone)}")


def thread(view: ThreadView, now: datetime, zone: tzinfo) -> Iterator[Line]:
    """A thread: what it is and where it stands, then who wrote what when, each message after a sentence of its own."""
    row = view.row
    yield prose(f"{_topic(row)} {_state(row, view.tags, now, zone)}")
    if row.messages > len(view.messages):
        yield prose(f"{_many(row.messages - len(view.messages), 'earlier message')} not shown.")
    for place, message in enumerate(view.messages, row.messages - len(view.messages) + 1):
        yield from _message(message, f"{place} of {max(row.messages, place)}", zone)


def _row(row: InboxRow, now: datetime, zone: tzinfo) -> str:
    sentences = [_topic(row.thread), _state(row.thread, row.tags, now, zone)]
    if row.preview:
        sentences.append(_sentence(f"It begins: {_line(row.preview)}"))
    for other in row.others:
        sentences.append(f"{_line(other.name)} is {'writing' if other.writing else 'looking at it'}.")
    if row.draft:
        sentences.append("You have a draft in it.")
    return " ".join(sentences)


def _topic(row: ThreadRow) -> str:
    name = _line(timeline.customer_name(row.customer, row.customer_id))
    return _sentence(f"Thread {row.id}, {name}: {_line(row.subject) or 'no subject'}")


def _state(row: ThreadRow, tags: Sequence[str], now: datetime, zone: tzinfo) -> str:
    facts = [row.status]
    facts += [word for word, holds in (("unread", row.unread), ("of an unverified sender", row.unverified)) if holds]
    facts += [f"{row.priority} priority"] if row.priority != "normal" else []
    facts.append(f"by {_line(row.channel)}")
    facts.append(f"assigned to {_line(row.assignee)}" if row.assignee else "assigned to nobody")
    facts += [f"team {_line(row.team)}"] if row.team else []
    if row.snoozed_until is not None and row.status == "snoozed":
        facts.append(f"snoozed until {times.minute(row.snoozed_until, zone)}")
    if row.waiting_since is not None:
        facts.append(f"the customer waits since {times.minute(row.waiting_since, zone)}")
    if row.due is not None:
        facts.append(f"{'due' if row.due > now else 'was due'} {times.minute(row.due, zone)}")
    facts += [f"tagged {_line(', '.join(tags))}"] if tags else []
    told = ", ".join(facts)
    return f"{told[0].upper()}{told[1:]}."


def _message(message: MessageView, place: str, zone: tzinfo) -> Iterator[Line]:
    who = _line(message.author)
    wrote = {
        Direction.NOTE.value: f"{who or 'somebody'} wrote a note, for operators only,",
        Direction.OUTBOUND.value: f"{who or 'we'} answered by {_line(message.channel)}",
    }.get(message.direction, f"{who or 'the customer'} wrote by {_line(message.channel)}")
    facts = [f"Message {place}: {wrote} on {times.day(message.sent_at, zone)}"]
    facts[0] += f" at {times.clock_time(message.sent_at, zone)}"
    facts += ["automatic"] if message.automatic else []
    facts += ["the sender is unverified"] if message.unverified else []
    facts += [f"its delivery is {message.delivery}"] if message.delivery else []
    facts += [f"not delivered: {_line(message.delivery_error)}"] if message.delivery_error else []
    yield prose(", ".join(facts) + ":")
    body = "\n".join(piece for piece in message.body.split("\n") if piece.strip())
    # Set in by two blanks, so that no line of a stranger's passes for a sentence of convo's own.
    yield prose(body, gutter="  ") if body else prose("No text.")
    for attachment in message.attachments:
        if attachment.role != "html":
            yield prose(_attachment(attachment))


def _attachment(attachment: AttachmentView) -> str:
    facts = [_line(attachment.name or attachment.media_type or "a file"), size(attachment.size)]
    facts += [] if attachment.held else ["not in the log"]
    return f"Attached is {', '.join(fact for fact in facts if fact)}."


def _title(view: InboxView) -> str:
    title = _line(view.title)
    if view.saved:
        return f"Saved query {title}"
    return f"Team {title}" if view.name.startswith("team:") else title


def _counted(view: InboxView) -> str:
    return f"{'more than ' if view.more else ''}{_many(view.count, 'thread')}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _line(text: str) -> str:
    return safe(text, single_line=True)
