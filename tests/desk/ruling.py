"""Short ways to see in a test what rules decided and did."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from convo import clock
from convo.desk.desk import Desk
from convo.model.envelope import Envelope
from convo.model.routing_views import DecisionView, RuleOutcomeView
from tests.intake.saying import START, mail, rows, take


def said(desk: Desk, who: str, minute: int, text: str = "hello", **rest: Any) -> int:
    """Let a customer write and the desk route it at that time; the thread."""
    envelope: Envelope = mail(who, minute, text, **rest)
    with clock.fixed(START + timedelta(minutes=minute, seconds=1)):
        (received,) = take(desk.store, envelope)
        desk.arrivals.route()
    assert received.thread_id is not None
    return received.thread_id


def at(minute: int, act: Callable[[], Any]) -> Any:
    """Do something so many minutes after START."""
    with clock.fixed(START + timedelta(minutes=minute)):
        return act()


def moment(minute: int) -> datetime:
    """So many minutes after START."""
    return START + timedelta(minutes=minute)


def outcome(decision: DecisionView, rule: str) -> RuleOutcomeView:
    """What became of a rule."""
    return next(told for told in decision.rules if told.rule == rule)


def fired(decision: DecisionView) -> list[str]:
    """The rules that fired."""
    return [told.rule for told in decision.rules if told.outcome == "fired"]


def tags(desk: Desk, thread: int) -> set[str]:
    """The tags of a thread."""
    return {tag for number, tag in rows(desk.store, "thread_tag", "thread_id", "tag") if number == thread}
