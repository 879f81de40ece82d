"""What a message of several sentences is after: classifiers learn from single ones, and people say hello first."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convo.nlp.enrichment import IntentClassifier

_ENDS = re.compile(r"[.!?…\n¿¡]+")
_COURTESIES = frozenset({"greeting", "thanks"})
_MOST = 8
_LEAST_WORDS = 2
_SURE = 0.75
"""One sentence of several must be surer than a message alone, since more tries make more mistakes."""


def intent_of(text: str, language: str | None, classifier: "IntentClassifier") -> tuple[str | None, float]:
    """The intent of the whole text or, where that is none or a courtesy, of its surest sentence among the first few.

    Label and confidence as `IntentClassifier.classify` gives them.
    """
    whole = classifier.classify(text, language)
    if whole[0] is not None and whole[0] not in _COURTESIES:
        return whole
    pieces = [piece for piece in _ENDS.split(text) if len(piece.split()) >= _LEAST_WORDS][:_MOST]
    found = [classifier.classify(piece.strip(), language) for piece in pieces if piece.strip() != text.strip()]
    wanted = [(score, label) for label, score in found if label is not None and label not in _COURTESIES]
    score, label = max(wanted, default=(0.0, None))
    return (label, score) if label is not None and score >= _SURE else whole
