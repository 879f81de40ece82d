"""`convo tui`: the desk on screen."""

import typer

from .command import silent, single_app
from .opening_screen import open_screen
from .session import session_of

app = single_app()


@app.command(cls=silent())
def tui(context: typer.Context) -> None:
    """Open the desk on screen; convo alone does the same."""
    open_screen(session_of(context))
