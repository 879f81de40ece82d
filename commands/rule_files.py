"""`convo rule export` and `import`: all rules as one TOML file that people keep, with their comments."""

from pathlib import Path
from typing import Annotated

import typer

from convo.errors import BadInput
from convo.model.routing_views import RuleChangeView

from . import notices, output
from .arguments import DryRun, OutputFile
from .command import gives, silent
from .composing import composed_text
from .lines import Line, Span, line, prose
from .session import session_of

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "↕"}


def export(context: typer.Context, to: OutputFile = None) -> None:
    """Write all rules as TOML, with the comments that came with them."""
    session = session_of(context)
    with session.desk() as desk:
        text = desk.rules.export()
    if to is None or str(to) == "-":
        output.text(text)
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise BadInput(f"{to} cannot be written: {error.strerror}") from error
    notices.say(session, f"the rules are written to {to}")


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file as export writes it; - for standard input.")],
    dry_run: DryRun = False,
) -> None:
    """Make the rules what a TOML file says: all of them, in its order.

    Rules that the file does not have are removed. What is wrong is told with its line, and then nothing is changed.
    """
    session = session_of(context)
    with composed_text(None, file) as text, session.desk(create=True) as desk:
        changes = desk.rules.import_text(text, dry_run=dry_run)
    if session.json:
        output.stream(session, changes)
    else:
        output.page(session, change_lines(changes))
    would = "would change" if dry_run else "changed"
    count = f"{len({change.rule for change in changes}):,} rules {would}" if changes else f"nothing {would}"
    notices.say(session, count)


def change_lines(changes: tuple[RuleChangeView, ...]) -> list[Line]:
    """Changes of rules, as people read them."""
    lines: list[Line] = []
    for change in changes:
        lines.append(line(Span(f"{_SIGNS[change.kind]} {change.rule}", "strong"), Span(f"  {change.kind}", "faint")))
        if change.before:
            lines.append(prose(change.before, gutter="    - ", style="bad"))
        if change.after:
            lines.append(prose(change.after, gutter="    + ", style="good"))
    return lines


def add_to(app: typer.Typer) -> None:
    """Put the verbs under their noun."""
    app.command("export", cls=silent())(export)
    app.command("import", cls=gives(RuleChangeView))(import_)
