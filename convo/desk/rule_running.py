"""Does what rules decided: each action through the desk's own operations, as the rule, in the transaction that decided.

An action that fails is taken back alone and said in the decision; the other actions go on, and the thread stays where
everybody can see it. What a rule does sets off no rules. A rule that is run by hand acts as whoever runs it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from convo import clock
from convo.desk.fallback import send_by
from convo.desk.names import id_of
from convo.desk.rule_replies import reply_automatically
from convo.errors import Busy, ConvoError, NotFound, StoreError
from convo.intake.topic import excerpt
from convo.model import tables
from convo.model.routing_views import ActionOutcomeView, AssignmentView
from convo.model.words import Role
from convo.query.inflight import InFlight
from convo.routing.consequences import SPAM
from convo.routing.decide import Decision
from convo.routing.rules import Rule
from convo.text.spans import parse_span

if TYPE_CHECKING:
    from convo.desk.desk import Actor, Desk

_log = logging.getLogger(__name__)
_acting: ContextVar[bool] = ContextVar("convo_rule_acting", default=False)


def rules_act() -> bool:
    """Whether what happens now is a rule's own doing."""
    return _acting.get()


@dataclass(slots=True)
class Performed:
    """What came of the rules that fired, as the decision keeps it."""

    fired: list[dict[str, Any]]
    replies: list[int] = field(default_factory=list)
    assignment: AssignmentView | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """One rule at work on one thread; `desk` acts as the rule, or as who runs it `by_hand`."""

    desk: "Desk"
    rule: Rule
    facts: InFlight
    thread: int
    customer: int
    performed: Performed
    by_hand: bool = False


def perform(desk: "Desk", decision: Decision, facts: InFlight, *, by: "Actor | None" = None) -> Performed:
    """Do the actions of the rules that fired on the thread of a message; `facts` are those before any fired.

    Each acts as itself, or as whoever runs it by hand (`by`), whose replies are then theirs and not automatic. Raises
    Busy and StoreError when the store takes nothing at all.
    """
    from convo.desk.desk import Actor, Desk

    performed = Performed([])
    assert facts.thread_id is not None
    assert facts.customer_id is not None
    with _as_rules():
        for rule in decision.fired:
            acting = Desk(desk.store, desk.settings, by or Actor(f"rule {rule.name}", Role.ADMIN))
            job = _Job(acting, rule, facts, facts.thread_id, facts.customer_id, performed, by is not None)
            done = [asdict(_outcome(job, action.verb, action.what, str(action))) for action in rule.actions]
            performed.fired.append({"rule": rule.id, "name": rule.name, "actions": done})
    return performed


@contextmanager
def _as_rules() -> Iterator[None]:
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


def _outcome(job: _Job, verb: str, what: str, written: str) -> ActionOutcomeView:
    try:
        with job.desk.store.current().begin_nested():
            return ActionOutcomeView(written, True, _VERBS[verb](job, what))
    except (Busy, StoreError, DBAPIError):
        raise
    except ConvoError as error:
        return ActionOutcomeView(written, False, error.message)
    except Exception:
        # Whatever an action runs into, the message is stored and the other actions are owed to it.
        _log.exception("rule %s could not do: %s", job.rule.name, written)
        return ActionOutcomeView(written, False, "something went wrong inside convo, which its log tells")


def _assign(job: _Job, what: str) -> str:
    view = job.desk.assignments.place(job.thread, what, by=job.desk.actor.name)
    job.performed.assignment = view
    return f"assigned to {view.operator}" if view.operator else "it waits in the queue until somebody can take it"


def _team(job: _Job, what: str) -> str:
    job.desk.threads.assign(job.thread, team=what)
    return ""


def _priority(job: _Job, what: str) -> str:
    job.desk.threads.set_priority(job.thread, what)
    return ""


def _tag(job: _Job, what: str) -> str:
    job.desk.threads.tag(job.thread, add=[what])
    return ""


def _untag(job: _Job, what: str) -> str:
    job.desk.threads.tag(job.thread, remove=[what])
    return ""


def _sla(job: _Job, what: str) -> str:
    job.desk.sla.put(job.thread, what)
    return ""


def _reply(job: _Job, what: str) -> str:
    if job.by_hand:
        number = job.desk.threads.reply(job.thread, "", snippet=what).id
    else:
        number = reply_automatically(job.desk, job.thread, job.facts, what)
    job.performed.replies.append(number)
    return f"message {number} is queued"


def _send(job: _Job, what: str) -> str:
    """Send the answer that failed by another channel: the message that the rule is asked about."""
    assert job.facts.message_id is not None
    number = send_by(job.desk, job.thread, job.facts.message_id, what.removeprefix("by "))
    return f"delivery {number} is queued"


def _bot(job: _Job, what: str) -> str:
    job.desk.bots.take(job.thread, what)
    return ""


def _note(job: _Job, what: str) -> str:
    return f"message {job.desk.threads.note(job.thread, what).id}"


def _notify(job: _Job, what: str) -> str:
    """Tell an operator, or else each member of a team of that name."""
    connection = job.desk.store.current()
    operator, member = tables.operator, tables.team_member
    here = operator.c.removed_at.is_(None)
    try:
        told = [id_of(connection, operator, what, "operator", here)]
    except NotFound:
        try:
            team = id_of(connection, tables.team, what, "team")
        except NotFound:
            raise NotFound(f"there is no operator and no team {what[:80]!r}") from None
        members = select(member.c.operator_id).join(operator, operator.c.id == member.c.operator_id)
        told = list(connection.execute(members.where(member.c.team_id == team, here)).scalars())
    row = {
        "thread_id": job.thread,
        "customer_id": job.customer,
        "body": f"{job.rule.trigger}: {excerpt(job.facts.body)}".rstrip(": "),
        "by": job.desk.actor.name,
        "at": clock.now(),
    }
    if told:
        connection.execute(insert(tables.notification), [row | {"operator_id": number} for number in told])
    return f"{len(told)} told" if told else "the team has no member to tell"


def _snooze(job: _Job, what: str) -> str:
    job.desk.threads.snooze(job.thread, clock.now() + parse_span(what))
    return ""


def _close(job: _Job, what: str) -> str:
    job.desk.threads.close(job.thread)
    return ""


def _block(job: _Job, what: str) -> str:
    job.desk.customers.block(job.customer)
    job.desk.threads.tag(job.thread, add=[SPAM])
    job.desk.threads.close(job.thread)
    return "the customer is blocked and the thread resolved"


_VERBS: Mapping[str, Callable[[_Job, str], str]] = {
    "assign": _assign,
    "team": _team,
    "priority": _priority,
    "tag": _tag,
    "untag": _untag,
    "sla": _sla,
    "reply": _reply,
    "send": _send,
    "bot": _bot,
    "note": _note,
    "notify": _notify,
    "snooze": _snooze,
    "close": _close,
    "block": _block,
    "stop": lambda job, what: "",
}
