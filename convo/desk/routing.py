"""Operations on routing: run the rules on what happens, explain what they decided, replay them over history."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import insert, update

from convo import clock
from convo.desk.operation import Operations, operation
from convo.desk.rule_decisions import check_thread, decisions_of, keep_decision, rule_context, thread_of
from convo.desk.rule_lately import lately
from convo.desk.rule_loading import current_rules
from convo.desk.rule_running import perform, rules_act
from convo.desk.rule_timing import breached_threads, due_rules, due_threads, open_episode
from convo.errors import BadInput, Busy, NotFound, StoreError
from convo.model import tables
from convo.model.routing_views import DecisionView, LatelyView, ReplayView
from convo.model.words import Role
from convo.query.inflight import InFlight
from convo.routing.decide import decide
from convo.routing.facts import load_facts, message_of, messages_of
from convo.routing.rules import RuleSet
from convo.routing.triggers import Event, parse_trigger

_MOST = 200

_log = logging.getLogger(__name__)


class Routing(Operations):
    """What the rules decide, and why."""

    @operation(Role.AGENT, writes=True)
    def route(self, thread: int, trigger: str, *, message: int | None = None) -> None:
        """Run the rules of a trigger on a thread, and keep the decision.

        They are asked about the message given, or else about the customer's newest. What a rule does sets off no rules.
        Raises BadInput for a trigger that is a matter of time, of somebody's hand, or none; NotFound.
        """
        event = parse_trigger(trigger).event
        if event.timed:
            raise BadInput(f"{trigger!r} is a matter of time", hint="convo work runs the rules that are due")
        if event is Event.BY_HAND:
            raise BadInput(
                f"{trigger!r} is up to people", hint=f"convo thread macro {thread} NAME runs one of its rules"
            )
        if rules_act():
            return
        rules = current_rules(self.connection)
        if not rules.ready(event).rules:
            return
        facts = self._facts(thread, message, rules)
        if facts is not None:
            self._decide(rules, event, facts)

    @operation(Role.AGENT, writes=True, batches=True)
    def run_timed(self) -> int:
        """Run the time-triggered rules that are due, each once per episode; how many fired.

        All unresolved threads are looked at. Each thread is a transaction of its own, so that several processes may do
        this at once; none fires a rule that another has.
        """
        fired = 0
        for event in (Event.WAITING, Event.ABOUT_TO_BREACH):
            for thread in self._due(event):
                fired += self._unhindered(self._fire, thread, event) or 0
        failed: set[int] = set()
        while True:
            with self.store.read() as connection:
                threads = [number for number in breached_threads(connection) if number not in failed]
            if not threads:
                return fired
            for thread in threads:
                done = self._unhindered(self._fire_breach, thread)
                failed |= {thread} if done is None else set()
                fired += done or 0

    @operation(Role.VIEWER)
    def explain(
        self, thread: int | None = None, *, message: int | None = None, all: bool = False
    ) -> tuple[DecisionView, ...]:
        """What the rules decided about a message or a thread, oldest first, and for each rule why it fired or did not.

        Of a thread it is the newest decision, or `all` of them. By the rules and the facts of that time; what was never
        decided is shown as it would be now, with no id. Raises NotFound, BadInput for neither.
        """
        if message is not None:
            return decisions_of(self.desk, thread_of(self.connection, message), message, all=all)
        if thread is None:
            raise BadInput("nothing to explain", hint="name a thread or a message")
        check_thread(self.connection, thread)
        return decisions_of(self.desk, thread, None, all=all)

    @operation(Role.VIEWER)
    def lately(self, limit: int = 50) -> LatelyView:
        """The newest decisions about messages, at most `limit` (1 to 200), and how often each rule fired of late.

        `explain` with the message's number tells each of them whole. Raises BadInput for a limit out of range.
        """
        if not 1 <= limit <= _MOST:
            raise BadInput(f"1 to {_MOST} decisions can be listed, not {limit}")
        return lately(self.connection, limit)

    @operation(Role.VIEWER)
    def replay(
        self, *, rules: str | None = None, since: datetime | None = None, query: str = "", examples: int = 10
    ) -> ReplayView:
        """What candidate rules (TOML, as `rules.export` gives it) would have done with past messages; nothing changes.

        They are compared with the rules of now, over all messages or those since an instant (aware) that `query`
        matches. Raises BadInput, QueryError.
        """
        from convo.desk.rule_replaying import replayed

        return replayed(self.desk, rules, since=since, query=query, examples=examples)

    def _facts(self, thread: int, message: int | None, rules: RuleSet) -> InFlight | None:
        number = message_of(self.connection, thread) if message is None else message
        if number is None:
            check_thread(self.connection, thread)
            return None
        facts = load_facts(self.connection, [number], rules.fields).get(number)
        if facts is None or facts.thread_id != thread:
            raise NotFound(f"there is no message {number} in thread {thread}", hint="convo thread show tells them")
        return facts

    def _decide(
        self, rules: RuleSet, event: Event, facts: InFlight, asked: Collection[int] | None = None, episode: int = 0
    ) -> int:
        """Decide, do it and keep it; how many rules fired."""
        context = rule_context(self.desk)
        decision = decide(rules, event, facts, context, asked=asked)
        if asked is not None:
            if not decision.fired:
                return 0
            row = {"episode_id": episode, "customer_id": facts.customer_id, "at": context.now}
            self.connection.execute(insert(tables.rule_firing), [row | {"rule_id": rule.id} for rule in decision.fired])
        performed = perform(self.desk, decision, facts)
        keep_decision(self.connection, rules, event, facts, performed, context, asked=asked)
        if decision.fired:
            names = [rule.name for rule in decision.fired]
            self.record("thread", facts.thread_id, after={"trigger": event.value, "rules": names})
        return len(decision.fired)

    def _due(self, event: Event) -> list[int]:
        """The threads on which a rule of this event seems to fire now, in the order of the rules."""
        found: dict[int, None] = {}
        with self.store.read() as connection:
            rules, context = current_rules(connection), rule_context(self.desk)
            for rule in rules.ready(event).rules:
                for threads in due_threads(connection, rule, context.now):
                    facts = load_facts(connection, messages_of(connection, threads), rules.fields).values()
                    for each in facts:
                        if decide(rules, event, each, context, asked={rule.id}).fired:
                            assert each.thread_id is not None
                            found[each.thread_id] = None
        return list(found)

    def _unhindered(self, fire: Callable[..., int], thread: int, *rest: Event) -> int | None:
        """How many rules fired on a thread; None when it failed, which must not keep the others waiting."""
        try:
            return fire(thread, *rest)
        except (Busy, StoreError):
            raise
        except Exception:
            _log.exception("the rules that are due in thread %d could not be run", thread)
            return None

    @operation(Role.AGENT, writes=True)
    def _fire(self, thread: int, event: Event) -> int:
        """Run the rules of an event that are due in a thread, having looked again; how many fired."""
        episode = open_episode(self.connection, thread)
        if episode is None:
            return 0
        rules = current_rules(self.connection)
        due = due_rules(self.connection, rules, event, thread, episode, clock.now())
        facts = self._facts(thread, None, rules) if due else None
        return self._decide(rules, event, facts, due, episode) if facts is not None else 0

    @operation(Role.AGENT, writes=True)
    def _fire_breach(self, thread: int) -> int:
        """Ask the rules about a thread's broken promises, once; how many fired."""
        episode, breach = open_episode(self.connection, thread), tables.breach
        unseen = update(breach).where(breach.c.thread_id == thread, breach.c.seen.is_(False)).values(seen=True)
        if self.connection.execute(unseen).rowcount == 0 or episode is None:
            return 0
        return self._fire(thread, Event.BREACHED)
