"""Says in words what a condition found in a message, its thread or its customer."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.tree import Condition, Text
from convo.routing.matching import Words

_LONGEST = 60


def found(leaf: Condition | Text, facts: InFlight, context: QueryContext) -> str:
    """What there is where the condition looked, as a sentence without an end."""
    if isinstance(leaf, Text):
        return _words(leaf, facts)
    if leaf.field == "is":
        return _flag(str(leaf.value), facts, context)
    return _TOLD[leaf.field](leaf, facts, context)


def quoted(text: str) -> str:
    """Somebody's words between quotation marks, cut when they are long."""
    return f"'{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}'"


def _words(leaf: Text, facts: InFlight) -> str:
    place = "subject" if leaf.term.subject_only else "message"
    words = Words(facts)
    known = words.in_subject if leaf.term.subject_only else words.all
    shown = quoted(leaf.written + ("*" if leaf.term.prefix and not leaf.written.endswith("*") else ""))
    run = leaf.term.run
    if run in words.subject or (not leaf.term.subject_only and run in words.body):
        return f"the {place} says {shown}"
    if len(leaf.term.words) > 1 and not leaf.term.prefix and known.issuperset(leaf.term.words):
        return f"the {place} has the words {shown}, but not side by side"
    return f"the {place} does not say {shown}"


def _flag(flag: str, facts: InFlight, context: QueryContext) -> str:
    if flag in {"open", "pending", "snoozed", "resolved"}:
        return f"the thread is {facts.status}"
    if flag in {"inbound", "outbound", "note"}:
        return f"the message is {'a note' if facts.direction == 'note' else facts.direction}"
    if flag in {"assigned", "unassigned"}:
        return _assignee(facts)
    if flag in {"waiting", "answered"}:
        return _waiting(facts, context)
    if flag == "breached":
        return _due(facts, context)
    subject, yes = {
        "unread": ("the thread", facts.unread),
        "automatic": ("the message", facts.automatic),
        "unverified": ("the message", facts.message_unverified),
        "blocked": ("the customer", facts.blocked),
        "queued": ("the thread", facts.queued),
    }[flag]
    return f"{subject} is {'' if yes else 'not '}{flag}"


def _having(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    return {
        "attachment": f"the message has {'an' if facts.has_attachment else 'no'} attachment",
        "html": f"the message has {'an' if facts.has_html else 'no'} HTML form",
        "reply": f"the thread has {'a' if facts.last_outbound_at else 'no'} reply of ours",
        "note": f"the thread has {'a' if facts.has_note or facts.direction == 'note' else 'no'} note",
    }[str(leaf.value)]


def _assignee(facts: InFlight) -> str:
    if facts.assignee_id is None:
        return "the thread is assigned to nobody"
    return f"the thread is assigned to {facts.assignee or 'somebody whom the rule lets the desk choose'}"


def _waiting(facts: InFlight, context: QueryContext) -> str:
    if facts.waiting_since is None:
        return "the customer is not waiting for us"
    return f"the customer has been waiting for {_span(context.now - facts.waiting_since)}"


def _due(facts: InFlight, context: QueryContext) -> str:
    if facts.due is None:
        return "nothing is promised for the thread"
    if facts.due < context.now:
        return f"what was promised has been due for {_span(context.now - facts.due)}"
    return f"what was promised is due in {_span(facts.due - context.now)}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    hours, days = minutes // 60, minutes // 1440
    return f"{days} d {hours % 24} h" if days else f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _sent(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    local: datetime = facts.sent_at.astimezone(context.time_zone)
    return f"the message was sent on {local:%Y-%m-%d at %H:%M}"


def _tags(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    thread, customer = ", ".join(sorted(facts.thread_tags)), ", ".join(sorted(facts.customer_tags))
    return f"the thread's tags are {thread or 'none'}, the customer's {customer or 'none'}"


def _attribute(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    value = facts.attributes.get(leaf.name)
    return f"the customer's {leaf.name} is {'not known' if value is None else quoted(value)}"


def _spent(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    sums = (f"{milli / 1000:,.2f} {currency}" for currency, milli in sorted(facts.spent.items()))
    return f"the customer has spent {', '.join(sums) or 'nothing'}"


def _customer(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    handles = ", ".join(value for _, value in facts.identities[:3])
    return f"the customer is {facts.customer_id}, {quoted(facts.customer_name or handles)}" + (
        f" ({handles})" if handles and facts.customer_name else ""
    )


def _from(leaf: Condition, facts: InFlight, context: QueryContext) -> str:
    handles = ", ".join(value for _, value in facts.identities[:3])
    sender = quoted(facts.author or facts.customer_name or handles)
    return f"the message is from {sender}" + (f" ({handles})" if handles and facts.direction == "inbound" else "")


_TOLD: Mapping[str, Callable[[Condition, InFlight, QueryContext], str]] = {
    "has": _having,
    "status": lambda leaf, facts, context: f"the thread is {facts.status}",
    "priority": lambda leaf, facts, context: f"the thread's priority is {facts.priority}",
    "assignee": lambda leaf, facts, context: _assignee(facts),
    "team": lambda leaf, facts, context: f"the thread's team is {facts.team or 'none'}",
    "channel": lambda leaf, facts, context: f"the message came by {facts.channel}",
    "kind": lambda leaf, facts, context: f"the message came by {facts.channel_kind}",
    "from": _from,
    "customer": _customer,
    "tag": _tags,
    "attr": _attribute,
    "spent": _spent,
    "language": lambda leaf, facts, context: f"the message's language is {facts.language or 'unknown'}",
    "sentiment": lambda leaf, facts, context: (
        f"the message's sentiment is {'unknown' if facts.sentiment is None else f'{facts.sentiment:.2f}'}"
    ),
    "intent": lambda leaf, facts, context: f"the message's intent is {facts.intent or 'unknown'}",
    **dict.fromkeys(("before", "after", "sent", "newer", "older"), _sent),
    "waiting": lambda leaf, facts, context: _waiting(facts, context),
    "sla": lambda leaf, facts, context: f"the thread's SLA policy is {facts.sla or 'none'}",
    "due": lambda leaf, facts, context: _due(facts, context),
    "id": lambda leaf, facts, context: f"the message is {facts.message_id}",
    "message": lambda leaf, facts, context: f"the message is {facts.message_id}",
    "thread": lambda leaf, facts, context: f"the thread is {facts.thread_id}",
}
