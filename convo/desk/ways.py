"""What a channel lets through now: how people are reached there, how much fits, and for how long one may write."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from convo.channels.base import Capabilities
from convo.channels.registry import capabilities_of

_WITHOUT_TRANSPORT = {
    "sms": Capabilities(("phone",), 1_600),
    "phone": Capabilities(("phone",), mute="a phone line carries no text"),
    "counter": Capabilities(("email",), mute="it is a shop's counter, which sends nothing"),
    "shop": Capabilities(("email",), mute="it is a shop's counter, which sends nothing"),
    "import": Capabilities(("email",), mute="it only holds what was imported"),
}


def facts_of(kind: str, config: Mapping[str, Any] | None = None) -> Capabilities:
    """What is known about a kind of channel, with a channel's settings where they are given.

    One that nobody described reaches the identities of its own name.
    """
    return _WITHOUT_TRANSPORT.get(kind) or capabilities_of(kind, config) or Capabilities((kind,))


def closing(facts: Capabilities, heard: datetime | None) -> datetime | None:
    """When the window for free text ends that the customer's last message there opened; None without a window."""
    return None if facts.window is None or heard is None else heard + facts.window


def refusal(facts: Capabilities, heard: datetime | None, now: datetime, zone: tzinfo) -> str:
    """Why nothing can go now to one who was last heard there at `heard` (None: never); empty when it can."""
    if facts.mute:
        return facts.mute
    if heard is None and facts.window is not None:
        return f"the customer has not written here: {facts.outside}"
    closes = closing(facts, heard)
    if closes is not None and closes <= now and facts.window is not None:
        hours = int(facts.window.total_seconds() // 3600)
        length = f"{hours}-hour" if hours <= 48 else f"{hours // 24}-day"
        return f"the {length} window closed {shown(closes, now, zone)}: {facts.outside}"
    return ""


def limit(
    facts: Capabilities, heard: datetime | None, now: datetime, zone: tzinfo, *, paused: bool, public: bool
) -> str:
    """What a channel does not let through, and who else reads it, in words; empty when there is nothing to say."""
    told = ["everybody can read it"] if public else []
    closes = closing(facts, heard)
    if closes is not None and closes > now:
        told.append(f"free text until {shown(closes, now, zone)}")
    elif facts.longest is not None:
        told.append(f"at most {facts.longest:,} characters")
    if facts.answers_only and heard is None:
        told.append("reaches only one who has started the bot")
    if paused:
        told.append("paused: it leaves when the channel is resumed")
    return "; ".join(told)


def shown(at: datetime, now: datetime, zone: tzinfo) -> str:
    """An instant as the desk's clocks show it, with the day when that is not today."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local.day} {local:%b %H:%M}"
