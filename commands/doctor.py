"""`convo doctor`: look for what is wrong with the store, the settings and the machine."""

import typer

from convo.errors import ConvoError
from convo.model.views import Finding

from . import output
from .command import gives, single_app
from .findings import COLUMNS
from .session import session_of

app = single_app()


@app.command(cls=gives(Finding))
def doctor(context: typer.Context) -> None:
    """Look for what is wrong with store, settings and machine."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.doctor.run()
    output.rows(session, found, COLUMNS)
    wrong = sum(1 for finding in found if not finding.ok)
    if wrong:
        raise ConvoError(f"{wrong} of {len(found)} things are not well", hint="the list says what to do")
