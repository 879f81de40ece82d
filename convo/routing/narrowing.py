"""Which of many queries a message can match at all, found from its words, channel, language, intent and attributes.

Of each query something is known that every match has: this word, or that language, or one of these two. The queries
are filed under it, and a message is asked only those filed under what it has. Nothing that a rule changes (tags,
priority, assignee) is used, so that the choice holds while rules fire.
"""

from collections.abc import Iterator, Sequence

from convo.query.inflight import InFlight
from convo.query.letters import ascii_lower, spellings
from convo.query.op import Op
from convo.query.tree import And, Condition, Node, Not, Or, Text, pushed
from convo.routing.matching import Test, Words, compiled

_MOST_KEYS = 50
_BEGINNING = 3
_NAMES = frozenset({"channel", "kind", "intent", "language"})
_FILES = (*_NAMES, "word", "beginning", "attr")


class Narrowing:
    """Queries by their places in a sequence, filed under what their matches must have."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.tests: tuple[Test, ...] = tuple(compiled(node) for node in nodes)
        self._always: list[int] = []
        self._files: dict[str, dict[str, list[int]]] = {name: {} for name in _FILES}
        for place, node in enumerate(nodes):
            keys = necessary(pushed(node))
            if keys is None:
                self._always.append(place)
            for file, value in keys or ():
                self._files[file].setdefault(value, []).append(place)

    def candidates(self, message: InFlight, words: Words) -> list[int]:
        """The places, in order, of the queries that the message may match; it matches none of the others."""
        found = set(self._always)
        by_word, by_beginning = self._files["word"], self._files["beginning"]
        for word in by_word.keys() & words.all:
            found.update(by_word[word])
        for beginning in by_beginning.keys() & {word[:_BEGINNING] for word in words.all} if by_beginning else ():
            found.update(by_beginning[beginning])
        for file, value in _names(message):
            found.update(self._files[file].get(value, ()))
        return sorted(found)


def _names(message: InFlight) -> Iterator[tuple[str, str]]:
    """The keys of a message other than its words."""
    yield "channel", ascii_lower(message.channel)
    yield "kind", ascii_lower(message.channel_kind)
    if message.intent is not None:
        yield "intent", ascii_lower(message.intent)
    if message.language is not None:
        parts = ascii_lower(message.language).split("-")
        for count in range(1, len(parts) + 1):
            yield "language", "-".join(parts[:count])
    for name, value in message.attributes.items():
        yield "attr", f"{name}={ascii_lower(value)}"


def necessary(node: Node) -> frozenset[tuple[str, str]] | None:
    """Of these (field, value) keys every match of a pushed query has at least one; None where nothing is known."""
    if isinstance(node, Text):
        whole = node.term.words[:-1] if node.term.prefix else node.term.words
        if whole:
            return frozenset({("word", max(whole, key=len))})
        begun = node.term.words[-1]
        return frozenset({("beginning", begun[:_BEGINNING])}) if len(begun) >= _BEGINNING else None
    if isinstance(node, Condition):
        if node.op is not Op.IS:
            return None
        if node.field == "attr":
            return frozenset(("attr", f"{node.name}={form}") for form in spellings(str(node.value)))
        if node.field not in _NAMES:
            return None
        return frozenset((node.field, form) for form in spellings(str(node.value)))
    if isinstance(node, Not):
        return None
    known = [necessary(child) for child in node.children]
    if isinstance(node, And):
        return min((keys for keys in known if keys is not None), key=_rank, default=None)
    assert isinstance(node, Or)
    keys = frozenset(key for each in known if each is not None for key in each)
    return keys if None not in known and len(keys) <= _MOST_KEYS else None


def _rank(keys: frozenset[tuple[str, str]]) -> tuple[bool, int]:
    """Words and attributes narrow more than names do, and few keys more than many."""
    return any(file in _NAMES for file, _ in keys), len(keys)
