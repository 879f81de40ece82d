"""Topics that more customers ask about this week than their share in the weeks before lets expect."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from convo.desk.excess import corrected, excess
from convo.desk.gap_questions import Question

WEEK = timedelta(days=7)
LEAST_WEEKS = 4
STATISTIC = (
    "customers a week, each counted once; exact test of this week's share against the weeks before, by dispersion; "
    "q by Benjamini and Hochberg, shown up to 0.05"
)
_MOST_Q = 0.05
_LEAST_OBSERVED = 5
_LEAST_SEEN = 6
_MOST_TOPICS = 400_000
_MUCH_THE_SAME = 0.7

Key = tuple[int, ...] | str
"""A topic that is tried: one stem, two that stand beside each other, or an intent."""


@dataclass(frozen=True, slots=True)
class Rise:
    """A topic that rose: so many customers instead of so many, how likely that is by chance, and their questions."""

    key: Key
    observed: int
    expected: float
    p: float
    q: float
    members: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Rises:
    """What rose, the surest first; out of how many topics, in a week of so many customers, after so many weeks."""

    rises: tuple[Rise, ...]
    tried: int
    customers: int
    weeks: int


def rising(questions: Sequence[Question], until: datetime, *, most: int) -> Rises:
    """The topics of the week before `until` that rose, at most so many; none before there are four weeks to compare.

    Topics whose questions are mostly those of a surer one are left out.
    """
    asked = sorted(questions, key=lambda one: (_week(one, until), one.customer_id, one.message_id))
    totals = Counter(week for week, _ in {(_week(one, until), one.customer_id) for one in asked})
    before = range(1, max(totals, default=0) + 1)
    base = [totals[week] for week in before]
    if len(base) < LEAST_WEEKS or not totals[0]:
        return Rises((), 0, totals[0], len(base))
    counts = _counted(asked, until, len(base) + 1)
    judged = {key: excess(seen[0], seen[1:], totals[0], base) for key, seen in counts.items()}
    likely = [key for key in counts if judged[key][1] < _MOST_Q]
    qs = corrected([judged[key][1] for key in likely], len(counts))
    sure = [
        (judged[key][1], q, key)
        for key, q in zip(likely, qs, strict=True)
        if q <= _MOST_Q and counts[key][0] >= _LEAST_OBSERVED
    ]
    sure.sort(key=lambda item: (item[0], -counts[item[2]][0], str(item[2])))
    this_week = [one for one in asked if _week(one, until) == 0]
    found: list[Rise] = []
    for p, q, key in sure:
        members = tuple(one for one in this_week if key in keys_of(one))
        if len(found) < most and not any(_mostly_in(members, other.members) for other in found):
            found.append(Rise(key, counts[key][0], judged[key][0], p, q, members))
    return Rises(tuple(found), len(counts), totals[0], len(base))


def keys_of(question: Question) -> set[Key]:
    """All topics that a question counts for."""
    keys: set[Key] = {(one,) for one in question.stems}
    keys.update(pairwise(question.stems))
    return keys | {question.intent} if question.intent else keys


def _week(question: Question, until: datetime) -> int:
    return max(0, (until - question.at) // WEEK)


def _by_customer(asked: Sequence[Question], until: datetime) -> Iterator[tuple[int, set[Key]]]:
    """The week, and all topics that a customer asked about in it."""
    place = 0
    while place < len(asked):
        week, customer = _week(asked[place], until), asked[place].customer_id
        keys: set[Key] = set()
        while place < len(asked) and (_week(asked[place], until), asked[place].customer_id) == (week, customer):
            keys |= keys_of(asked[place])
            place += 1
        yield week, keys


def _counted(asked: Sequence[Question], until: datetime, length: int) -> dict[Key, list[int]]:
    """How many customers asked about each topic, this week first; only topics that were seen often enough to judge."""
    seen: Counter[Key] = Counter()
    for _, keys in _by_customer(asked, until):
        seen.update(keys)
        if len(seen) > _MOST_TOPICS:
            seen = Counter({key: often for key, often in seen.items() if often > 1})
    counts = {key: [0] * length for key, often in seen.items() if often >= _LEAST_SEEN}
    for week, keys in _by_customer(asked, until):
        for key in keys & counts.keys():
            counts[key][week] += 1
    return counts


def _mostly_in(members: Sequence[Question], others: Sequence[Question]) -> bool:
    shared = {one.message_id for one in members} & {one.message_id for one in others}
    return len(shared) >= _MUCH_THE_SAME * min(len(members), len(others))
