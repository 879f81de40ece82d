"""Macros: rules that an operator runs by hand on one thread, all of a rule's actions or none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convo.desk.rule_decisions import check_thread, keep_decision, rule_context
from convo.desk.rule_loading import current_rules
from convo.desk.rule_running import perform
from convo.errors import Conflict, NotFound
from convo.model.views import RuleView
from convo.query.inflight import InFlight
from convo.routing.decide import Decision
from convo.routing.explain import failures
from convo.routing.facts import load_facts, message_of
from convo.routing.rules import Rule, RuleSet
from convo.routing.triggers import Event

if TYPE_CHECKING:
    from convo.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class MacroRun:
    """A macro that was run: the number of the decision that tells of it, and the replies that it queued."""

    decision: int
    replies: tuple[int, ...]


def macros_for(desk: "Desk", thread: int | None = None) -> tuple[RuleView, ...]:
    """The rules that are run by hand and can be, by name: all, or those whose query matches a thread's newest message.

    Raises NotFound for no such thread.
    """
    rules = current_rules(desk.store.current())
    found = rules.ready(Event.BY_HAND).rules
    if thread is not None:
        facts, context = _facts(desk, rules, thread), rule_context(desk)
        found = tuple(rule for rule in found if facts is not None and not failures(rule.node, facts, context))
    numbers = {rule.id for rule in found}
    return tuple(sorted((view for view in desk.rules.list() if view.id in numbers), key=lambda view: view.name))


def run_macro(desk: "Desk", name: str, thread: int) -> MacroRun:
    """Do what a rule does to a thread, as whoever acts at the desk, inside the open write; leaves a decision.

    What a macro does sets off no rules, and takes no draft for sent. Raises NotFound for no such macro or thread, and
    Conflict when the rule's query does not match the thread, or when one of the actions cannot be done: then none is.
    """
    connection, context = desk.store.current(), rule_context(desk)
    rules = current_rules(connection)
    rule = _macro(rules, name)
    facts = _facts(desk, rules, thread)
    if facts is None:
        raise Conflict(f"nothing was said in thread {thread}", hint="a macro is run on what a customer wrote")
    reasons = failures(rule.node, facts, context)
    if reasons:
        raise Conflict(f"the macro {rule.name} is not for thread {thread}: {'; '.join(reasons)}", hint=_hint(rule))
    decision = Decision(Event.BY_HAND, (rule,), rule if rule.stops else None, facts)
    with connection.begin_nested():
        performed = perform(desk, decision, facts, by=desk.actor)
        for action in performed.fired[0]["actions"]:
            if not action["done"]:
                raise Conflict(
                    f"the macro {rule.name} did nothing to thread {thread}, as it could not {action['action']}: "
                    f"{action['detail']}",
                    hint=_hint(rule),
                )
        number = keep_decision(connection, rules, Event.BY_HAND, facts, performed, context, asked=[rule.id])
    return MacroRun(number, tuple(performed.replies))


def _macro(rules: RuleSet, name: str) -> Rule:
    wanted = name.strip().casefold()
    for rule in rules.rules:
        if rule.name.casefold() == wanted:
            if rule.problem or rule.trigger.event is not Event.BY_HAND:
                why = rule.problem or f"it waits for: {rule.trigger}"
                raise Conflict(f"the rule {rule.name} is not run by hand: {why}", hint=_hint(rule))
            if not rule.enabled:
                raise Conflict(f"the macro {rule.name} is switched off", hint=f"convo rule enable {rule.name!r}")
            return rule
    raise NotFound(f"there is no macro {name[:80]!r}", hint="convo rule list shows them: those on 'by hand'")


def _facts(desk: "Desk", rules: RuleSet, thread: int) -> InFlight | None:
    """What is known of the message that a thread is judged by; None for a thread without one."""
    connection = desk.store.current()
    number = message_of(connection, thread)
    if number is None:
        check_thread(connection, thread)
        return None
    return load_facts(connection, [number], rules.fields).get(number)


def _hint(rule: Rule) -> str:
    return f"convo rule show {rule.name!r} tells what it is for"
