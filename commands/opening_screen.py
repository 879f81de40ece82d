"""Opens the desk on screen; nothing of the command line is imported for it, so that it shows at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

from convo.errors import ConvoError, UsageError

from .session import Session


def open_screen(session: Session) -> None:
    """Run the screen until somebody leaves it; raises UsageError where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the screen needs a terminal", hint="convo inbox --plain lists what waits")
    from convo.tui.background import ask_background
    from convo.tui.collecting import collecting_later

    with collecting_later(), ThreadPoolExecutor(1) as pool:
        # While the terminal thinks about its colours, the rest is imported and the store is opened.
        asked = pool.submit(ask_background) if session.settings.screen.theme == "auto" else None
        from convo.tui.app import ConvoApp

        with session.desk() as desk:
            background = asked.result() if asked is not None else None
            ConvoApp(desk, background=background).run(mouse=desk.settings.screen.mouse)


def start_screen() -> int:
    """What `convo tui` does when nothing more is said, with the exit code of its end."""
    session = Session()
    try:
        open_screen(session)
    except ConvoError as error:
        from .running import refuse

        return refuse(session, ["tui"], error)
    return 0
