"""`convo intent`: what messages are after; label some, train on them, see how good that is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from convo.errors import UsageError
from convo.model.intent_views import (
    AppliedView,
    Guess,
    IntentMeasures,
    IntentModelView,
    IntentRow,
    LabelsView,
    LabelView,
)

from . import output
from .arguments import DryRun, Query, query_text
from .command import gives, typer_app
from .intent_measures import MODELS, facts_of_model, measure_lines, percent
from .lines import Column
from .session import session_of

if TYPE_CHECKING:
    from .session import Session

app = typer_app("intent")

INTENTS = (
    Column("intent", lambda row: row.intent, style="strong"),
    Column("starter", lambda row: row.starter, right=True),
    Column("labels", lambda row: row.labels, right=True),
    Column("examples", lambda row: row.examples, right=True),
)

Kind = Annotated[str, typer.Option("--kind", metavar="KIND", help="base, sklearn, embedding, or auto.")]
NoStarter = Annotated[
    bool, typer.Option("--no-starter", help="Leave out the starter's sentences: only the desk's own count.")
]


@app.command("list", cls=gives(IntentRow))
def list_intents(context: typer.Context) -> None:
    """List intents, and how much there is to learn each from."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.intents.list(), INTENTS)


@app.command(cls=gives(LabelView))
def label(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="THREAD INTENT", help="A thread's number; such as refund, or none.")
    ] = None,
    message: Annotated[
        int | None, typer.Option("--message", metavar="ID", help="Label this message; then INTENT stands alone.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE.csv", help="Add sentences: columns text,intent.")
    ] = None,
) -> None:
    """Say what a thread is about, for training to learn from.

    A thread is labelled by the first message of its customer. The intent none says that it is after nothing the desk
    knows, which models learn to refuse.
    """
    session = session_of(context)
    said = words or []
    if file is not None:
        if said or message is not None:
            raise UsageError("a file says itself what its sentences are after", hint="give --file alone")
        _add_file(session, file)
        return
    if len(said) != (1 if message is not None else 2):
        raise UsageError(
            "what is to be labelled, and as what?",
            hint="convo intent label THREAD INTENT, or: convo intent label INTENT --message ID",
        )
    with session.desk() as desk:
        if message is not None:
            view = desk.intents.label(message, said[0])
        else:
            view = desk.intents.label_thread(_number(said[0]), said[1])
    output.done(
        session, view, f"message {view.message_id} of thread {view.thread_id} is labelled {view.intent or 'none'}"
    )


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise UsageError(f"{word!r} is no thread's number", hint="convo thread list shows them")
    return int(word)


def _add_file(session: "Session", file: Path) -> None:
    with session.desk(create=True) as desk:
        view: LabelsView = desk.intents.add_file(file)
    output.done(
        session, view, f"{view.added:,} examples added, {view.known:,} were there; convo intent train learns them"
    )


@app.command(cls=gives(IntentModelView))
def train(
    context: typer.Context,
    kind: Kind = "auto",
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.csv", help="Add these sentences first: columns text,intent.")
    ] = None,
    no_starter: NoStarter = False,
) -> None:
    """Train a model on all labels and examples, and use it from now on.

    Kinds: base needs nothing else, sklearn and embedding take pip install 'convo-desk[ml]', auto takes the best that is
    installed. A model may remember words of the messages it learned from: after a customer was erased, training again
    forgets them, and older models should not be used any more.
    """
    session = session_of(context)
    with session.desk(create=source is not None) as desk:
        view = desk.intents.train(kind, file=source, starter=not no_starter)
    told = f", {percent(view.answered)} of unseen sentences answered rightly" if view.answered is not None else ""
    output.done(session, view, f"model {view.version} ({view.kind}) knows {view.intents} intents{told}")


@app.command("eval", cls=gives(IntentMeasures))
def evaluate(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE.csv", help="Columns text,intent.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Try this kind; by default the active model's.")
    ] = None,
    no_starter: NoStarter = False,
) -> None:
    """Say how good the model is on sentences it has not seen.

    They are those of a file, or a fifth of what there is to learn from, kept aside from a training. A refusal counts as
    wrong for an intent's recall. What is confused most often comes last.
    """
    session = session_of(context)
    with session.desk() as desk:
        measures = desk.intents.evaluate(kind, file=file, starter=not no_starter)
    if session.json:
        output.record(session, measures)
    else:
        output.page(session, measure_lines(measures))


@app.command(cls=gives(IntentModelView))
def models(context: typer.Context) -> None:
    """List the trained models that are kept, the newest first."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(
            session, desk.intents.models(), MODELS, none="no model yet, the starter's is used: convo intent train"
        )


@app.command(cls=gives(IntentModelView))
def use(context: typer.Context, version: Annotated[int, typer.Argument(metavar="VERSION")]) -> None:
    """Go back to another trained model, or forward."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.intents.use(version)
    output.done(session, view, f"model {view.version} ({view.kind}) is in use")


@app.command(cls=gives(Guess))
def guess(context: typer.Context, text: Annotated[list[str], typer.Argument(metavar="TEXT")]) -> None:
    """Say what a text is after, how sure that is, and why."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.intents.guess(" ".join(text))
    output.facts(session, found, facts_of_model(found))


@app.command(cls=gives(AppliedView, query=True))
def apply(context: typer.Context, query: Query = None, dry_run: DryRun = False) -> None:
    """Run the model over stored messages, all or those that match.

    Only what customers wrote is looked at; labelled messages stay as they are.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.intents.classify_history(query_text(query), dry_run=dry_run)
    sentence = (
        f"{view.seen:,} messages: {view.found:,} intents found, {view.changed:,} changed, {view.cleared:,} cleared, "
        f"{view.kept:,} as before, {view.labelled:,} labelled and left alone"
    )
    output.done(session, view, ("would be " if dry_run else "") + sentence)
