"""Which customers are worth comparing: those who share a rare thing, so that not everybody meets everybody."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from convo.desk.duplicate_people import Person, says_who

_LARGEST_BLOCK = 24
_LARGEST_SPLIT = 2_000
_STEM = 3
_Blocks = dict[str, int | list[int]]


def candidate_pairs(people: Sequence[Person]) -> Iterator[tuple[int, int]]:
    """Each pair of places in `people` that share a key which few share, once; the smaller place first.

    What more than a few share is joined with the beginnings of names before it is given up.
    """
    blocks: _Blocks = {}
    for place, person in enumerate(people):
        for key in _keys(person):
            _put(blocks, key, place)
    seen: set[int] = set()
    for block in _small(blocks, people):
        for one, other in combinations(block, 2):
            pair = one << 32 | other
            if pair not in seen:
                seen.add(pair)
                yield one, other


def _put(blocks: _Blocks, key: str, place: int) -> None:
    """Add a place to a key's block; a key that only one bears, as most are, needs no list."""
    there = blocks.get(key)
    if there is None:
        blocks[key] = place
    elif isinstance(there, int):
        if there != place:
            blocks[key] = [there, place]
    elif there[-1] != place:
        there.append(place)


def _small(blocks: _Blocks, people: Sequence[Person]) -> Iterator[list[int]]:
    for block in blocks.values():
        if isinstance(block, int) or len(block) > _LARGEST_SPLIT:
            continue
        if len(block) <= _LARGEST_BLOCK:
            yield block
            continue
        parts: _Blocks = {}
        for place in block:
            for word in people[place].words:
                _put(parts, word[:_STEM], place)
        yield from (part for part in parts.values() if not isinstance(part, int) and len(part) <= _LARGEST_BLOCK)


def _keys(person: Person) -> Iterator[str]:
    for name, value in person.attributes.items():
        yield f"attribute {name}={value}"
    for number in person.numbers:
        yield f"number {number}"
    for local, domain in person.addresses:
        yield f"address {local}@{domain}"
        if says_who(local):
            yield f"local {local}"
            yield f"begins {local[:5]}@{domain}"
            yield f"ends {local[-5:]}@{domain}"
    words = person.words
    if len(words) > 1:
        first, last = words[0], words[-1]
        if first > last:
            first, last = last, first
        yield "name " + " ".join(sorted(words))
        yield f"stems {first[:_STEM]} {last[:_STEM]}"
        yield f"tails {first[-_STEM:]} {last[-_STEM:]}"
    elif words and len(words[0]) >= 4:
        yield f"name {words[0]}"
