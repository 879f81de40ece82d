"""Whether a count is larger than its share of all counts lets expect: an exact test, made robust, for many at once.

Given how often something was seen in all, how many of these fall into the newest span is binomial with that span's
share of everything (the conditional test of two Poisson rates, Przyborowski and Wilenski 1940), so that growth of the
whole is no excess. What spreads more from week to week than chance lets it is tested as if it had been seen less often,
by its dispersion. Benjamini and Hochberg (1995) then hold the share of false alarms among all that was looked at.
"""

import math
from collections.abc import Sequence

_STEPS = 300
_SMALLEST = 1e-300
_EPSILON = 1e-12


def binomial_tail(count: float, trials: float, share: float) -> float:
    """How likely at least `count` of `trials` are, each with the chance `share`; also for counts that are not whole."""
    if count <= 0:
        return 1.0
    if share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    return _incomplete_beta(share, count, max(trials - count, 0.0) + 1)


def dispersion(counts: Sequence[int], totals: Sequence[int]) -> float:
    """How much more than by chance these counts vary around one share of the totals: 1 for chance, never less."""
    whole = sum(totals)
    seen = sum(counts)
    if len(counts) < 2 or not whole or not seen:
        return 1.0
    expected = [seen * total / whole for total in totals]
    squares = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True) if mean)
    return max(1.0, squares / (len(counts) - 1))


def excess(newest: int, before: Sequence[int], newest_total: int, totals: Sequence[int]) -> tuple[float, float]:
    """What the newest span was to be expected to count, and how likely as much as it did count is by chance."""
    whole = sum(totals)
    if not whole or not newest_total:
        return 0.0, 1.0
    expected = sum(before) * newest_total / whole
    if newest <= expected:
        return expected, 1.0
    spread = dispersion(before, totals)
    seen = newest + sum(before)
    return expected, binomial_tail(newest / spread, seen / spread, newest_total / (newest_total + whole))


def corrected(chances: Sequence[float], tried: int) -> list[float]:
    """The q-values of Benjamini and Hochberg for the smallest of `tried` p-values; large ones may be left out."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    found = [1.0] * len(chances)
    least = 1.0
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        least = min(least, chances[place] * tried / rank)
        found[place] = least
    return found


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction (Numerical Recipes, 6.4)."""
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front * _fraction(x, a, b) / a)
    return max(0.0, 1.0 - front * _fraction(1 - x, b, a) / b)


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _STEPS):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _apart(1 + step * d)
            c = _apart(1 + step / c)
            result *= c * d
        if abs(c * d - 1) < _EPSILON:
            break
    return result


def _apart(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST
