"""Which of many queries a message can match at all, found from its words, channel, language and intent.

Of each query something is known that every match has: this word, or that language, or one of these two. The queries
are filed under it, and a message is asked only those filed under what it has. Nothing that a rule changes (tags,
priority, assignee) is used, so that the choice holds while rules fire.
"""

from collections.abc import Sequence

from convo.query.inflight import InFlight
from convo.query.letters import ascii_lower, spellings
from convo.query.op import Op
from convo.query.tree import And, Condition, Node, Not, Or, Text, pushed
from convo.routing.matching import Test, Words, compiled

_MOST_KEYS = 50
_NAMES = frozenset({"channel", "kind", "intent", "language"})


class Narrowing:
    """Queries by their places in a sequence, filed under what their matches must have."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.tests: tuple[Test, ...] = tuple(compiled(node) for node in nodes)
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        self._by_name: dict[str, dict[str, list[int]]] = {name: {} for name in _NAMES}
        for place, node in enumerate(nodes):
            keys = necessary(pushed(node))
            if keys is None:
                self._always.append(place)
                continue
            for field, value in keys:
                file = self._by_word if field == "word" else self._by_name[field]
                file.setdefault(value, []).append(place)

    def candidates(self, message: InFlight, words: Words) -> list[int]:
        """The places, in order, of the queries that the message may match; it matches none of the others."""
        found = set(self._always)
        for word in self._by_word.keys() & words.all:
            found.update(self._by_word[word])
        for field, value in (
            ("channel", message.channel),
            ("kind", message.channel_kind),
            ("intent", message.intent),
        ):
            if value is not None:
                found.update(self._by_name[field].get(ascii_lower(value), ()))
        if message.language is not None:
            spoken = ascii_lower(message.language)
            parts = spoken.split("-")
            for count in range(1, len(parts) + 1):
                found.update(self._by_name["language"].get("-".join(parts[:count]), ()))
        return sorted(found)


def necessary(node: Node) -> frozenset[tuple[str, str]] | None:
    """Of these (field, value) keys every match of a pushed query has at least one; None where nothing is known."""
    if isinstance(node, Text):
        whole = node.term.words[:-1] if node.term.prefix else node.term.words
        return frozenset({("word", max(whole, key=len))}) if whole else None
    if isinstance(node, Condition):
        if node.field not in _NAMES or node.op is not Op.IS:
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
    """Words narrow more than names do, and few keys more than many."""
    return any(field != "word" for field, _ in keys), len(keys)
