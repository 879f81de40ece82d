"""`convo store`: facts about the store, its health, its copies."""

from pathlib import Path
from typing import Annotated

import typer

from convo.errors import ConvoError
from convo.model.views import Finding, StoreInfo
from convo.text.counting import size

from . import notices, output
from .arguments import Yes
from .command import gives, typer_app
from .findings import COLUMNS
from .lines import Value
from .session import session_of

app = typer_app("store")


@app.command(cls=gives(StoreInfo))
def info(context: typer.Context) -> None:
    """Show where the store is, what it holds and how big it is."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.stores.info()
    told: list[tuple[str, Value]] = [
        ("place", view.place),
        ("engine", view.engine),
        ("version", view.version),
        ("size", size(view.size) or None),
        ("attachments", f"{view.attachments:,}, {size(view.attachment_bytes)}" if view.attachments else 0),
        *((name.replace("_", " "), count) for name, count in view.rows.items()),
    ]
    output.facts(session, view, told)


@app.command(cls=gives(Finding))
def check(context: typer.Context) -> None:
    """Check the store through and through; exit 1 when it is not well."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.stores.check()
    output.rows(session, found, COLUMNS)
    if not all(finding.ok for finding in found):
        raise ConvoError("the store is not sound", hint="restore a backup: convo store restore FILE")


@app.command(cls=gives(()))
def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
) -> None:
    """Copy the whole store into a file, attachments too.

    Others may go on working meanwhile.
    """
    session = session_of(context)
    with session.desk() as desk:
        report = desk.stores.backup(target)
    output.done(session, report, f"the store is backed up in {report.path}")
    if report.missing:
        notices.tell(f"{len(report.missing):,} attachments are missing in it: convo store check")


@app.command(cls=gives(StoreInfo))
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    yes: Yes = False,
) -> None:
    """Put a backup in the store's place, after a yes."""
    from convo.desk.restore import restore as put_back

    session = session_of(context)
    place = session.settings.store
    taken = "://" in place or Path(place).expanduser().exists()
    if taken:
        session.confirm(f"Put {source} in the place of the store at {place}?", yes)
    view = put_back(source, place, force=taken)
    output.done(session, view, f"the store at {view.place} is as it was in {source}")


@app.command(cls=gives(StoreInfo))
def upgrade(context: typer.Context) -> None:
    """Bring the store to this convo's version, or make it.

    An older store is copied first.
    """
    session = session_of(context)
    with session.desk(create=True) as desk:
        view = desk.stores.info()
    output.done(session, view, f"the store at {view.place} is of version {view.version}")


@app.command(cls=gives(()))
def compact(context: typer.Context) -> None:
    """Give unused space back to the disk."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.stores.compact()
    if session.json:
        output.record(session, done)
    dropped = f"; {done.dropped:,} attachments that no message has are gone" if done.dropped else ""
    notices.say(session, f"the store took {size(done.before)} and takes {size(done.after)} now{dropped}")


@app.command(cls=gives(()))
def reindex(context: typer.Context) -> None:
    """Build the search index anew."""
    session = session_of(context)
    with session.desk() as desk:
        count = desk.stores.reindex()
    if session.json:
        output.record(session, {"messages": count})
    notices.say(session, f"the search index is built anew, of {count:,} messages")


@app.command(cls=gives(()))
def copy(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="PLACE", help="A file that is not there, or an empty database.")],
) -> None:
    """Copy the whole store elsewhere, verified row for row."""
    session = session_of(context)
    with session.desk() as desk:
        copied = desk.stores.copy_to(target)
    if session.json:
        output.record(session, copied)
    missing = copied.pop("missing", 0)
    notices.say(session, f"{sum(copied.values()):,} rows of {len(copied)} tables are copied and compared")
    if missing:
        notices.tell(f"{missing:,} attachments are missing here, and so in the copy: convo store check")
