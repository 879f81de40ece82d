"""Decisions as the store keeps them, and as people read them: by the rules and the facts of their time."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from convo.desk.querying import context as query_context
from convo.desk.reading import AnyRow
from convo.desk.rule_loading import current_rules, rule_set_id, rules_of
from convo.desk.rule_running import Performed
from convo.errors import NotFound
from convo.model import tables
from convo.model.routing_views import (
    ActionOutcomeView,
    AssignmentView,
    CandidateView,
    DecisionView,
    RuleOutcomeView,
)
from convo.model.words import Direction
from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.routing.decide import decide
from convo.routing.explain import Outcome, explain
from convo.routing.facts import load_facts, message_of
from convo.routing.kept_facts import kept, restored
from convo.routing.rules import RuleSet
from convo.routing.triggers import Event

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_OPENINGS = (Event.THREAD_OPENED.value, Event.THREAD_REOPENED.value)


def rule_context(desk: "Desk") -> QueryContext:
    """The context in which rules are asked: now, in the desk's time zone, by nobody."""
    return replace(query_context(desk), me=None)


def keep_decision(
    connection: Connection,
    rules: RuleSet,
    event: Event,
    facts: InFlight,
    performed: Performed,
    context: QueryContext,
    *,
    asked: Collection[int] | None = None,
) -> int:
    """Write down what was decided, with the facts and the rules as they were; the decision's number."""
    told: dict[str, Any] = {"subject": kept(facts), "zone": str(context.time_zone)}
    if asked is not None:
        told["asked"] = sorted(asked)
    row = {
        "message_id": facts.message_id,
        "thread_id": facts.thread_id,
        "customer_id": facts.customer_id,
        "rule_set_id": rule_set_id(connection, rules, context.now),
        "trigger": event.value,
        "facts": told,
        "fired": performed.fired,
        "assignment": None if performed.assignment is None else asdict(performed.assignment),
        "at": context.now,
    }
    table = tables.decision
    return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())


def keep_assignment(connection: Connection, view: AssignmentView) -> None:
    """Tell in a thread's newest decision who got the thread since: from the queue, from a bot, after an absence."""
    table = tables.decision
    newest = select(func.max(table.c.id)).where(table.c.thread_id == view.thread_id).scalar_subquery()
    connection.execute(update(table).where(table.c.id == newest).values(assignment=asdict(view)))


def decisions_of(desk: "Desk", thread: int, message: int | None, *, all: bool) -> tuple[DecisionView, ...]:
    """The decisions on a message, or on a thread: the newest (with the opening that came with it), or all.

    What was never decided is shown as it would be decided now. Raises NotFound.
    """
    connection, table = desk.store.current(), tables.decision
    rows = connection.execute(
        select(table)
        .where(table.c.thread_id == thread if message is None else table.c.message_id == message)
        .order_by(table.c.id.desc())
        .limit(None if all or message is not None else 2)
    ).all()
    if not rows:
        return (_now(desk, thread, message),)
    if not all and message is None:
        newest, before = rows[0], rows[1:]
        together = [row for row in before if row.message_id == newest.message_id and row.trigger in _OPENINGS]
        rows = [newest, *together]
    return _views(connection, rows[::-1])


def _views(connection: Connection, rows: Sequence[AnyRow]) -> tuple[DecisionView, ...]:
    table, sets = tables.rule_set, {row.rule_set_id for row in rows}
    rules = {row.id: rules_of(row.rules) for row in connection.execute(select(table).where(table.c.id.in_(sets))).all()}
    messages = load_facts(connection, {row.message_id for row in rows if row.message_id is not None}, ())
    return tuple(
        _view(row, rules[row.rule_set_id], messages[row.message_id]) for row in rows if row.message_id in messages
    )


def _view(row: AnyRow, rules: RuleSet, message: InFlight) -> DecisionView:
    facts = restored(row.facts["subject"], message)
    context = QueryContext("sqlite", row.at, ZoneInfo(row.facts["zone"]))
    done = {fired["rule"]: fired["actions"] for fired in row.fired}
    outcomes = _outcomes(rules, Event(row.trigger), done, facts, context, row.facts.get("asked"))
    return DecisionView(
        row.id, row.thread_id, row.message_id, row.trigger, row.at, outcomes, _assignment(row.assignment)
    )


def _outcomes(
    rules: RuleSet,
    event: Event,
    done: dict[int, list[dict[str, Any]]],
    facts: InFlight,
    context: QueryContext,
    asked: Collection[int] | None = None,
) -> tuple[RuleOutcomeView, ...]:
    return tuple(
        RuleOutcomeView(
            position,
            told.rule.name,
            told.rule.on,
            told.outcome.value,
            told.reasons,
            tuple(ActionOutcomeView(**action) for action in done.get(told.rule.id, ())),
        )
        for position, told in enumerate(explain(rules, event, done, facts, context, asked=asked), 1)
    )


def _now(desk: "Desk", thread: int, message: int | None) -> DecisionView:
    """What would be decided now about a message that was never routed, such as one of an imported log."""
    connection = desk.store.current()
    number = message_of(connection, thread) if message is None else message
    facts = None if number is None else load_facts(connection, [number]).get(number)
    if facts is None:
        raise NotFound(f"there is no message in thread {thread}", hint="convo thread list shows them")
    rules, context = current_rules(connection), rule_context(desk)
    event = Event.MESSAGE_RECEIVED if facts.direction == Direction.INBOUND else Event.MESSAGE_SENT
    decision = decide(rules, event, facts, context)
    done = {
        rule.id: [{"action": str(action), "done": False, "detail": ""} for action in rule.actions]
        for rule in decision.fired
    }
    outcomes = tuple(
        replace(told, outcome="would fire") if told.outcome == Outcome.FIRED else told
        for told in _outcomes(rules, event, done, facts, context)
    )
    return DecisionView(None, thread, number, event.value, context.now, outcomes)


def _assignment(told: dict[str, Any] | None) -> AssignmentView | None:
    if told is None:
        return None
    return AssignmentView(**told | {"candidates": tuple(CandidateView(**one) for one in told["candidates"])})


def thread_of(connection: Connection, message: int) -> int:
    """The thread of a message; raises NotFound."""
    table = tables.message
    found = connection.execute(select(table.c.thread_id).where(table.c.id == message)).scalar()
    if found is None:
        raise NotFound(f"there is no message {message}", hint="convo search finds messages")
    return int(found)


def check_thread(connection: Connection, thread: int) -> None:
    """Raise NotFound when there is no such thread."""
    table = tables.thread
    if connection.execute(select(table.c.id).where(table.c.id == thread)).scalar() is None:
        raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
