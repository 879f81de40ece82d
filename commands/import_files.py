"""`convo import PATH…`: read logs into the store."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convo import clock
from convo.errors import BadInput, ConvoError, UsageError
from convo.model.views import ImportReport
from convo.text.when import parse_past

from . import live_names, notices, output
from .arguments import DryRun, pairs, zone
from .import_reports import summary
from .progress import Progress
from .session import Session, session_of

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_DATE_ORDERS = ("auto", "dmy", "mdy", "ymd")


def _formats(incomplete: str) -> list[tuple[str, str]]:
    from convo.desk.help import import_formats

    return [(name, title) for name, _, title in import_formats()]


def files(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders; - for JSONL on a pipe.")],
    format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help="Take it for this: convo import formats.", autocompletion=_formats
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel", metavar="NAME", help="The channel it belongs to.", autocompletion=live_names.channels
        ),
    ] = None,
    dry_run: DryRun = False,
    as_new: Annotated[
        bool, typer.Option("--as-new", help="Treat it as news, not as history: rules and clocks apply.")
    ] = False,
    enrich: Annotated[
        bool, typer.Option("--enrich/--no-enrich", help="Tell language, mood and intent now, or later: convo enrich.")
    ] = True,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="Leave out what is older.")] = None,
    map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="Name a column, as in customer.email=Email."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="NAME", help="Use a saved mapping.", autocompletion=live_names.profiles),
    ] = None,
    save_profile: Annotated[
        str | None, typer.Option("--save-profile", metavar="NAME", help="Keep the mapping under a name.")
    ] = None,
    own: Annotated[
        list[str] | None, typer.Option("--own", metavar="WHO", help="An address, number or name that is ours.")
    ] = None,
    date_order: Annotated[
        str, typer.Option("--date-order", metavar="ORDER", help="auto, dmy, mdy or ymd, where the file leaves it open.")
    ] = "auto",
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="ZONE", help="The zone of local times in it.")
    ] = None,
) -> None:
    """Read logs into the store.

    The format is told by the content, and reading the same file again adds nothing.
    """
    session = session_of(context)
    if date_order not in _DATE_ORDERS:
        raise UsageError(f"{date_order!r} is no order of dates", hint="one of " + ", ".join(_DATE_ORDERS))
    mapping = pairs(map, "a column's name")
    if save_profile and not mapping:
        raise UsageError("there is no mapping to save", hint="--map customer.email=Email --save-profile NAME")
    options: dict[str, Any] = {
        "channel": channel,
        "dry_run": dry_run,
        "as_new": as_new,
        "enrich": enrich,
        "since": parse_past(since, now=clock.now(), zone=zone(session)) if since else None,
        "mapping": mapping or None,
        "own": tuple(own or ()),
        "time_zone": time_zone,
    }
    piped = [path for path in paths if str(path) == "-"]
    named = [path for path in paths if str(path) != "-"]
    if piped and format not in {None, "jsonl"}:
        raise UsageError("standard input is read as JSONL", hint="save it to a file to import another format")
    if piped and profile:
        raise UsageError("a profile is for tables; standard input is read as JSONL", hint="use --map")
    with session.desk(create=not dry_run) as desk:
        if save_profile:
            desk.imports.save_profile(save_profile, mapping)
        reports = _read(session, desk, piped, named, options, format=format, profile=profile, date_order=date_order)
    _told(session, reports, dry_run)


def _read(
    session: Session,
    desk: "Desk",
    piped: list[Path],
    named: list[Path],
    options: dict[str, Any],
    **for_files: Any,
) -> list[ImportReport]:
    reports: list[ImportReport] = []
    try:
        with Progress(session, named) as progress:
            if piped:
                reports.append(desk.imports.run_lines(sys.stdin.buffer, progress=progress.show, **options))
            if named:
                reports += desk.imports.run(named, progress=progress.show, **for_files, **options)
    except KeyboardInterrupt:
        notices.tell("interrupted; what was read is kept, and the same command goes on from there")
        raise
    except ConvoError:
        _told(session, reports, options["dry_run"])
        raise
    return reports


def _told(session: Session, reports: list[ImportReport], dry_run: bool) -> None:
    if session.json:
        output.stream(session, reports)
        return
    for report in reports:
        output.text(summary(report) + "\n")
    if any(report.quarantined for report in reports) and not dry_run:
        notices.say(session, "what was quarantined, and why: convo import quarantine")
    if reports and not any(report.fetched for report in reports):
        raise BadInput("nothing was read", hint="convo import formats lists what can be read")
