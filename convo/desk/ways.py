"""What each kind of channel lets through: how people are reached there, how much fits, and for how long one may write.

The figures are the providers' own: WhatsApp and Messenger take free text for 24 hours after the customer's last message
there, at most 4,096 and 2,000 characters; bots of Telegram cannot write first and send at most 4,096; Twilio joins at
most 1,600 characters of SMS; Slack cuts after 40,000; an event of Matrix holds 65,536 bytes; Discourse takes 32,000.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Facts:
    """One kind of channel: `reached_as` are the kinds of identity that it reaches, the best first.

    `longest` is in characters. Free text may go for `window` after the customer's last message there; `outside` says
    what can go when that is over. With `answers_only` it reaches nobody who has not begun there, which need not
    have been by a message. `mute` says why nothing can ever go by it.
    """

    reached_as: tuple[str, ...]
    longest: int | None = None
    window: timedelta | None = None
    outside: str = ""
    answers_only: bool = False
    mute: str = ""


_KINDS = {
    "whatsapp": Facts(("whatsapp", "phone"), 4_096, _DAY, "only templates can go"),
    "messenger": Facts(("messenger",), 2_000, _DAY, "nothing can go until they write again"),
    "telegram": Facts(("telegram",), 4_096, answers_only=True),
    "sms": Facts(("phone",), 1_600),
    "slack": Facts(("slack",), 40_000),
    "matrix": Facts(("matrix",), 16_000),
    "discourse": Facts(("external",), 32_000),
    "phone": Facts(("phone",), mute="a phone line carries no text"),
    "shop": Facts(("email",), mute="it is a shop's counter, which sends nothing"),
    "import": Facts(("email",), mute="it only holds what was imported"),
}


def facts_of(kind: str) -> Facts:
    """What is known about a kind of channel; one that nobody described reaches the identities of its own name."""
    return _KINDS.get(kind) or Facts((kind,))


def closing(facts: Facts, heard: datetime | None) -> datetime | None:
    """When the window for free text ends that the customer's last message there opened; None without a window."""
    return None if facts.window is None or heard is None else heard + facts.window


def refusal(facts: Facts, heard: datetime | None, now: datetime, zone: tzinfo) -> str:
    """Why nothing can go now to one who was last heard there at `heard` (None: never); empty when it can."""
    if facts.mute:
        return facts.mute
    if heard is None and facts.window is not None:
        return f"the customer has not written here: {facts.outside}"
    closes = closing(facts, heard)
    if closes is not None and closes <= now and facts.window is not None:
        hours = int(facts.window.total_seconds() // 3600)
        return f"the {hours}-hour window closed {shown(closes, now, zone)}: {facts.outside}"
    return ""


def limit(facts: Facts, heard: datetime | None, now: datetime, zone: tzinfo, *, paused: bool) -> str:
    """What a channel does not let through, in words; empty when there is nothing to say."""
    told = []
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
