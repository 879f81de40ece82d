"""What a message of several sentences is after: classifiers learn from single ones, and people say hello first."""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convo.nlp.enrichment import IntentClassifier

_Found = tuple[str | None, float]

_SENTENCE = re.compile(r"[^.!?…\n¿¡]+")
_COURTESIES = frozenset({"greeting", "thanks"})
_MOST = 8
_LEAST_WORDS = 2
_SURE = 0.75
"""One sentence of several must be surer than a message alone, since more tries make more mistakes."""


def intent_of(text: str, language: str | None, classifier: "IntentClassifier") -> _Found:
    """The intent of the whole text or, where that is none or a courtesy, of its surest sentence among the first few.

    Label and confidence as `IntentClassifier.classify` gives them.
    """
    whole = classifier.classify(text, language)
    if whole[0] is not None and whole[0] not in _COURTESIES:
        return whole
    alone = text.strip()
    pieces = (match[0].strip() for match in _SENTENCE.finditer(text))
    sentences = islice((each for each in pieces if len(each.split(None, _LEAST_WORDS - 1)) >= _LEAST_WORDS), _MOST)
    found = _each([each for each in sentences if each != alone], language, classifier)
    wanted = [(score, label) for label, score in found if label is not None and label not in _COURTESIES]
    score, label = max(wanted, default=(0.0, None))
    return (label, score) if label is not None and score >= _SURE else whole


def _each(texts: Sequence[str], language: str | None, classifier: "IntentClassifier") -> Sequence[_Found]:
    """What the classifier says of each text: of all at once where it can, else of one after the other."""
    if not texts:
        return []
    together: Callable[[Sequence[str], str | None], Sequence[_Found]] | None
    together = getattr(classifier, "classify_all", None)
    return together(texts, language) if together else [classifier.classify(text, language) for text in texts]
