"""How sure it is that two customers are one, and why.

Evidence is added up in bits, after Fellegi and Sunter, "A Theory for Record Linkage" (1969): agreeing on what few
have weighs more than on what many have, disagreeing weighs against, and the odds that two people picked at random are
one are what it has to overcome.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2

from convo.desk.duplicate_people import Person, says_who

_FEWEST = 1_000
_ALIKE = 0.88
_UNLIKE = 0.6
_ALIKE_VALUE = 0.85
_RESEMBLING = 0.75
_TELLING = 0.01
_FADES = (1.0, 0.8, 0.6, 0.45, 0.35, 0.25)
_SHOWN = 40
_SHARED_BY_HOUSEHOLD_TEXT = """
    address street road house suburb district city town place county region state province country postcode
    postal zip plz company organisation organization employer
    """
_SHARED_BY_HOUSEHOLD = frozenset(_SHARED_BY_HOUSEHOLD_TEXT.split())


@dataclass(frozen=True, slots=True)
class Population:
    """How common things are among all customers, where a scale is made of some of them only.

    `everybody` is how many there are; `words` how many names have a word; `holders` how many have an attribute, and how
    many values it has; `values` how many have this value of it; `locals` how many addresses begin so.
    """

    everybody: int
    words: Mapping[str, int]
    holders: Mapping[str, tuple[int, int]]
    values: Mapping[tuple[str, str], int]
    locals: Mapping[str, int]


class Scale:
    """Compares customers among these people; what is rare among them, or among all of `population`, is what counts."""

    def __init__(self, people: Sequence[Person], population: Population | None = None) -> None:
        from rapidfuzz.distance import Indel, JaroWinkler, Levenshtein

        self._resembles = Indel.normalized_similarity
        self._alike = JaroWinkler.similarity
        self._distance = Levenshtein.distance
        self._likeness = Levenshtein.normalized_similarity
        words = Counter(word for person in people for word in set(person.words))
        self._values = Counter(item for person in people for item in person.attributes.items())
        self._locals = Counter(local for person in people for local in {local for local, _ in person.addresses})
        totals = Counter(name for person in people for name in person.attributes)
        distinct = Counter(name for name, _ in self._values)
        everybody = len(people)
        if population is not None:
            everybody = max(everybody, population.everybody)
            # Somebody was seen here whom a count by another spelling may have missed.
            words |= Counter(population.words)
            self._values |= Counter(population.values)
            self._locals |= Counter(population.locals)
            totals |= Counter({name: total for name, (total, _) in population.holders.items()})
            distinct |= Counter({name: number for name, (_, number) in population.holders.items()})
        self._all = max(everybody, _FEWEST)
        self._prior = log2(self._all)
        self._rarity = {word: log2(self._all / count) for word, count in words.items()}
        self._telling = {name: distinct[name] / total for name, total in totals.items()}
        self._holders = {
            name: max(total, total + (_FEWEST - total) * self._telling[name]) for name, total in totals.items()
        }

    def worth_comparing(self, one: Person, other: Person) -> bool:
        """Whether a second sign joins what brought them together; a quick no for most of those who are two."""
        if one.numbers and not set(one.numbers).isdisjoint(other.numbers):
            return True
        if self._resembles(one.sorted_name, other.sorted_name, score_cutoff=_RESEMBLING) > 0:
            return True
        if one.addresses and other.addresses and self._addresses(one, other, []) > 0:
            return True
        theirs = other.attributes
        equal = (
            name
            for name, value in one.attributes.items()
            if theirs.get(name) == value and self._telling[name] > _TELLING
        )
        return next(equal, None) is not None and next(equal, None) is not None

    def compare(self, one: Person, other: Person) -> tuple[float, tuple[str, ...]]:
        """How sure it is that these are one person (0..1), and what speaks for it."""
        reasons: list[str] = []
        bits = self._names(one, other, reasons)
        bits += self._addresses(one, other, reasons)
        bits += self._numbers(one, other, reasons)
        bits += self._attributes(one, other, reasons)
        return 1 / (1 + 2 ** min(self._prior - bits, 500.0)), tuple(reasons)

    def _names(self, one: Person, other: Person, reasons: list[str]) -> float:
        if not one.words or not other.words:
            return 0.0
        shorter, longer = sorted((one.words, other.words), key=len)
        left = list(longer)
        bits, met, exact = 0.0, 0, 0
        for word in shorter:
            best = max(left, key=lambda candidate: self._alike(word, candidate), default="")
            likeness = self._alike(word, best) if best else 0.0
            if likeness >= _ALIKE:
                rare = min(self._rarity[word], self._rarity[best])
                bits += rare if word == best else rare * 0.65
                met += 1
                exact += word == best
                left.remove(best)
            elif best and word[0] in {candidate[0] for candidate in left} and min(len(word), len(best)) == 1:
                bits += 1.0
            else:
                bits -= 3.0 if likeness >= _UNLIKE else 8.0
        if not met:
            return max(bits, -6.0)
        if exact == len(shorter) == len(longer):
            reasons.append("the same name")
        elif met == len(shorter):
            reasons.append(f"similar names: {one.name[:_SHOWN]!r} and {other.name[:_SHOWN]!r}")
        return min(bits, self._prior + 1 if met > 1 else self._prior * 0.6)

    def _addresses(self, one: Person, other: Person, reasons: list[str]) -> float:
        best, reason = 0.0, ""
        for local, domain in one.addresses:
            for local2, domain2 in other.addresses:
                bits, told = self._address(local, domain, local2, domain2)
                if bits > best:
                    best, reason = bits, told
        if reason:
            reasons.append(reason)
        return best

    def _address(self, local: str, domain: str, local2: str, domain2: str) -> tuple[float, str]:
        if (local, domain) == (local2, domain2):
            return self._prior + 2, f"the same address in two places: {local}@{domain}"
        if not says_who(local) or not says_who(local2):
            return 0.0, ""
        if local == local2:
            rare = log2(self._all / self._locals[local])
            return min(rare, self._prior - 0.5), f"the same name in two addresses: {local}@{domain} and @{domain2}"
        if domain == domain2:
            distance = self._distance(local, local2, score_cutoff=2)
            if (distance == 1 and len(local) >= 6) or (distance == 2 and len(local) >= 10):
                bits = self._prior - (1 if distance == 1 else 3)
                if local.rstrip("0123456789") == local2.rstrip("0123456789"):
                    bits /= 2
                return bits, f"addresses that differ by {distance}: {local}@{domain} and {local2}@{domain2}"
        return 0.0, ""

    def _numbers(self, one: Person, other: Person, reasons: list[str]) -> float:
        common = set(one.numbers) & set(other.numbers)
        if not common:
            return 0.0
        reasons.append(f"the same phone number: …{min(common)}")
        return self._prior + 0.7

    def _attributes(self, one: Person, other: Person, reasons: list[str]) -> float:
        agreeing: list[tuple[float, str, str]] = []
        against = 0.0
        for name in one.attributes.keys() & other.attributes.keys():
            value, value2 = one.attributes[name], other.attributes[name]
            if value == value2:
                rare = log2(self._holders[name] / self._values[name, value])
                agreeing.append((rare, name, f"the same {name}: {value[:_SHOWN]}"))
                continue
            likeness = self._likeness(value, value2)
            if likeness >= _ALIKE_VALUE or (likeness >= 0.7 and self._telling[name] > 0.3):
                rare = log2(self._holders[name] / max(self._values[name, value], self._values[name, value2]))
                shown = f"similar {name}: {value[:_SHOWN]} and {value2[:_SHOWN]}"
                agreeing.append((rare * 0.6 * likeness, name, shown))
            else:
                against += 0.5 + 2 * self._telling[name]
        agreeing.sort(reverse=True)
        reasons += [reason for bits, _, reason in agreeing[:4] if bits > 2]
        own = _faded([bits for bits, name, _ in agreeing if not _is_of_a_household(name)])
        household = _faded([bits for bits, name, _ in agreeing if _is_of_a_household(name)])
        return own + min(household, self._prior * 0.5) - against


def _faded(bits: Sequence[float]) -> float:
    """The sum of what goes together: of a second and third thing that agree, less is news."""
    return sum(weight * _FADES[min(at, len(_FADES) - 1)] for at, weight in enumerate(bits))


@cache
def _is_of_a_household(name: str) -> bool:
    """Whether an attribute's name speaks of a place or a firm, which people who are two have in common."""
    return not _SHARED_BY_HOUSEHOLD.isdisjoint(re.split(r"[^a-z]+", name))
