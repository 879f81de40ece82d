"""What leaves the desk about intents: guesses, measures, models, and what there is to learn from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Guess:
    """What a model makes of one text.

    `intent` is None where it refuses, `best` what it would have said; `score` is its confidence, 0 to 1, `threshold`
    the least confidence that it acts on, `known` the share of the text's words that the training had, by rarity, and
    `ranked` the likeliest intents with their share of the vote. The best is empty where nothing known fits.
    """

    intent: str | None
    score: float
    best: str
    threshold: float
    known: float
    ranked: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class IntentMeasure:
    """One intent on sentences the model had not seen; `precision` and `recall` are 0 to 1, refusals count as wrong."""

    intent: str
    sentences: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often sentences after one intent were taken for another."""

    intent: str
    taken_for: str
    times: int


@dataclass(frozen=True, slots=True)
class IntentMeasures:
    """How good a model is on sentences it had not seen.

    `accuracy` is the share of in-scope sentences whose best guess is right, `answered` the share answered rightly
    (a refusal is wrong), `refused` the share refused; `outside_refused` is the share of out-of-scope sentences
    refused, None without any. All are 0 to 1.
    """

    kind: str
    sentences: int
    accuracy: float
    answered: float
    refused: float
    outside_refused: float | None
    intents: tuple[IntentMeasure, ...]
    confused: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True)
class IntentRow:
    """An intent and what there is to learn it from: starter sentences, labelled messages, own examples."""

    intent: str
    starter: int
    labels: int
    examples: int


@dataclass(frozen=True, slots=True)
class IntentModelView:
    """A trained model; its measures are of sentences kept from a training on the rest, None where there were few."""

    version: int
    kind: str
    active: bool
    sentences: int
    intents: int
    accuracy: float | None
    answered: float | None
    refused: float | None
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LabelView:
    """What a person said a message is after; None for nothing known."""

    message_id: int
    thread_id: int
    intent: str | None


@dataclass(frozen=True, slots=True)
class LabelsView:
    """What came of a file of examples: how many were added, and how many were there already."""

    added: int
    known: int


@dataclass(frozen=True, slots=True)
class AppliedView:
    """What running a model over stored inbound messages changed, in messages: `seen` is the sum of all the others."""

    seen: int
    found: int
    changed: int
    cleared: int
    kept: int
    labelled: int
