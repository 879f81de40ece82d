"""Queries prepared to be asked about many messages: the same answers as `convo.query.predicate`, many times sooner."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.letters import ascii_lower, spellings
from convo.query.of_thread import priorities
from convo.query.op import Op
from convo.query.predicate import FLAGS, HAVING, check_of
from convo.query.tree import And, Condition, Node, Not, Text
from convo.store.search_index import TextTerm


class Words:
    """The words of a message, found once for all rules."""

    __slots__ = ("all", "body", "in_body", "in_subject", "subject")

    def __init__(self, message: InFlight) -> None:
        self.subject, self.body = message.subject_words, message.body_words
        self.in_subject, self.in_body = frozenset(self.subject.split()), frozenset(self.body.split())
        self.all = self.in_subject | self.in_body


Test: TypeAlias = Callable[[InFlight, Words, QueryContext], bool]


def compiled(node: Node) -> Test:
    """The test that a query asks of a message, its words and the context."""
    if isinstance(node, Text):
        return _text(node.term)
    if isinstance(node, Condition):
        make = _MAKERS.get(node.field)
        made = make(node) if make is not None else None
        return made if made is not None else _checked(node)
    if isinstance(node, Not):
        inner = compiled(node.child)
        return lambda message, words, context: not inner(message, words, context)
    tests = [compiled(child) for child in sorted(node.children, key=_cost)]
    return _all(tests) if isinstance(node, And) else _any(tests)


def _cost(node: Node) -> int:
    """What is asked first: conditions that one look answers, then words, then names and sums, then what is nested."""
    if isinstance(node, Not):
        return _cost(node.child)
    if isinstance(node, Condition):
        return 0 if node.field in _MAKERS else 2
    return 1 if isinstance(node, Text) else 3


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda message, words, context: first(message, words, context) and second(message, words, context)

    def test(message: InFlight, words: Words, context: QueryContext) -> bool:
        for one in tests:  # noqa: SIM110 - a loop is twice as fast as all() here
            if not one(message, words, context):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda message, words, context: first(message, words, context) or second(message, words, context)

    def test(message: InFlight, words: Words, context: QueryContext) -> bool:
        for one in tests:  # noqa: SIM110 - as above
            if one(message, words, context):
                return True
        return False

    return test


def _text(term: TextTerm) -> Test:
    """Words are looked up in a set first; only what may stand side by side is looked for in the text."""
    run, known = term.run, frozenset(term.words[:-1] if term.prefix else term.words)
    if len(term.words) == 1 and not term.prefix:
        word = term.words[0]
        if term.subject_only:
            return lambda message, words, context: word in words.in_subject
        return lambda message, words, context: word in words.all
    if term.subject_only:
        return lambda message, words, context: known <= words.in_subject and run in words.subject
    return lambda message, words, context: known <= words.all and (run in words.subject or run in words.body)


def _checked(condition: Condition) -> Test:
    check = check_of(condition)
    return lambda message, words, context: check(condition, message, context)


def _flag(condition: Condition) -> Test | None:
    known = (FLAGS if condition.field == "is" else HAVING).get(str(condition.value))
    if known is None:
        return None
    return lambda message, words, context: known(message)


def _named(condition: Condition) -> Test | None:
    """Names compared as `convo.query.letters` says, their spellings found beforehand."""
    if condition.op is not Op.IS:
        return None
    named, wanted = _NAMES[condition.field], frozenset(spellings(str(condition.value)))

    def test(message: InFlight, words: Words, context: QueryContext) -> bool:
        name = named(message)
        return name is not None and ascii_lower(name) in wanted

    return test


def _status(condition: Condition) -> Test:
    wanted = condition.value
    return lambda message, words, context: message.status == wanted


def _priority(condition: Condition) -> Test:
    wanted = frozenset(priorities(condition))
    return lambda message, words, context: message.priority in wanted


def _tag(condition: Condition) -> Test | None:
    if condition.op is not Op.IS:
        return None
    wanted = condition.value
    return lambda message, words, context: wanted in message.thread_tags or wanted in message.customer_tags


def _language(condition: Condition) -> Test | None:
    if condition.op is not Op.IS:
        return None
    codes = spellings(str(condition.value))

    def test(message: InFlight, words: Words, context: QueryContext) -> bool:
        if message.language is None:
            return False
        spoken = ascii_lower(message.language)
        return any(spoken == code or spoken.startswith(f"{code}-") for code in codes)

    return test


def _sentiment(condition: Condition) -> Test | None:
    if not isinstance(condition.value, Decimal) or condition.op not in {Op.LESS, Op.MORE}:
        return None
    bound = float(condition.value)
    if condition.op is Op.LESS:
        return lambda message, words, context: message.sentiment is not None and message.sentiment < bound
    return lambda message, words, context: message.sentiment is not None and message.sentiment > bound


_NAMES: Mapping[str, Callable[[InFlight], str | None]] = {
    "assignee": lambda message: message.assignee,
    "team": lambda message: message.team,
    "channel": lambda message: message.channel,
    "kind": lambda message: message.channel_kind,
    "intent": lambda message: message.intent,
    "sla": lambda message: message.sla,
}
_MAKERS: Mapping[str, Callable[[Condition], Test | None]] = {
    **dict.fromkeys(_NAMES, _named),
    "is": _flag,
    "has": _flag,
    "status": _status,
    "priority": _priority,
    "tag": _tag,
    "language": _language,
    "sentiment": _sentiment,
}
