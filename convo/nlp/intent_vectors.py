"""Sentences as sparse vectors of the traits that the training sentences had, weighed by how rare each is."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from convo.nlp.intent_words import halves, pair_hashes, run_hashes, word_hash, words_of

if TYPE_CHECKING:
    from numpy import bool_, float32, int32, int64, uint32
    from numpy.typing import NDArray

    Vector = tuple[NDArray[int64], NDArray[float32]]

_MANY = 3_000
_CACHED = 16_384
_AT_ONCE = 16
"""Texts that are counted together: enough to spread numpy's costs, few enough for long ones to take little memory."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a text's traits stand in the vocabulary, how much each weighs, and how well its words are known.

    `places` and `values` are (m,), the values' squares sum to 1; `known` is the share of its `words` different words
    that the training sentences had, by rarity, 0 to 1.
    """

    places: "NDArray[int64]"
    values: "NDArray[float32]"
    known: float
    words: int

    @property
    def vector(self) -> "Vector":
        """Places and values."""
        return self.places, self.values


class _Known(NamedTuple):
    """What a vocabulary knows of a word: the places of the word and of its runs as bytes of int32, its rarity or 0.

    Bytes take a fifth of what lists of numbers do, and those of many words are joined at once.
    """

    word: bytes
    runs: bytes
    rarity: float
    first: int
    second: bytes


class _Met(dict[str, _Known]):
    """What a vocabulary knows of the words met before: a text's words, most of them met, are looked up in one go."""

    def __init__(self, hashes: "NDArray[uint32]", rarity: "NDArray[float32]") -> None:
        super().__init__()
        self._hashes = hashes
        self._rarity = rarity

    def __missing__(self, word: str) -> _Known:
        at, found = _looked_up(self._hashes, array("I", [word_hash(word), *run_hashes(word)]))
        rarity = float(self._rarity[at[0]]) if found[0] else 0.0
        known = _Known(at[:1][found[:1]].tobytes(), at[1:][found[1:]].tobytes(), rarity, *halves(word))
        if len(self) >= _CACHED:
            self.clear()
        self[word] = known
        return known


_NOTHING = ((),) * 5


