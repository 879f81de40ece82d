"""What an intent model knows a sentence by: its words, pairs of words, and letters within words, as hashes."""

import zlib
from collections.abc import Iterable, Iterator

from convo.text import index_words

LONGEST_TEXT = 4_000
MOST_WORDS = 400
_LONGEST_WORD = 24
_LONGEST_RUN = 5
_LETTERS, _WORD, _PAIR = 1, 2, 3
_DIGITS = str.maketrans("123456789", "000000000")


def words_of(text: str) -> list[str]:
    """The words that count: the search index's, digits all alike, the first 400 of the first 4,000 characters."""
    return index_words(text[:LONGEST_TEXT]).translate(_DIGITS).split()[:MOST_WORDS]


def word_hash(word: str) -> int:
    """The trait that a word by itself is, 32 bits."""
    return zlib.crc32(word.encode(), _WORD)


def halves(word: str) -> tuple[int, bytes]:
    """What `pair_hashes` takes of a word: a hash of it as the first of two, and its bytes as the second."""
    return zlib.crc32(f"{word} ".encode(), _PAIR), word.encode()


def pair_hashes(firsts: Iterable[int], seconds: Iterable[bytes]) -> Iterator[int]:
    """The traits that neighbouring words are, by what `halves` says of each; begin and end of a text are words, too.

    A pair's hash goes on from its first word's, so that it costs no more than one call.
    """
    return map(zlib.crc32, (*seconds, _END), (_BEGIN, *firsts))


def run_hashes(word: str) -> list[int]:
    """The traits that the runs of 2 to 5 letters of a word are, as often as they occur.

    The hash of a run goes on from that of the run without its last letter.
    """
    letters = [letter.encode() for letter in f" {word[:_LONGEST_WORD]} "]
    shorter = [zlib.crc32(letter, _LETTERS) for letter in letters]
    found: list[int] = []
    for length in range(2, _LONGEST_RUN + 1):
        # Of runs that begin where none so long fits there is no further letter, so that they drop out.
        shorter = list(map(zlib.crc32, letters[length - 1 :], shorter))
        found += shorter
    return found


_BEGIN, _END = halves("^")[0], halves("$")[1]
