"""Runs a model over stored messages and says what that changed; what a person has labelled stays as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from convo.desk.intent_training import whole_text
from convo.model import tables
from convo.model.intent_views import AppliedView
from convo.model.words import Direction
from convo.store.bulk import among, update_rows

Classify = Callable[[str, str | None], tuple[str | None, float]]


@dataclass(frozen=True, slots=True)
class Applied:
    """Counts of messages: intents found where there was none, changed, cleared, kept, and left because labelled."""

    found: int = 0
    changed: int = 0
    cleared: int = 0
    kept: int = 0
    labelled: int = 0

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(
            self.found + other.found,
            self.changed + other.changed,
            self.cleared + other.cleared,
            self.kept + other.kept,
            self.labelled + other.labelled,
        )

    def view(self) -> AppliedView:
        """What leaves the desk."""
        seen = self.found + self.changed + self.cleared + self.kept + self.labelled
        return AppliedView(seen, self.found, self.changed, self.cleared, self.kept, self.labelled)


def classify_messages(connection: Connection, classify: Classify, keys: Sequence[int], *, dry_run: bool) -> Applied:
    """Classify the inbound messages with these sort keys, and with `dry_run` only count."""
    message, label = tables.message, tables.intent_label
    rows = connection.execute(
        select(
            message.c.id,
            message.c.subject,
            message.c.body,
            message.c.language,
            message.c.intent,
            label.c.id.label("labelled"),
        )
        .outerjoin(label, label.c.message_id == message.c.id)
        .where(among(connection, message.c.sort_key, keys), message.c.direction == Direction.INBOUND.value)
    ).all()
    changes: list[tuple[str | None, float | None, int]] = []
    counts = dict.fromkeys(("found", "changed", "cleared", "kept", "labelled"), 0)
    for row in rows:
        if row.labelled is not None:
            counts["labelled"] += 1
            continue
        text = whole_text(row.subject, row.body)
        intent, score = classify(text, row.language) if text else (None, None)
        changes.append((intent, score, row.id))
        if intent == row.intent:
            counts["kept"] += 1
        elif intent is None:
            counts["cleared"] += 1
        else:
            counts["found" if row.intent is None else "changed"] += 1
    if not dry_run:
        update_rows(connection, tables.message, ("intent", "intent_score"), changes)
    return Applied(**counts)
