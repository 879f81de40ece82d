"""`convo team`: groups of operators."""

from typing import Annotated

import typer

from convo.model.views import TeamView

from . import live_names, notices, output
from .arguments import Yes
from .command import gives, typer_app
from .lines import Column
from .session import Session, session_of

app = typer_app("team")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("members", lambda row: row.members, elastic=True),
)

TeamName = Annotated[str, typer.Argument(metavar="TEAM", help="The team's name.", autocompletion=live_names.teams)]
OperatorName = Annotated[
    str, typer.Argument(metavar="OPERATOR", help="The operator's name.", autocompletion=live_names.operators)
]


@app.command("list", cls=gives(TeamView))
def list_teams(context: typer.Context) -> None:
    """List teams with their members."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.teams.list(), COLUMNS, none="no teams yet: convo team add NAME")


@app.command(cls=gives(TeamView))
def add(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Add a team."""
    session = session_of(context)
    with session.desk(create=True) as desk:
        view = desk.teams.add(name)
    _changed(session, view, "added")


@app.command(cls=gives(TeamView))
def join(context: typer.Context, team: TeamName, operator: OperatorName) -> None:
    """Put an operator into a team."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.teams.join(team, operator)
    _changed(session, view, "now " + (", ".join(view.members) or "empty"))


@app.command(cls=gives(TeamView))
def leave(context: typer.Context, team: TeamName, operator: OperatorName) -> None:
    """Take an operator out of a team."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.teams.leave(team, operator)
    _changed(session, view, "now " + (", ".join(view.members) or "empty"))


@app.command(cls=gives(()))
def remove(context: typer.Context, team: TeamName, yes: Yes = False) -> None:
    """Remove a team; its operators stay."""
    session = session_of(context)
    session.confirm(f"Remove the team {team}?", yes)
    with session.desk() as desk:
        desk.teams.remove(team)
    notices.say(session, f"team {team} is removed")


def _changed(session: Session, view: TeamView, now: str) -> None:
    output.done(session, view, f"team {view.name} is {now}")