class Vocabulary:
    """The traits of the training sentences: `hashes` sorted (n,) and `rarity` (n,), inverse document frequencies.

    What it knows of a word is remembered, up to 16,384 words.
    """

    def __init__(self, hashes: "NDArray[uint32]", rarity: "NDArray[float32]") -> None:
        self.hashes = hashes
        self.rarity = rarity
        self._rarest = float(rarity.max()) if len(rarity) else 0.0
        self._met = _Met(hashes, rarity)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Vocabulary":
        """The traits of these texts; of more than 3,000 texts only those that two have."""
        import numpy as np

        spelled = lru_cache(maxsize=_CACHED)(_spelled)
        each = [_traits([spelled(word) for word in words_of(text)]) for text in texts]
        hashes, counts = np.unique(np.concatenate(each), return_counts=True)
        kept = counts >= (2 if len(texts) > _MANY else 1)
        rarity = np.log((1 + len(texts)) / (1 + counts[kept])) + 1
        return cls(hashes[kept], rarity.astype(np.float32))

    def sentences(self, texts: Sequence[str]) -> list[Sentence]:
        """What each text is to this vocabulary; words and letters weigh half each, whatever their number."""
        found: list[Sentence] = []
        for start in range(0, len(texts), _AT_ONCE):
            found += self._some(texts[start : start + _AT_ONCE])
        return found

    def _some(self, texts: Sequence[str]) -> list[Sentence]:
        import numpy as np

        traits, sides = len(self.hashes), 2 * len(texts)
        keys, shares = self._keys(texts)
        keys, counts = _counted(keys)
        side = keys // max(traits, 1)
        places = (keys - side * traits).astype(np.int64)
        weights = (1 + np.log(counts)) * self.rarity.take(places)
        scales = _scales(np.bincount(side, weights * weights, sides).tolist())
        values = (weights / np.array(scales).take(side)).astype(np.float32)
        cuts = keys.searchsorted(np.arange(0, sides + 1, 2, dtype=keys.dtype) * traits).tolist()
        return [
            Sentence(places[start:end], values[start:end], *share)
            for start, end, share in zip(cuts, cuts[1:], shares, strict=False)
        ]

    def _keys(self, texts: Sequence[str]) -> "tuple[NDArray[int32], list[tuple[float, int]]]":
        """A number for each known trait of each text, as often as it occurs; and each text's share of known words.

        Numbers of different texts lie apart, and those of a text's words from those of its letters, so that sorting
        them once counts all.
        """
        import numpy as np

        parts: list[bytes] = []
        pairs = array("I")
        sizes: list[int] = []
        shares: list[tuple[float, int]] = []
        for text in texts:
            words = words_of(text)
            known = zip(*map(self._met.__getitem__, words), strict=True)
            whole, runs, rarities, firsts, seconds = known if words else _NOTHING
            parts += (b"".join(whole), b"".join(runs))
            sizes.append(len(words) + 1)
            pairs.extend(pair_hashes(firsts, seconds))
            shares.append(self._share(list(dict(zip(words, rarities, strict=True)).values())))
        at, found = _looked_up(self.hashes, pairs)
        # A file of a model holds too few traits for 32 times their number to be beyond 32 bits.
        apart = np.arange(len(parts), dtype=np.int32) * len(self.hashes)
        keys = np.frombuffer(b"".join(parts), np.int32) + apart.repeat([len(part) // 4 for part in parts])
        return np.concatenate([keys, (at + apart[::2].repeat(sizes))[found]]), shares

    def _share(self, rarities: Sequence[float]) -> tuple[float, int]:
        if not rarities or not len(self.hashes):
            return 0.0, len(rarities)
        seen, unseen = sum(rarities), rarities.count(0.0) * self._rarest
        return seen / (seen + unseen), len(rarities)


def _scales(squares: Sequence[float]) -> list[float]:
    """What to divide the weights of each side of each text by, given their squares' sums, words and letters in turn."""
    scales: list[float] = []
    for words, letters in zip(squares[::2], squares[1::2], strict=True):
        sides = (words > 0) + (letters > 0)
        scales += (sqrt(words * sides) or 1.0, sqrt(letters * sides) or 1.0)
    return scales


def _counted(keys: "NDArray[int32]") -> "tuple[NDArray[int32], NDArray[int64]]":
    """The different numbers, sorted, and how often each occurs; `numpy.unique` for what is small."""
    import numpy as np

    keys.sort()
    first = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    starts = first.nonzero()[0]
    counts = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    counts[-1:] = len(keys) - starts[-1:]
    return keys[starts], counts


def _looked_up(hashes: "NDArray[uint32]", wanted: "array[int]") -> "tuple[NDArray[int32], NDArray[bool_]]":
    """Where each wanted hash would stand (m,), and whether it does (m,)."""
    import numpy as np

    if not len(hashes):
        return np.zeros(len(wanted), np.int32), np.zeros(len(wanted), dtype=bool)
    asked = np.frombuffer(wanted, np.uint32)
    at = np.minimum(hashes.searchsorted(asked), len(hashes) - 1)
    return at.astype(np.int32), hashes.take(at) == asked


def _spelled(word: str) -> "tuple[NDArray[uint32], tuple[int, bytes]]":
    """A word's own traits, each once, and its halves."""
    import numpy as np

    return np.array(list({word_hash(word), *run_hashes(word)}), dtype=np.uint32), halves(word)


def _traits(spelled: "Sequence[tuple[NDArray[uint32], tuple[int, bytes]]]") -> "NDArray[uint32]":
    """The traits of a text, each once, sorted."""
    import numpy as np

    pairs = array("I", pair_hashes([first for _, (first, _) in spelled], [second for _, (_, second) in spelled]))
    return np.unique(np.concatenate([np.frombuffer(pairs, np.uint32), *(own for own, _ in spelled)]))
