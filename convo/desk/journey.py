"""Where a customer stands: the stage that what they did and said implies, and how their mood goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from convo.model.words import JourneyStage

LAPSED_AFTER = timedelta(days=365)
"""Whoever was not heard of for so long is lapsed."""
RISK_AFTER = timedelta(days=180)
"""An owner who was not heard of for so long is at risk."""
RISK_MOOD = -0.3
"""An owner is at risk whose newest messages feel worse than this on average."""
BUYING_WITHIN = timedelta(days=14)
"""A cart that was filled since so long, and nothing bought after it, is a purchase on its way."""
CONSIDERING_WITHIN = timedelta(days=90)
"""Whoever wrote, called, came by or looked at enough pages since so long considers buying."""
ENOUGH_PAGES = 3

_RECENT = 5
_HALF = 4
_STEADY = 0.2


@dataclass(frozen=True, slots=True)
class Traces:
    """What is known of a customer's way so far; `moods` from -1 to 1, oldest first.

    `heard_at` is when they were last heard of in any way, `spoke_at` when they last wrote, called, came to the shop or
    answered a survey; `pages` is how many pages they looked at lately.
    """

    now: datetime
    heard_at: datetime | None = None
    spoke_at: datetime | None = None
    bought_at: datetime | None = None
    cart_at: datetime | None = None
    pages: int = 0
    moods: Sequence[float] = ()


def stage(traces: Traces) -> JourneyStage:
    """The stage of a customer, the first that fits: lapsed, buying, at risk, owning, considering, aware."""
    now = traces.now
    if traces.heard_at is not None and now - traces.heard_at > LAPSED_AFTER:
        return JourneyStage.LAPSED
    cart, bought = traces.cart_at, traces.bought_at
    if cart is not None and now - cart <= BUYING_WITHIN and (bought is None or cart > bought):
        return JourneyStage.BUYING
    if bought is not None:
        silent = traces.heard_at is not None and now - traces.heard_at > RISK_AFTER
        recent = traces.moods[-_RECENT:]
        return JourneyStage.AT_RISK if silent or (recent and fmean(recent) < RISK_MOOD) else JourneyStage.OWNING
    spoke = traces.spoke_at is not None and now - traces.spoke_at <= CONSIDERING_WITHIN
    return JourneyStage.CONSIDERING if spoke or traces.pages >= ENOUGH_PAGES else JourneyStage.AWARE


def trend(moods: Sequence[float]) -> str:
    """How moods go, oldest first: the mean of the newest four against that of the (one to four) before them.

    "rising" or "falling" when they differ by 0.2 or more, else "steady"; empty for fewer than three. Of fewer than
    eight the newer half counts.
    """
    if len(moods) < 3:
        return ""
    half = min(_HALF, len(moods) // 2)
    change = fmean(moods[-half:]) - fmean(moods[-2 * half : -half])
    if abs(change) < _STEADY:
        return "steady"
    return "rising" if change > 0 else "falling"
