"""What a message's feeling is read from: its words, their pieces and neighbours, and a few counts from the lexicon."""

import math
import re
import zlib
from dataclasses import dataclass

from convo.nlp.lexicon_file import LONGEST_PHRASE, STRONGEST, fold, lexicon, signs, word_weight
from convo.nlp.spoken import spoken
from convo.nlp.word_pieces import pieces

LONGEST_TEXT = 800
"""Characters that are looked at: how somebody feels shows in the first lines."""

_TOKEN = re.compile(
    r"[:;=][-']?[()dp/\\|o3*\[\]@sc]{1,3}(?![^\W_])|<3|\^_?\^|[^\W_]{1,60}(?:'[^\W_]{1,60})*|[!-/:-@\[-`{-~]{1,4}|[^\w\s]"
)
_NO_CAPITALS = bytes(code for code in range(256) if not chr(code).isascii() or not chr(code).isupper())
_NO_LETTERS = bytes(code for code in range(256) if not chr(code).isascii() or not chr(code).isalpha())
_REACH = 3
_TURNED = 0.6
_STRONGER = 1.4


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as tokens in lower case, and whether it shouts (share of capitals, 0..1)."""

    tokens: list[str]
    shouts: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What can be counted in a message; words and signs in sums of their weights, a weight between 0 and 1."""

    pleased: float
    complaining: float
    glad_signs: float
    sad_signs: float
    last_sign: float
    denials: int
    exclamations: int
    asks: bool
    insists: bool
    tokens: int
    shouts: float

    def numbers(self) -> list[float]:
        """The counts as the model weighs them, each about 0 to 1 (what has two sides, -1 to 1)."""
        balance = (self.pleased - self.complaining) / (self.pleased + self.complaining + 0.7)
        pleased, complaining = math.tanh(self.pleased), math.tanh(self.complaining)
        return [
            pleased,
            complaining,
            math.tanh(self.glad_signs),
            math.tanh(self.sad_signs),
            balance,
            float(self.pleased > 0),
            float(self.complaining > 0),
            min(self.exclamations, 4) / 4,
            float(self.asks),
            float(self.insists),
            min(self.denials, 3) / 3,
            self.shouts,
            math.log1p(self.tokens) / 5,
            complaining * float(self.exclamations > 0 or self.insists),
            pleased * float(self.exclamations > 0),
            balance / math.sqrt(1 + self.tokens / 8),
            self.last_sign,
        ]


def hear(text: str) -> Heard:
    """The tokens of the first 800 characters: words, emoticons, runs of punctuation, single emoji."""
    head = text[:LONGEST_TEXT]
    letters, capitals = _letters(head)
    shouts = capitals / letters if letters > 8 else 0.0
    return Heard(_TOKEN.findall(spoken(head, LONGEST_TEXT)), shouts)


def _letters(text: str) -> tuple[int, int]:
    """How many letters there are, and how many of them are capitals."""
    if text.isascii():
        plain = text.encode("ascii")
        return len(plain.translate(None, _NO_LETTERS)), len(plain.translate(None, _NO_CAPITALS))
    return sum(map(str.isalpha, text)), sum(map(str.isupper, text))


def word_features(token: str, language: str) -> list[bytes]:
    """The features of one token on its own, each for all languages and for this one."""
    whole = token.encode("utf-8", "replace")
    shared = [b"w" + whole]
    if token[0].isalpha():
        shared += pieces(token, 2, 5)
    own = language.encode()
    return shared + [own + feature for feature in shared]


def pair_features(first: str, second: str, language: str) -> list[bytes]:
    """The features of two tokens that follow each other."""
    pair = f"p{first} {second}".encode("utf-8", "replace")
    return [pair, language.encode() + pair]


def pair_halves(token: str, language: str) -> tuple[int, int, bytes]:
    """What `pair_features` come to as hashes: those of either feature up to the second token, and a second's bytes.

    A hash goes on from where another stopped: `crc32(second, first)` is that of the whole feature.
    """
    whole = token.encode("utf-8", "replace")
    first = b"p" + whole + b" "
    return zlib.crc32(first), zlib.crc32(language.encode() + first), whole


def count(heard: Heard, language: str | None) -> Counts:
    """What the lexicon of the language, the signs and the punctuation say; without a language, no words are known."""
    pleased, complaining, denials = _lexicon_sums(heard.tokens, language) if language else (0.0, 0.0, 0)
    known = signs()
    seen = [known[token] / STRONGEST for token in heard.tokens if token in known]
    return Counts(
        pleased=pleased,
        complaining=complaining,
        glad_signs=sum(weight for weight in seen if weight > 0),
        sad_signs=-sum(weight for weight in seen if weight < 0),
        last_sign=seen[-1] if seen else 0.0,
        denials=denials,
        exclamations=sum(token.count("!") for token in heard.tokens if token[0] in "!?¡"),
        asks=any("?" in token for token in heard.tokens),
        insists=any("??" in token or "!?" in token or "?!" in token for token in heard.tokens),
        tokens=len(heard.tokens),
        shouts=heard.shouts,
    )


def _lexicon_sums(tokens: list[str], language: str) -> tuple[float, float, int]:
    """What pleases and what complains, in thirds of a weight, and how many words deny."""
    of = lexicon(language)
    words = [fold(token) for token in tokens]
    pleased = complaining = 0.0
    negations = 0
    negated_until = -1
    at = 0
    while at < len(words):
        word = words[at]
        weight, taken = word_weight(language, word), 1
        if word in of.openings:
            for size in range(LONGEST_PHRASE, 1, -1):
                phrase = of.weights.get(" ".join(words[at : at + size]))
                if phrase is not None:
                    weight, taken = phrase, size
                    break
        if weight is not None:
            weight /= STRONGEST
            if at and words[at - 1] in of.intensifiers:
                weight *= _STRONGER
            if at <= negated_until and taken == 1:
                weight *= -_TURNED
            if weight > 0:
                pleased += weight
            else:
                complaining -= weight
        if taken == 1 and word in of.negations:
            negations += 1
            negated_until = at + _REACH
        at += taken
    return pleased, complaining, negations
