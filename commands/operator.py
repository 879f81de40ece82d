"""`convo operator`: the people who answer."""

from typing import Annotated, Any

import typer

from convo.errors import UsageError
from convo.model.views import OperatorView
from convo.model.words import Availability, Role

from . import live_names, notices, output
from .arguments import Yes, commas, given
from .command import gives, typer_app
from .lines import Column
from .session import Session, session_of

app = typer_app("operator")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("shown as", lambda row: row.shown, elastic=True),
    Column("role", lambda row: row.role),
    Column("is", lambda row: row.availability),
    Column(
        "open", lambda row: f"{row.open_threads} of {row.capacity}" if row.capacity else row.open_threads, right=True
    ),
    Column("teams", lambda row: row.teams, elastic=True),
    Column("skills", lambda row: row.skills, elastic=True),
    Column("languages", lambda row: row.languages),
)

OperatorName = Annotated[
    str, typer.Argument(metavar="OPERATOR", help="The operator's name.", autocompletion=live_names.operators)
]
Shown = Annotated[str | None, typer.Option("--shown", metavar="TEXT", help="The name that customers see.")]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS")]
OperatorRole = Annotated[Role | None, typer.Option("--role", metavar="ROLE", help="viewer, agent or admin.")]
Skills = Annotated[str | None, typer.Option("--skills", metavar="A,B", help="A comma list.")]
Languages = Annotated[str | None, typer.Option("--languages", metavar="DE,IT", help="A comma list.")]
Capacity = Annotated[int | None, typer.Option("--capacity", metavar="COUNT", help="Open threads at once.", min=0)]
Shifts = Annotated[
    list[str] | None,
    typer.Option("--shift", metavar="TIMES", help="Such as 'mon-fri 09:00-17:00'; many; '' for none at all."),
]
TimeZone = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Madrid.")]


@app.command("list", cls=gives(OperatorView))
def list_operators(context: typer.Context) -> None:
    """List operators."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.operators.list(), COLUMNS, none="no operators yet: convo operator add NAME")


@app.command(cls=gives(OperatorView))
def show(context: typer.Context, operator: OperatorName) -> None:
    """Show an operator."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.operators.show(operator)
    output.facts(
        session,
        view,
        [
            ("operator", view.name),
            ("shown as", view.shown or None),
            ("email", view.email),
            ("role", view.role),
            ("is", view.availability),
            ("capacity", view.capacity),
            ("open threads", view.open_threads),
            ("teams", view.teams),
            ("skills", view.skills),
            ("languages", view.languages),
            ("time zone", view.time_zone),
            ("shifts", view.shifts),
            ("on shift", view.on_shift if view.shifts else None),
            ("next shift", view.next_shift),
        ],
    )


@app.command(cls=gives(OperatorView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short name, such as marta.")],
    shown: Shown = None,
    email: Email = None,
    role: OperatorRole = None,
    skills: Skills = None,
    languages: Languages = None,
    capacity: Capacity = None,
    time_zone: TimeZone = None,
    shift: Shifts = None,
) -> None:
    """Add an operator."""
    session = session_of(context)
    values = _values(shown, email, role, skills, languages, capacity, time_zone, shift)
    with session.desk(create=True) as desk:
        view = desk.operators.add(name, **values)
    _changed(session, view, f"added as {view.role}")


@app.command(cls=gives(OperatorView))
def edit(
    context: typer.Context,
    operator: OperatorName,
    shown: Shown = None,
    email: Email = None,
    role: OperatorRole = None,
    skills: Skills = None,
    languages: Languages = None,
    capacity: Capacity = None,
    time_zone: TimeZone = None,
    shift: Shifts = None,
) -> None:
    """Change an operator."""
    session = session_of(context)
    values = _values(shown, email, role, skills, languages, capacity, time_zone, shift)
    if not values:
        raise UsageError("nothing to change", hint=f"convo operator edit {operator} --role agent")
    with session.desk() as desk:
        view = desk.operators.edit(operator, **values)
    _changed(session, view, "changed")


@app.command(cls=gives(OperatorView))
def availability(
    context: typer.Context,
    operator: OperatorName,
    word: Annotated[Availability, typer.Argument(metavar="WORD", help="available, away or offline.")],
) -> None:
    """Say whether an operator takes new threads."""
    session = session_of(context)
    with session.desk() as desk:
        desk.operators.set_availability(operator, word.value)
        view = desk.operators.show(operator)
    _changed(session, view, view.availability)


@app.command(cls=gives(()))
def remove(context: typer.Context, operator: OperatorName, yes: Yes = False) -> None:
    """Remove an operator; what they wrote stays."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.operators.show(operator)
        session.confirm(f"Remove the operator {view.name}?", yes)
        desk.operators.remove(operator)
    notices.say(session, f"operator {view.name} is removed")


def _values(
    shown: str | None,
    email: str | None,
    role: Role | None,
    skills: str | None,
    languages: str | None,
    capacity: int | None,
    time_zone: str | None,
    shift: list[str] | None,
) -> dict[str, Any]:
    return given(
        shown=shown,
        email=email,
        role=role and role.value,
        skills=commas(skills),
        languages=commas(languages),
        capacity=capacity,
        time_zone=time_zone,
        shifts=shift or None,
    )


def _changed(session: Session, view: OperatorView, now: str) -> None:
    output.done(session, view, f"operator {view.name} is {now}")
