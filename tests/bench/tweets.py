"""The labelled tweets of six languages, from the shared data."""

import hashlib
from dataclasses import dataclass

from tests.shared_data import shared

LANGUAGES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
}
"""ISO 639-1 code to the name that the files have."""

POLARITIES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Tweet:
    """A tweet, the language of the file it stands in, and what its readers felt in it."""

    text: str
    language: str
    polarity: str

    @property
    def held_out(self) -> bool:
        """Whether it belongs to the fifth that a stable hash of its text sets apart."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 5 == 0


def tweets(part: str) -> list[Tweet]:
    """The tweets of `train` or `val`, all languages."""
    found = []
    for language, name in LANGUAGES.items():
        texts = shared(f"sentiment/{name}.{part}.text.txt").read_text("utf-8").split("\n")
        labels = shared(f"sentiment/{name}.{part}.labels.txt").read_text("utf-8").split()
        found += [Tweet(text, language, POLARITIES[int(label)]) for text, label in zip(texts, labels, strict=False)]
    return found
