"""Groups questions into topics by the rare words that they share, alike however often it is done."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from convo.desk.gap_questions import Question

_LEAST = 3
_LEAST_LIFT = 2.0
_MOST_SHARE = 0.3
_NEVER_COMMON = 20
_RAREST = 8
_MOST_PAIRS = 400_000
_IN_COMMON = 0.6
_MOST_IN_COMMON = 5


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions with the stems that all or most of them share, and the intent that most have; the newest first."""

    stems: tuple[int, ...]
    intent: str | None
    members: tuple[Question, ...]


def topics_of(questions: Sequence[Question], *, most: int) -> list[Topic]:
    """The largest topics, at most so many.

    Two stems (or a stem and an intent) that stand together far more often than by chance make a topic of all questions
    that have both, those first that are frequent and surprising at once: their count times the logarithm of how much
    more often than by chance that is. A question belongs to the first topic that takes it. What remains makes topics of
    one stem or one intent. No topic has fewer than 3 questions.
    """
    intents = {name: -number for number, name in enumerate(sorted({q.intent for q in questions if q.intent}), 1)}
    keys = [(*q.stems, *([intents[q.intent]] if q.intent else [])) for q in questions]
    held = Counter(key for each in keys for key in each)
    highest = max(_NEVER_COMMON, int(_MOST_SHARE * len(questions)))
    places: dict[int, array[int]] = {}
    chosen: list[tuple[int, ...]] = []
    for place, each in enumerate(keys):
        fitting = [key for key in each if held[key] >= _LEAST and (key < 0 or held[key] <= highest)]
        rare = sorted(fitting, key=lambda key: (key >= 0, held[key], key))[:_RAREST]
        chosen.append(tuple(sorted(rare)))
        for key in rare:
            places.setdefault(key, array("l")).append(place)
    free = bytearray(b"\x01") * len(questions)
    found: list[Topic] = []
    for pair in _surprising(chosen, held, len(questions)):
        if len(found) >= most:
            break
        found += _taken(pair, places, free, questions, keys, intents)
    singles = sorted(places, key=lambda key: (-len(places[key]), key))
    for key in singles:
        if len(found) >= 2 * most:
            break
        found += _taken((key,), places, free, questions, keys, intents)
    return sorted(found, key=lambda topic: (-len(topic.members), topic.members[0].message_id))[:most]


def _surprising(chosen: Iterable[Sequence[int]], held: Counter[int], count: int) -> list[tuple[int, int]]:
    """Pairs of keys that stand together more often than by chance, the best first."""
    pairs: Counter[tuple[int, int]] = Counter()
    for each in chosen:
        pairs.update(combinations(each, 2))
        if len(pairs) > _MOST_PAIRS:
            pairs = Counter({pair: often for pair, often in pairs.items() if often > 1})
            if len(pairs) > _MOST_PAIRS // 2:
                pairs = Counter(dict(pairs.most_common(_MOST_PAIRS // 2)))
    judged = []
    for (one, other), often in pairs.items():
        lift = often * count / (held[one] * held[other])
        if often >= _LEAST and lift >= _LEAST_LIFT:
            judged.append((often * math.log(lift), (one, other)))
    return [pair for _, pair in sorted(judged, key=lambda item: (-item[0], item[1]))]


def _taken(
    wanted: tuple[int, ...],
    places: dict[int, "array[int]"],
    free: bytearray,
    questions: Sequence[Question],
    keys: Sequence[tuple[int, ...]],
    intents: dict[str, int],
) -> list[Topic]:
    """The topic of the questions that have these keys and belong to none yet; nothing when they are too few."""
    rarest = min(wanted, key=lambda key: len(places[key]))
    members = [place for place in places[rarest] if free[place] and all(key in keys[place] for key in wanted)]
    if len(members) < _LEAST:
        return []
    for place in members:
        free[place] = 0
    common = Counter(key for place in members for key in keys[place])
    shared = [key for key, often in common.items() if often >= _IN_COMMON * len(members)]
    shared.sort(key=lambda key: (key not in wanted, -common[key], key))
    names = {number: name for name, number in intents.items()}
    intent = next((names[key] for key in shared if key < 0), None)
    stems = tuple(key for key in shared if key > 0)[:_MOST_IN_COMMON]
    newest = sorted((questions[place] for place in members), key=lambda one: (one.at, one.message_id), reverse=True)
    return [Topic(stems, intent, tuple(newest))]
