"""What rules would have done with the messages of the past, thread by thread, without doing it."""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime

from convo.model.words import Direction, ThreadStatus
from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.routing.consequences import changed
from convo.routing.decide import decide
from convo.routing.history import Past
from convo.routing.matching import Words
from convo.routing.rules import Rule, RuleSet
from convo.routing.triggers import Event

_SEEN = frozenset({"reply", "bot", "note", "notify", "sla", "snooze", "close", "block"})


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a message ends up: to whom its thread goes, how urgent, with which tags, and what else is done at once.

    `destination` are the words after `assign` and the team, for who is drawn is a matter of the moment.
    """

    destination: str
    priority: str
    tags: frozenset[str]
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as the rules saw it, its fate, and the rules that fired on it."""

    facts: InFlight
    fate: Fate
    fired: tuple[Rule, ...]


@dataclass(slots=True)
class _State:
    """How a thread stands between two messages."""

    thread_tags: frozenset[str]
    status: str = ThreadStatus.PENDING
    priority: str = "normal"
    assignee_id: int | None = None
    assignee: str | None = None
    team: str | None = None
    unread: bool = False
    waiting_since: datetime | None = None
    last_outbound_at: datetime | None = None
    has_note: bool = False
    queued: bool = False
    sla: str | None = None
    blocked: bool = False
    wanted: str = ""
    episodes: int = 0


_CARRIED = tuple(name for name in _State.__slots__ if name not in {"wanted", "episodes"})


@dataclass(slots=True)
class Simulation:
    """One set of rules at work on the past; give it each thread's messages one after another.

    The tags that any rules put on or take off (`managed`) are theirs alone: what a thread has of them today is not
    taken for what it had.
    """

    rules: RuleSet
    managed: Container[str]
    _thread: int | None = None
    _state: _State = field(default_factory=lambda: _State(frozenset()))

    def take(self, past: Past, words: Words | None, context: QueryContext) -> Taken | None:
        """What rules do with a message; None for what no rules are run on.

        `context` is that of the moment when it was sent; `words` are its words where the customer wrote it.
        """
        facts = past.facts
        if facts.thread_id != self._thread:
            self._thread = facts.thread_id
            self._state = _State(frozenset(tag for tag in facts.thread_tags if tag not in self.managed))
        state = self._state
        self._resolve(past)
        if facts.direction != Direction.INBOUND:
            _answered(state, facts)
            return None
        blocked = state.blocked or (past.blocked_at is not None and past.blocked_at <= facts.sent_at)
        opening = _opened(state, past) if not facts.automatic and not blocked else None
        if blocked:
            return None
        seen = changed(facts, **{name: getattr(state, name) for name in _CARRIED})
        now, fired = seen, list[Rule]()
        for event in (opening, Event.MESSAGE_RECEIVED):
            if event is not None:
                decision = decide(self.rules, event, now, context, words=words)
                fired += decision.fired
                now = decision.facts
        if fired:
            self._keep(now, fired)
        return Taken(seen, self._fate(fired), tuple(dict.fromkeys(fired)))

    def _resolve(self, past: Past) -> None:
        """Close the thread where an episode ended before the message."""
        state = self._state
        ended = sum(1 for each in past.episodes if each.resolved_at and each.resolved_at <= past.facts.sent_at)
        if ended > state.episodes:
            state.episodes = ended
            state.status, state.waiting_since, state.unread = ThreadStatus.RESOLVED, None, False

    def _keep(self, facts: InFlight, fired: list[Rule]) -> None:
        for name in _CARRIED:
            setattr(self._state, name, getattr(facts, name))
        for rule in fired:
            for action in rule.actions:
                if action.verb == "assign":
                    self._state.wanted = action.what

    def _fate(self, fired: list[Rule]) -> Fate:
        state = self._state
        team = f"team {state.team}" if state.team and state.team.casefold() not in state.wanted.casefold() else ""
        done = (str(action) for rule in fired for action in rule.actions if action.verb in _SEEN)
        return Fate(
            ", ".join(part for part in (state.wanted, team) if part) or "nobody",
            state.priority,
            state.thread_tags,
            tuple(dict.fromkeys(done)),
        )


def _opened(state: _State, past: Past) -> Event | None:
    """Let a customer's message change the thread as intake does; how it opened it, if it did."""
    at = past.facts.sent_at
    first = bool(past.episodes) and past.episodes[0].opened_at == at
    again = state.status == ThreadStatus.RESOLVED or any(each.opened_at == at for each in past.episodes[1:])
    state.status, state.unread = ThreadStatus.OPEN, True
    state.waiting_since = state.waiting_since or at
    return Event.THREAD_OPENED if first else Event.THREAD_REOPENED if again else None


def _answered(state: _State, facts: InFlight) -> None:
    """Let a message of ours change the thread."""
    if facts.direction == Direction.NOTE:
        state.has_note = True
        return
    state.last_outbound_at = facts.sent_at
    if not facts.automatic:
        state.waiting_since = None
        if state.status == ThreadStatus.OPEN:
            state.status = ThreadStatus.PENDING


def managed_tags(*sets: RuleSet) -> frozenset[str]:
    """The tags that these rules put on or take off."""
    actions = [action for rules in sets for rule in rules.rules for action in rule.actions]
    return frozenset(
        [*(action.what for action in actions if action.verb in {"tag", "untag"})]
        + ["spam" for action in actions if action.verb == "block"]
    )


def at_that_time(context: QueryContext, facts: InFlight) -> QueryContext:
    """The context of the moment when a message was sent."""
    return replace(context, now=facts.sent_at)
