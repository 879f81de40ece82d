"""What an intent model knows a sentence by: its words, pairs of words, and letters within words, as hashes."""

import zlib
from collections.abc import Iterator
from itertools import pairwise

from convo.text import index_words

LONGEST_TEXT = 4_000
MOST_WORDS = 400
_LONGEST_WORD = 24
_SHORTEST_RUN, _LONGEST_RUN = 2, 5
_LETTERS, _WORD, _PAIR = 1, 2, 3
_CACHED = 50_000
_DIGITS = str.maketrans("123456789", "000000000")


class Traits:
    """The traits of texts; words met before are remembered, up to 50,000 of them."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[int, ...]] = {}

    def __call__(self, text: str) -> tuple[list[int], list[int]]:
        """Hashes of 32 bits, as often as they occur: of words and pairs of words, and of runs of 2 to 5 letters.

        Words are those of the search index, digits all alike; the first 400 words of the first 4,000 characters count.
        """
        words = self.words(text)
        named = [zlib.crc32(word.encode(), _WORD) for word in words]
        named += [zlib.crc32(f"{one} {other}".encode(), _PAIR) for one, other in pairwise(["^", *words, "$"])]
        letters: list[int] = []
        for word in words:
            letters += self._of(word)
        return named, letters

    def words(self, text: str) -> list[str]:
        """The words that count."""
        return index_words(text[:LONGEST_TEXT]).translate(_DIGITS).split()[:MOST_WORDS]

    def _of(self, word: str) -> tuple[int, ...]:
        runs = self._runs.get(word)
        if runs is None:
            if len(self._runs) >= _CACHED:
                self._runs.clear()
            runs = self._runs[word] = tuple(_hashes(word[:_LONGEST_WORD]))
        return runs


def word_hash(word: str) -> int:
    """The trait that a word by itself is."""
    return zlib.crc32(word.encode(), _WORD)


def _hashes(word: str) -> Iterator[int]:
    marked = f" {word} "
    size = len(marked)
    for length in range(_SHORTEST_RUN, min(_LONGEST_RUN, size) + 1):
        for start in range(size - length + 1):
            yield zlib.crc32(marked[start : start + length].encode(), _LETTERS)
