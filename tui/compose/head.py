"""The line above the box: to whom and by which way, or that it is a note; and what there is to know before sending."""

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.cells import cell_len
from rich.text import Text

from convo.model.writing_views import PresenceView, Way
from convo.text.times import ago

from ..shown import line

_NAMES = {
    "email": "email",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "messenger": "Messenger",
    "slack": "Slack",
    "matrix": "Matrix",
    "discourse": "Discourse",
    "web": "the web chat",
    "phone": "the phone",
}
_SHOWN_ELSEWHERE = ("at most ", "free text until ")
_SHORTER = ((" · window closes ", " · closes "), ("reply to ", "to "))
_NEAR = 0.8
_ROOMY = 70


@dataclass(frozen=True, slots=True)
class Head:
    """What the line says; `length` is that of the text, `leaving` what was just sent and can still be taken back.

    `files` are those that go with it, in words.
    """

    customer: str
    note: bool
    way: Way | None
    several: bool
    length: int
    sending: bool = False
    leaving: str = ""
    read_only: bool = False
    refusal: str = ""
    files: str = ""


def head_line(head: Head, width: int, now: datetime, zone: tzinfo) -> Text:
    """The line, at most `width` columns: the words on the left give way to what counts down on the right."""
    right = _right(head)
    room = width - right.cell_len - (2 if right else 0)
    words = _left(head, now, zone)
    # What is true of every way is left out first where there is little room.
    for long, short in _SHORTER:
        if cell_len(words) > room:
            words = words.replace(long, short, 1)
    left = line(words, width=max(0, room))
    if right:
        left.append(" " * max(1, width - left.cell_len - right.cell_len))
        left.append_text(right)
    left.truncate(width, overflow="ellipsis")
    return left


def name_of(way: Way, *, several: bool) -> str:
    """How a way is called: by its kind, and by its name where the customer can be reached by two of a kind."""
    name = _NAMES.get(way.kind, way.channel)
    return f"{name} ({way.channel})" if several and name != way.channel else name


def first_name(customer: str) -> str:
    """How a customer is called in few words."""
    return (customer.split() or ["the customer"])[0]


def others_line(others: tuple[PresenceView, ...], operator: str, width: int) -> Text:
    """Who else is at the thread, those who write with their text; empty for nobody."""
    if not others:
        return Text("")
    writing = [other for other in others if other.writing]
    if not writing:
        names = ", ".join(_person(other, operator) for other in others)
        return line(f"{names} {'is' if len(others) == 1 else 'are'} here", "dim", width=width)
    first, more = writing[0], len(writing) - 1
    said = f"▲ {_person(first, operator)} is writing" + (f", and {more} more" if more else "")
    return line(f"{said}: {first.text}" if first.text.strip() else said, width=width)


def _person(other: PresenceView, operator: str) -> str:
    return other.name if other.name != operator else "another screen of yours"


def _left(head: Head, now: datetime, zone: tzinfo) -> str:
    if head.read_only:
        return "read-only: viewers write no replies and no notes"
    if head.note:
        return "note, for us only"
    to = f"reply to {first_name(head.customer)}"
    if head.way is None:
        return f"✗ {to}: no way is open{head.refusal and f' · {head.refusal}'}"
    said = [f"{to} on {name_of(head.way, several=head.several)}"]
    if head.way.refusal:
        return f"✗ {said[0]} · {head.way.refusal}"
    if head.files:
        said.append(f"with {head.files}")
    if head.way.closes_at is not None:
        said.append(f"window closes {ago(head.way.closes_at, now, zone)}")
    # The window is told as what is left of it, and the length when it matters.
    said += [part for part in head.way.limit.split("; ") if part and not part.startswith(_SHOWN_ELSEWHERE)]
    return " · ".join(said)


def _right(head: Head) -> Text:
    longest = head.way.longest if head.way and not head.note else None
    if head.sending:
        return Text("sending…", "dim")
    if longest is not None and head.length > longest:
        return Text(f"✗ {head.length - longest:,} over {longest:,}", "bold")
    if longest is not None and head.length >= _NEAR * longest:
        return Text(f"{head.length:,} of {longest:,}")
    return line(head.leaving, "dim")


def aside_line(aside: str, seen: bool, width: int) -> Text:
    """That another text of the same operator is at hand."""
    said = "ctrl+l: your other text" if seen else "▲ ctrl+l: another text of yours"
    return line(f"{said}: {aside}", "dim" if seen else "", width=width)


def leaving_words(name: str, seconds: float, width: int) -> str:
    """That a reply is about to leave, in as many words as there is room for."""
    left = f"leaves in {math.ceil(seconds)} s"
    return f"{left} · u" if width < _ROOMY else f"reply{name and f' to {name}'} {left} · u takes it back"
