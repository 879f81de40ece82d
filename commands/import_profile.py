"""`convo import profile`: mappings from a table's columns to the desk's fields, kept under names."""

from typing import Annotated

import typer

from . import live_names, notices, output
from .arguments import Yes, pairs
from .command import gives, verbs_below
from .lines import Column
from .session import session_of

app = verbs_below("profile", "Which column of a table is which field, kept under names.")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("mapping", lambda row: ", ".join(f"{ours}={theirs}" for ours, theirs in row.mapping.items()), elastic=True),
)

ProfileName = Annotated[
    str, typer.Argument(metavar="PROFILE", help="The profile's name.", autocompletion=live_names.profiles)
]


@app.command("list", cls=gives(("name", "mapping")))
def list_profiles(context: typer.Context) -> None:
    """List profiles."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.imports.profiles(), COLUMNS, none="no profiles yet")


@app.command(cls=gives(("name", "mapping")))
def save(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    mapping: Annotated[list[str], typer.Argument(metavar="OURS=THEIRS", help="Such as customer.email=Email.")],
) -> None:
    """Keep a mapping under a name."""
    session = session_of(context)
    with session.desk(create=True) as desk:
        view = desk.imports.save_profile(name, pairs(mapping, "a column's name"))
    output.done(session, view, f"profile {name} is saved")


@app.command(cls=gives(()))
def remove(context: typer.Context, profile: ProfileName, yes: Yes = False) -> None:
    """Remove a profile."""
    session = session_of(context)
    session.confirm(f"Remove the profile {profile}?", yes)
    with session.desk() as desk:
        desk.imports.remove_profile(profile)
    notices.say(session, f"profile {profile} is removed")
