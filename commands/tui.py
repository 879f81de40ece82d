"""`convo tui`: the desk on screen."""

import sys

import typer

from convo.errors import UsageError

from .command import silent, single_app
from .session import Session, session_of

app = single_app()


@app.command(cls=silent())
def tui(context: typer.Context) -> None:
    """Open the desk on screen; convo alone does the same."""
    open_screen(session_of(context))


def open_screen(session: Session) -> None:
    """Run the screen until somebody leaves it; raises UsageError where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the screen needs a terminal", hint="convo inbox --plain lists what waits")
    with session.desk() as desk:
        from convo.tui.app import ConvoApp
        from convo.tui.background import ask_background

        background = ask_background() if desk.settings.screen.theme == "auto" else None
        ConvoApp(desk, background=background).run(mouse=desk.settings.screen.mouse)
