"""`convo import`: read logs into the store; the verbs beside the paths take a run back or look at what was refused."""

from pathlib import Path
from typing import Annotated

import typer
from typer._click.core import Context as CoreContext
from typer._click.formatting import HelpFormatter

from convo.model.views import ImportReport

from . import import_files, import_profile, import_quarantine, live_names, notices, output
from .arguments import DryRun, Limit
from .command import Group, gives, typer_app
from .import_reports import COLUMNS
from .lines import Column
from .session import session_of


class ImportGroup(Group):
    """A group that takes paths, too: what is no verb of it is given to the hidden verb `files`."""

    def parse_args(self, ctx: CoreContext, args: list[str]) -> list[str]:
        """Let the verb `files` have what does not begin with a verb."""
        if (
            args
            and args[0] not in self.commands
            and args[0] not in ctx.help_option_names
            and not _completing(ctx, args)
        ):
            args = ["files", *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: CoreContext, formatter: HelpFormatter) -> None:
        """The help of the paths, then the verbs."""
        files = self.commands["files"]
        inner = files.make_context("files", [], parent=ctx, resilient_parsing=True)
        formatter.write_usage(ctx.command_path, "[OPTIONS] PATH...")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="       ")
        self.format_help_text(ctx, formatter)
        files.format_options(inner, formatter)
        self.format_commands(ctx, formatter)
        files.format_epilog(inner, formatter)


def _completing(ctx: CoreContext, args: list[str]) -> bool:
    return ctx.resilient_parsing and not args[0].startswith("-") and not Path(args[0]).exists()


app = typer_app("import", cls=ImportGroup)
app.command("files", hidden=True, cls=gives(ImportReport))(import_files.files)
app.add_typer(import_quarantine.app)
app.add_typer(import_profile.app)

RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="The run's number.", autocompletion=live_names.runs)]


@app.command(cls=gives(ImportReport))
def runs(context: typer.Context, limit: Limit = 50) -> None:
    """List import runs, the newest first."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.imports.runs(limit=min(limit, 1000)), COLUMNS, none="nothing was imported yet")


@app.command(cls=gives(ImportReport))
def undo(context: typer.Context, run: RunNumber, dry_run: DryRun = False) -> None:
    """Take out everything that a run stored.

    Importing the file again brings it back.
    """
    session = session_of(context)
    with session.desk() as desk:
        before = desk.imports.report(run)
        report = desk.imports.undo(run, dry_run=dry_run)
    if session.json:
        output.record(session, report)
    would = "would be" if dry_run else "is"
    notices.say(session, f"run {run} {would} taken back: {before.stored:,} stored things from {before.path} removed")


@app.command(cls=gives(("name", "channel_kind", "title")))
def formats(context: typer.Context) -> None:
    """List the formats that are recognised."""
    from convo.desk.help import import_formats

    found = [{"name": name, "channel_kind": kind, "title": title} for name, kind, title in import_formats()]
    columns = (
        Column("format", lambda row: row["name"], style="strong"),
        Column("channel", lambda row: row["channel_kind"]),
        Column("reads", lambda row: row["title"], elastic=True),
    )
    output.rows(session_of(context), found, columns)
