"""How good a model of intents is: its share of right answers, each intent's precision and recall, what it confuses."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from convo.errors import BadInput
from convo.model.intent_views import Confusion, Guess, IntentMeasure, IntentMeasures
from convo.nlp.intent_model import OUTSIDE, IntentModel

_CONFUSED = 10


def held_out(text: str) -> bool:
    """Whether a sentence is in the fifth that is kept from training, by a hash that never changes."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()[0] % 5 == 0


def measure(model: IntentModel, examples: Sequence[tuple[str, str | None]]) -> IntentMeasures:
    """Try a model on (text, intent) pairs, None being out of scope; raises BadInput for none in scope."""
    guesses = [(intent, model.guess(text)) for text, intent in examples]
    inside = [(intent, guess) for intent, guess in guesses if intent]
    outside = [guess for intent, guess in guesses if not intent]
    if not inside:
        raise BadInput("there is no labelled sentence to try the model on", hint="convo intent label --file FILE.csv")
    refused = sum(guess.intent is None for guess in outside)
    return IntentMeasures(
        model.kind,
        len(examples),
        _share(sum(guess.best == intent for intent, guess in inside), len(inside)),
        _share(sum(guess.intent == intent for intent, guess in inside), len(inside)),
        _share(sum(guess.intent is None for _, guess in inside), len(inside)),
        _share(refused, len(outside)) if outside else None,
        _by_intent(guesses),
        _confused(inside),
    )


def outside_recall(model: IntentModel, inside: Sequence[str], outside: Sequence[str], refusals: float = 0.05) -> float:
    """The share of out-of-scope texts under the confidence below which `refusals` of the in-scope texts lie."""
    sure = sorted(_confidence(model.guess(text)) for text in inside)
    least = sure[int(len(sure) * refusals)]
    return sum(_confidence(model.guess(text)) < least for text in outside) / len(outside)


def correlation(told: Sequence[str | None], true: Sequence[str | None]) -> float:
    """Matthews' correlation of many classes (Gorodkin 2004), out of scope being one of them; -1 to 1."""
    classes = Counter(true)
    said = Counter(told)
    count = len(true)
    right = sum(one == other for one, other in zip(told, true, strict=True))
    shared = sum(classes[name] * said[name] for name in classes)
    spread = (count**2 - sum(n**2 for n in said.values())) * (count**2 - sum(n**2 for n in classes.values()))
    return float((right * count - shared) / spread**0.5) if spread else 0.0


def _confidence(guess: Guess) -> float:
    return guess.score if guess.best != OUTSIDE else 0.0


def _by_intent(guesses: Sequence[tuple[str | None, Guess]]) -> tuple[IntentMeasure, ...]:
    told = Counter(guess.intent for _, guess in guesses)
    true = Counter(intent for intent, _ in guesses if intent)
    right = Counter(intent for intent, guess in guesses if intent and guess.intent == intent)
    return tuple(
        IntentMeasure(name, true[name], _share(right[name], told[name]), _share(right[name], true[name]))
        for name in sorted(true)
    )


def _confused(inside: Sequence[tuple[str | None, Guess]]) -> tuple[Confusion, ...]:
    wrong = Counter((intent or "", guess.intent) for intent, guess in inside if guess.intent not in (None, intent))
    most = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:_CONFUSED]
    return tuple(Confusion(intent, taken or "", times) for (intent, taken), times in most)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
