"""`convo enrich`: tell language, mood and intent of messages that have not been looked at yet."""

from pathlib import Path
from typing import Annotated

import typer

from . import notices
from .command import gives, single_app
from .progress import Progress
from .session import session_of

app = single_app()


@app.command(cls=gives(()))
def enrich(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="All of them, as after convo intent train.")] = False,
) -> None:
    """Tell language, mood and intent of stored messages.

    An import does this by itself at its end; this goes on where one was cut off. What a log declared and what a person
    labelled stays.
    """
    from convo.desk.imports import ImportProgress

    session = session_of(context)
    with session.desk() as desk, Progress(session, [Path("messages")]) as progress:
        done = desk.enriching.history(
            again=again, progress=lambda read, total: progress.show(ImportProgress("messages", read, read, total))
        )
    notices.say(session, f"{done:,} messages enriched" if done else "all messages are enriched")
