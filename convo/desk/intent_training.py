"""What a model of intents is trained on: labelled messages, own examples and the starter's sentences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from convo.model import tables
from convo.nlp.intent_refusal import LEAST
from convo.nlp.intent_starter import LEAST_SURE, sentences
from convo.store.bulk import micros

_BESIDE_OWN = 0.25
"""How much a starter sentence counts where the desk has sentences of its own for the same intent."""

_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """(text, intent) pairs, None for nothing known, how much each counts, and how many of them are the desk's own.

    `labels` is how many labels there were and `last_label` when the newest was given (in microseconds since 1970), by
    which it shows later that some are gone.
    """

    pairs: list[tuple[str, str | None]]
    weights: list[float]
    own: int
    labels: int
    last_label: int

    @property
    def least(self) -> float:
        """The least confidence to act on: the starter's own while most of the sentences are the starter's."""
        return LEAST_SURE if self.own < len(self.pairs) - self.own else LEAST

    def of(self, numbers: Sequence[int]) -> "tuple[list[tuple[str, str | None]], list[float]]":
        """Some of the pairs and their weights."""
        return [self.pairs[number] for number in numbers], [self.weights[number] for number in numbers]


def whole_text(subject: str, body: str) -> str:
    """What is classified of a message: its subject as the first line unless the text begins with it."""
    subject, body = subject.strip(), body.strip()
    return (body if not subject or body.startswith(subject) else f"{subject}\n{body}")[:_LONGEST]


def gather(connection: Connection, *, starter: bool) -> TrainingSet:
    """All there is to learn from, the desk's own first; the starter's sentences only where they are wanted."""
    label, message, example = tables.intent_label, tables.message, tables.intent_example
    rows = connection.execute(
        select(micros(label.c.at).label("at"), label.c.intent, message.c.subject, message.c.body)
        .join(message, message.c.id == label.c.message_id)
        .order_by(label.c.id)
    ).all()
    own: list[tuple[str, str | None]] = [(whole_text(row.subject, row.body), row.intent or None) for row in rows]
    added = connection.execute(select(example.c.body, example.c.intent).order_by(example.c.id)).all()
    own += [(row.body, row.intent or None) for row in added]
    counted = Counter(intent for _, intent in own)
    pairs, weights = list(own), [1.0] * len(own)
    for sentence in sentences() if starter else ():
        pairs.append((sentence.text, sentence.intent))
        weights.append(_BESIDE_OWN if counted[sentence.intent] else 1.0)
    return TrainingSet(pairs, weights, len(own), len(rows), max((row.at for row in rows), default=0))


def labels_left(connection: Connection, last: int) -> int:
    """How many labels there are that were given up to an instant (microseconds since 1970)."""
    label = tables.intent_label
    counted = select(func.count()).select_from(label).where(micros(label.c.at) <= last)
    return int(connection.execute(counted).scalar_one())
