"""`convo sla calendar`: when the shop is open."""

from pathlib import Path
from typing import Annotated

import typer

from convo.errors import BadInput, UsageError
from convo.model.sla_views import CalendarView

from . import live_names, notices, output
from .arguments import Yes, given
from .command import gives, verbs_below
from .lines import Column, Span
from .session import Session, session_of

app = verbs_below("calendar", "When the shop is open: hours, time zone, holidays.")

_LARGEST_FILE = 10_000_000

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("hours", lambda row: row.hours, elastic=True),
    Column("time zone", lambda row: row.time_zone),
    Column("holidays", lambda row: len(row.holidays), right=True),
    Column("now", lambda row: Span("open" if row.open_now else "closed", "good" if row.open_now else "faint")),
    Column("until", lambda row: row.until),
    Column("policies", lambda row: row.policies, elastic=True),
)

CalendarName = Annotated[
    str, typer.Argument(metavar="CALENDAR", help="The calendar's name.", autocompletion=live_names.calendars)
]
Hours = Annotated[
    list[str] | None, typer.Option("--hours", metavar="TIMES", help="Such as 'mon-fri 09:00-18:00'; many.")
]
Zone = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Madrid.")]
Holiday = Annotated[
    list[str] | None,
    typer.Option("--holiday", metavar="DAY", help="2026-12-24, 12-25 every year, or FIRST..LAST; many."),
]
HolidayFile = Annotated[
    Path | None, typer.Option("--holidays", metavar="FILE", help="Whole days of an iCalendar file.")
]


@app.command("list", cls=gives(CalendarView))
def list_calendars(context: typer.Context) -> None:
    """List calendars."""
    session = session_of(context)
    with session.desk() as desk:
        none = "no calendars yet: convo sla calendar add NAME --hours 'mon-fri 09:00-18:00'"
        output.rows(session, desk.calendars.list(), COLUMNS, none=none)


@app.command(cls=gives(CalendarView))
def show(context: typer.Context, calendar: CalendarName) -> None:
    """Show a calendar."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.calendars.show(calendar)
    output.facts(
        session,
        view,
        [
            ("calendar", view.name),
            ("time zone", view.time_zone),
            *(("hours", line) for line in view.hours),
            *(("holiday", day) for day in view.holidays),
            ("now", "open" if view.open_now else "closed"),
            ("until", view.until),
            ("policies", view.policies),
        ],
    )


@app.command(cls=gives(CalendarView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    hours: Hours = None,
    time_zone: Zone = None,
    holiday: Holiday = None,
    holidays: HolidayFile = None,
) -> None:
    """Add a calendar of opening hours."""
    session = session_of(context)
    if not hours:
        raise UsageError("a calendar needs hours", hint="--hours 'mon-fri 09:00-18:00'")
    values = given(time_zone=time_zone, holidays=holiday or None, holiday_file=_content(holidays))
    with session.desk(create=True) as desk:
        view = desk.calendars.add(name, hours, **values)
    _changed(session, view, "added")


@app.command(cls=gives(CalendarView))
def edit(
    context: typer.Context,
    calendar: CalendarName,
    hours: Hours = None,
    time_zone: Zone = None,
    holiday: Holiday = None,
    holidays: HolidayFile = None,
    remove_holiday: Annotated[
        list[str] | None, typer.Option("--remove-holiday", metavar="DAY", help="Open on that day again.")
    ] = None,
) -> None:
    """Change a calendar; --hours replaces all hours."""
    session = session_of(context)
    values = given(
        hours=hours or None,
        time_zone=time_zone,
        holidays=holiday or None,
        remove_holidays=remove_holiday or None,
        holiday_file=_content(holidays),
    )
    if not values:
        raise UsageError("nothing to change", hint=f"convo sla calendar edit {calendar} --holiday 12-25")
    with session.desk() as desk:
        view = desk.calendars.edit(calendar, **values)
    _changed(session, view, "changed")


@app.command(cls=gives(()))
def remove(context: typer.Context, calendar: CalendarName, yes: Yes = False) -> None:
    """Remove a calendar that no policy counts by."""
    session = session_of(context)
    session.confirm(f"Remove the calendar {calendar}?", yes)
    with session.desk() as desk:
        desk.calendars.remove(calendar)
    notices.say(session, f"calendar {calendar} is removed")


def _content(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_FILE)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", hint="name an .ics file") from error


def _changed(session: Session, view: CalendarView, now: str) -> None:
    output.done(session, view, f"calendar {view.name} is {now}")
