"""What a message is understood as, by three narrow interfaces: its language, its writer's feeling and its intent."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from convo.nlp.intent_sentences import intent_of

LONGEST_TEXT = 4_000
"""Characters of subject and text that are looked at."""

_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)
_said: set[str] = set()


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What a message was understood as; None wherever that is unknown.

    `language` is an ISO 639-1 code, `sentiment` lies between -1 and 1, `intent` is a label and `intent_score` the
    classifier's confidence, 0 to 1, also where it refused to name one.
    """

    language: str | None
    sentiment: float | None
    intent: str | None
    intent_score: float | None


class LanguageDetector(Protocol):
    """Tells languages; `convo.nlp.language.detect` is one."""

    def __call__(self, text: str, expected: Collection[str] = ()) -> str | None:
        """The ISO 639-1 code of the text's language, or None; `expected` codes win what is close."""
        ...


class SentimentScorer(Protocol):
    """Tells how a writer feels; `convo.nlp.sentiment.sentiment` is one."""

    def __call__(self, text: str, language: str | None) -> float | None:
        """-1 to 1, or None where it is unknown."""
        ...


class IntentClassifier(Protocol):
    """Tells what a message is about.

    One to which several texts cost less together may also have `classify_all(texts, language)`, which gives what
    `classify` says of each; it is then asked for a message's sentences at once.
    """

    def classify(self, text: str, language: str | None) -> tuple[str | None, float]:
        """The intent's label, or None where it refuses to guess, and its confidence, 0 to 1."""
        ...


def enrich(
    text: str,
    *,
    subject: str = "",
    known_language: str | None = None,
    expected: Collection[str] = (),
    intents: IntentClassifier | None = None,
    language_detector: LanguageDetector | None = None,
    sentiment_scorer: SentimentScorer | None = None,
) -> Enrichment:
    """Understand one message; never raises.

    The subject counts as the first line unless the text begins with it; sentiment is that of the text, or of the
    subject where there is no text. `known_language` settles the language, `expected` are codes that are likely.
    The detector and the scorer are the ones of this room unless others are given; without `intents` no intent is
    looked for. A model that fails leaves its value None and is logged once in a process.
    """
    text, subject = text[:LONGEST_TEXT].strip(), subject[:LONGEST_TEXT].strip()
    whole = text if not subject or text.startswith(subject) else f"{subject}\n{text}"[:LONGEST_TEXT]
    language = known_language or _tried("language", lambda: (language_detector or _detect())(whole, expected))
    feeling = _tried("sentiment", lambda: (sentiment_scorer or _scorer())(text or subject, language))
    label: str | None = None
    score: float | None = None
    if intents is not None and whole:
        found = _tried("intent", lambda: intent_of(whole, language, intents))
        label, score = found or (None, None)
    return Enrichment(language, feeling, label, score)


def _detect() -> LanguageDetector:
    from convo.nlp.language import detect

    return detect


def _scorer() -> SentimentScorer:
    from convo.nlp.sentiment import sentiment

    return sentiment


def _tried(what: str, work: Callable[[], _Value]) -> _Value | None:
    """What the work gives, or None where it fails: a message is taken in whatever a model makes of it."""
    try:
        return work()
    except Exception as failure:
        if what not in _said:
            _said.add(what)
            _log.warning("the %s of messages stays unknown: %s: %s", what, type(failure).__name__, failure)
        return None
