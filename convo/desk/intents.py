"""Operations on intents: labels, examples, trained models."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Table, delete, func, insert, select, update

from convo import clock
from convo.desk import intent_models
from convo.desk.intent_files import Example, intent_name, read_examples
from convo.desk.intent_history import Applied, Classify, classify_messages
from convo.desk.intent_training import TrainingSet, gather
from convo.desk.operation import Operations, operation
from convo.desk.querying import context
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.intent_views import (
    AppliedView,
    Guess,
    IntentMeasures,
    IntentModelView,
    IntentRow,
    LabelsView,
    LabelView,
)
from convo.model.words import Direction, Role

_MODELS_KEPT = 10
_AT_ONCE = 500
_FEWEST_TRIED = 30


class Intents(Operations):
    """What messages are after."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[IntentRow, ...]:
        """The intents there is something to learn from, by name, with how much; the starter's among them."""
        from convo.nlp.intent_starter import sentences

        labels, examples = self._counted(tables.intent_label), self._counted(tables.intent_example)
        starter = Counter(sentence.intent or "" for sentence in sentences())
        names = sorted({*labels, *examples, *starter} - {""})
        return tuple(IntentRow(n, starter[n], labels[n], examples[n]) for n in names)

    @operation(Role.VIEWER)
    def models(self) -> tuple[IntentModelView, ...]:
        """The trained models that are kept, the newest first."""
        return intent_models.model_views(self.connection)

    @operation(Role.VIEWER)
    def guess(self, text: str) -> Guess:
        """What the active model, or the starter's, makes of a text."""
        return intent_models.active_classifier(self.store).guess(text)

    @operation(Role.AGENT, writes=True)
    def label(self, message: int, intent: str) -> LabelView:
        """Say what a message is after, which training learns from; "none" is for nothing the desk knows.

        The message's own intent is set, too, with a score of 1. Raises NotFound, BadInput for what is no name.
        """
        row = self.connection.execute(
            select(tables.message.c.thread_id, tables.message.c.customer_id, tables.message.c.intent).where(
                tables.message.c.id == message
            )
        ).first()
        if row is None:
            raise NotFound(f"there is no message {message}", hint="convo search finds messages")
        name, label = intent_name(intent), tables.intent_label
        # Deleted and made anew, so that a model that learned the old label is seen to have learned what is gone.
        self.connection.execute(delete(label).where(label.c.message_id == message))
        self.connection.execute(
            insert(label),
            {
                "message_id": message,
                "customer_id": row.customer_id,
                "intent": name or "",
                "by": self.desk.actor.name,
                "at": clock.now(),
            },
        )
        self.connection.execute(
            update(tables.message).where(tables.message.c.id == message).values(intent=name, intent_score=1.0)
        )
        self.record("message", message, {"intent": row.intent}, {"intent": name})
        return LabelView(message, row.thread_id, name)

    @operation(Role.AGENT, writes=True)
    def label_thread(self, thread: int, intent: str) -> LabelView:
        """Say what a thread is about, by the first message that the customer wrote in it; raises as `label` does."""
        message = tables.message
        first = self.connection.execute(
            select(message.c.id)
            .where(message.c.thread_id == thread, message.c.direction == Direction.INBOUND.value)
            .order_by(message.c.sort_key)
            .limit(1)
        ).scalar()
        if first is None:
            raise NotFound(
                f"there is no thread {thread} in which a customer wrote", hint="convo thread list shows them"
            )
        return self.label(first, intent)

    @operation(Role.AGENT, writes=True)
    def add_examples(self, examples: Sequence[Example]) -> LabelsView:
        """Keep sentences that training learns from; those that are there already stay as they are."""
        example = tables.intent_example
        held = {(row.body, row.intent) for row in self.connection.execute(select(example.c.body, example.c.intent))}
        fresh = {(one.text, one.intent or ""): one for one in examples if (one.text, one.intent or "") not in held}
        now = clock.now()
        rows = [
            {"intent": intent, "body": text, "language": one.language, "created_at": now}
            for (text, intent), one in fresh.items()
        ]
        if rows:
            self.connection.execute(insert(example), rows)
        self.record("intent_example", None, after={"added": len(rows)})
        return LabelsView(len(rows), len(examples) - len(rows))

    @operation(Role.AGENT, writes=True, batches=True)
    def add_file(self, file: Path) -> LabelsView:
        """Keep the sentences of a CSV file with the columns text,intent; raises BadInput naming the line at fault."""
        return self.add_examples(read_examples(file))

    @operation(Role.ADMIN, writes=True, batches=True)
    def train(self, kind: str = "auto", *, file: Path | None = None, starter: bool = True) -> IntentModelView:
        """Train a model on all labels and examples, those of a file (kept as examples) and the starter's, and use it.

        A fifth is kept aside and tried on a model of the rest before the last one learns it all. Raises BadInput for
        too little to learn from, a kind that is none or not installed, and a file that cannot be used.
        """
        from convo.nlp import intent

        if file is not None:
            self.add_examples(read_examples(file))
        with self.store.read() as connection:
            found = gather(connection, starter=starter)
        measures = _measured(found, kind)
        model = intent.train(found.pairs, kind, found.weights, least=found.least)
        told: dict[str, object] = {
            "sentences": len(found.pairs),
            "own": found.own,
            "intents": len(set(model.labels) - {intent.OUTSIDE}),
            "labels": found.labels,
            "last_label": found.last_label,
        }
        if measures is not None:
            told |= {"accuracy": measures.accuracy, "answered": measures.answered, "refused": measures.refused}
        return self._store(model.kind, model.to_bytes(), told)

    @operation(Role.VIEWER, batches=True)
    def evaluate(self, kind: str | None = None, *, file: Path | None = None, starter: bool = True) -> IntentMeasures:
        """How good the model is: the active one on a file of examples, or one trained on four fifths on the last fifth.

        Raises BadInput for too little to learn from or to try it on.
        """
        from convo.nlp.intent_measures import measure

        if file is not None:
            examples = [(example.text, example.intent) for example in read_examples(file)]
            return measure(intent_models.active_classifier(self.store), examples)
        with self.store.read() as connection:
            found, active = gather(connection, starter=starter), intent_models.active_row(connection)
        measures = _measured(found, kind or (active.kind if active else "auto"))
        if measures is None:
            raise BadInput("there is too little to try a model on", hint="convo intent label THREAD INTENT")
        return measures

    @operation(Role.ADMIN, writes=True)
    def use(self, version: int) -> IntentModelView:
        """Make a stored model the active one; raises NotFound, and BadInput for one that cannot be used here."""
        intent_models.load(self.connection, version)
        self._activate(version)
        return next(view for view in self.models() if view.version == version)

    @operation(Role.AGENT, writes=True, batches=True)
    def classify_history(self, query: str = "", *, dry_run: bool = False) -> AppliedView:
        """Run the active model over the stored inbound messages that a query matches, as when they came in.

        Labelled messages stay as they are. With `dry_run` nothing is changed, and the counts are what would be. Raises
        QueryError.
        """
        from convo.nlp.intent_sentences import intent_of
        from convo.query.parse import parse
        from convo.query.plan import find_keys

        tree, asked = parse(query), context(self.desk)
        classify = partial(intent_of, classifier=intent_models.active_classifier(self.store))
        total, last = Applied(), None
        while True:
            with self.store.read() as connection:
                keys = [key for _, key in find_keys(connection, tree, asked, before_key=last, limit=_AT_ONCE)]
            if keys:
                total += self._apply(classify, keys, dry_run)
                last = keys[-1]
            if len(keys) < _AT_ONCE:
                return total.view()

    @operation(Role.AGENT, writes=True)
    def _apply(self, classify: Classify, keys: Sequence[int], dry_run: bool) -> Applied:
        return classify_messages(self.connection, classify, keys, dry_run=dry_run)

    @operation(Role.ADMIN, writes=True)
    def _store(self, kind: str, data: bytes, told: dict[str, object]) -> IntentModelView:
        from convo.nlp.intent_file import FORMAT

        model = tables.intent_model
        version = int(self.connection.execute(select(func.coalesce(func.max(model.c.version), 0))).scalar_one()) + 1
        self.connection.execute(
            insert(model),
            {
                "version": version,
                "kind": kind,
                "format": FORMAT,
                "measures": told,
                "active": False,
                "data": data,
                "created_at": clock.now(),
            },
        )
        self._activate(version)
        self.connection.execute(delete(model).where(model.c.version <= version - _MODELS_KEPT))
        return next(view for view in self.models() if view.version == version)

    def _counted(self, table: Table) -> Counter[str]:
        rows = self.connection.execute(select(table.c.intent, func.count().label("many")).group_by(table.c.intent))
        return Counter({row.intent: row.many for row in rows})

    def _activate(self, version: int) -> None:
        model = tables.intent_model
        before = intent_models.active_row(self.connection)
        self.connection.execute(update(model).values(active=model.c.version == version))
        self.record("intent_model", version, {"active": before.version if before else None}, {"active": version})


def _measured(found: TrainingSet, kind: str) -> IntentMeasures | None:
    """A model of four fifths tried on the last fifth: of the desk's own sentences, or of all where those are few."""
    from convo.nlp import intent
    from convo.nlp.intent_measures import held_out, measure

    apart = [n for n, (text, _) in enumerate(found.pairs) if held_out(text)]
    own = [n for n in apart if n < found.own]
    tried = own if len(own) >= _FEWEST_TRIED else apart
    rest = [n for n in range(len(found.pairs)) if n not in set(tried)]
    if not any(found.pairs[n][1] for n in tried) or len({found.pairs[n][1] for n in rest} - {None}) < 2:
        return None
    pairs, weights = found.of(rest)
    return measure(intent.train(pairs, kind, weights, least=found.least), found.of(tried)[0])
