"""`convo undo`: take back what you did last, or another step of yours."""

from typing import Annotated

import typer

from convo.errors import UsageError
from convo.model.actions import UndoStep

from . import notices, output
from .command import gives, single_app
from .lines import Column, Span
from .session import session_of

app = single_app()

COLUMNS = (
    Column("step", lambda row: row.id, right=True, style="accent"),
    Column("what", lambda row: row.title, elastic=True),
    Column("threads", lambda row: threads_of(row), elastic=True),
    Column("", lambda row: Span("taken back" if row.undone_at else "", "warning")),
    Column("when", lambda row: row.at, style="faint"),
)
_MOST_NAMED = 5


@app.command(cls=gives(UndoStep))
def undo(
    context: typer.Context,
    step: Annotated[int | None, typer.Argument(metavar="STEP", help="Another than your newest.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List your steps, the newest first.")] = False,
) -> None:
    """Take back what you did last.

    Whatever you do to threads, merging and blocking customers, and a reply that has not left yet can be taken back for
    30 days. What somebody changed since is left as it is.
    """
    session = session_of(context)
    if listed and step is not None:
        raise UsageError("--list takes no step", hint=f"convo undo {step}")
    with session.desk() as desk:
        if listed:
            output.rows(session, desk.actions.steps(limit=50), COLUMNS, none="you did nothing that can be taken back")
            return
        taken = desk.actions.undo(step)
    where = threads_of(taken)
    output.done(session, taken, f"took back: {taken.title}" + (f" ({where})" if where else ""))
    for thread, why in taken.skipped:
        notices.say(session, f"thread {thread} is left as it is: {why}")


def threads_of(step: UndoStep) -> str:
    """The threads of a step in words."""
    if not step.threads:
        return ""
    named = ", ".join(str(number) for number in step.threads[:_MOST_NAMED])
    more = len(step.threads) - _MOST_NAMED
    return ("thread " if len(step.threads) == 1 else "threads ") + named + (f" and {more} more" if more > 0 else "")
