"""The one tokeniser of search: what both engines index and what a query asks for, decided here and nowhere else."""

import re
import unicodedata
from functools import cache
from itertools import accumulate, pairwise, takewhile

LONGEST_WORD = 64
LONGEST_TEXT = 200_000
# PostgreSQL refuses a tsvector of 1 MiB; each word costs it its bytes and about six more.
LARGEST_INDEX = 1_000_000
_COST_PER_WORD = 6

_ZERO_WIDTH_SPACE = 0x200B

# Scripts written without spaces between words: Han, Hiragana and Katakana, with their iteration and length marks.
_CJK = re.compile(
    "([\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff]+)"
)


class _Folding(dict[int, str]):
    """What each character becomes: lower-case and bare of marks where it is alphanumeric, else a space or nothing."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    """One character's words: NFKD, marks stripped, casefolded, NFKD and stripped again so that it is stable.

    What nobody sees (soft hyphens, joiners, bidi marks) vanishes, so that a word is found as it is read; a zero width
    space stands between words.
    """
    if unicodedata.category(character) == "Cf" and ord(character) != _ZERO_WIDTH_SPACE:
        return ""
    bare = _without_marks(_without_marks(character).casefold())
    kept = "".join(piece if piece.isalnum() else " " for piece in bare)
    return unicodedata.normalize("NFC", kept)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(piece for piece in decomposed if not unicodedata.category(piece).startswith("M"))


_FOLDING = _Folding()
_OTHERS = re.compile(r"[^\x00-\x7f]+")
_FEW_OTHERS = 40
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 0x20 for code in range(256))


@cache
def _other_script() -> re.Pattern[str]:
    """Where a text has any of these it is in another script, and hardly one of a few characters that are not ASCII."""
    return re.compile("[\u0370-\u1dff\u2c00-\ufaff]")  # which takes milliseconds, that no start waits for


def index_words(text: str) -> str:
    """The words of a text as the search index holds them, in order, with one space between them.

    A word is a maximal run of alphanumeric characters after folding (NFKD, marks stripped, casefolded), cut to 64
    characters; Han and kana runs become overlapping pairs and then their last character alone (東京都 gives 東京, 京都,
    都), so that any part of a run is found by a phrase of pairs or by a prefix. Only the first 200,000 characters are
    read, and no more words are given than a PostgreSQL tsvector can hold.
    """
    text = text[:LONGEST_TEXT]
    # Accents and quotes are mostly all that is not ASCII, and few: without them the rest is folded in one go.
    plain = text if text.isascii() else _bare(text)
    if plain is None:
        return " ".join(_words(text)[0])
    words = plain.encode("ascii").translate(_ASCII).split()
    if max(map(len, words), default=0) > LONGEST_WORD:
        words = [word[:LONGEST_WORD] for word in words]
    return b" ".join(words).decode("ascii")


def _bare(text: str) -> str | None:
    """The text in ASCII, its few other characters folded; None where they are many, or leave what is not ASCII."""
    if _other_script().search(text):
        return None
    others = set("".join(_OTHERS.findall(text)))
    if len(others) > _FEW_OTHERS:
        return None
    for character in others:
        text = text.replace(character, _FOLDING[ord(character)])
    return text if text.isascii() and len(text) <= LONGEST_TEXT else None


def query_words(text: str) -> list[str]:
    """The words to look for, the same as `index_words` gives, except for the end of a Han or kana run of two or more.

    Where such a run comes last its last character is left out, since it may go on in the text: 東京 finds 東京都.
    """
    if text.isascii():
        return index_words(text).split()
    words, ends_in_pairs = _words(text)
    return words[:-1] if ends_in_pairs else words


def _words(text: str) -> tuple[list[str], bool]:
    """The words of any text, and whether the last is the single character that closes a run of pairs."""
    folded = text[:LONGEST_TEXT].translate(_FOLDING)
    # Jamo on their own, as decomposed text brings them, join into the syllables that Hangul is written in.
    folded = unicodedata.normalize("NFC", folded)
    ends_in_pairs = False
    words: list[str] = []
    if _CJK.search(folded):
        for run in folded.split():
            for number, piece in enumerate(_CJK.split(run)):
                if not piece:
                    continue
                ends_in_pairs = bool(number % 2) and len(piece) > 1
                if number % 2:
                    words.extend(first + second for first, second in pairwise(piece))
                    words.append(piece[-1])
                else:
                    words.append(piece[:LONGEST_WORD])
    else:
        words = folded.split()
        if max(map(len, words), default=0) > LONGEST_WORD:
            words = [word[:LONGEST_WORD] for word in words]
    fitting = _fitting(words)
    return (words, ends_in_pairs) if fitting == len(words) else (words[:fitting], False)


def _fitting(words: list[str]) -> int:
    """How many of the words the largest index takes."""
    if len("".join(words).encode()) + _COST_PER_WORD * len(words) <= LARGEST_INDEX:
        return len(words)
    costs = accumulate(len(word.encode()) + _COST_PER_WORD for word in words)
    return sum(1 for _ in takewhile(lambda cost: cost <= LARGEST_INDEX, costs))
