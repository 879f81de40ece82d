"""`convo import quarantine`: what was read and could not be stored, and why."""

from typing import Annotated

import typer
from typer._click.core import Context as CoreContext

from convo.model.views import ImportReport, QuarantineRow

from . import live_names, output
from .arguments import After, Limit
from .command import Group, gives, verbs_below
from .import_reports import summary
from .json_form import field_names, plain
from .lines import BLANK, Column, Span, line, prose
from .pages import Pages
from .session import session_of

COLUMNS = (
    Column("id", lambda row: row.id, right=True, style="accent"),
    Column("run", lambda row: row.run_id, right=True),
    Column("file", lambda row: row.path.rsplit("/", 1)[-1], elastic=True),
    Column("place", lambda row: row.place),
    Column("why", lambda row: row.reason, elastic=True),
    Column("bytes", lambda row: row.size, right=True, style="faint"),
)


class QuarantineGroup(Group):
    """A group that lists when no verb follows."""

    def parse_args(self, ctx: CoreContext, args: list[str]) -> list[str]:
        """Take options without a verb for those of the list."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = verbs_below("quarantine", "List what could not be stored, and why; show it, retry it.", cls=QuarantineGroup)

RunOption = Annotated[
    int | None, typer.Option("--run", metavar="RUN", help="Of this run only.", autocompletion=live_names.runs)
]


@app.command("list", cls=gives(QuarantineRow))
def list_quarantine(context: typer.Context, run: RunOption = None, limit: Limit = 50, after: After = None) -> None:
    """List what was quarantined, the oldest first."""
    session = session_of(context)
    with session.desk() as desk:
        found = Pages(
            lambda cursor, size: desk.imports.quarantine(run=run, after=cursor, limit=size),
            after=after,
            limit=limit,
        )
        output.rows(session, found, COLUMNS, none="nothing is in quarantine")


@app.command(cls=gives((*field_names(QuarantineRow), "raw")))
def show(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Show one quarantined thing as it was read."""
    session = session_of(context)
    with session.desk() as desk:
        row, raw = desk.imports.quarantined(number)
    if session.json:
        output.record(session, plain(row) | {"raw": raw})
        return
    head = [
        line(Span(row.reason, "strong"), right=(Span(f"quarantine {row.id}", "faint"),)),
        line(Span(f"{row.path}, {row.place}, {row.size:,} bytes, run {row.run_id}", "faint")),
        BLANK,
    ]
    output.page(session, [*head, prose(raw.decode("utf-8", "replace"))])


@app.command(cls=gives(ImportReport))
def retry(context: typer.Context, run: RunOption = None) -> None:
    """Read again what was quarantined, after a fix."""
    session = session_of(context)
    with session.desk() as desk:
        reports = desk.imports.retry(run)
    if session.json:
        output.stream(session, reports)
        return
    for report in reports:
        output.text(summary(report) + "\n")
