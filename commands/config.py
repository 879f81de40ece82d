"""`convo config`: settings, and where each value comes from."""

from typing import Annotated

import typer

from convo.config import Settings, check_setting, is_setting, project_file, setting_names, setting_value, user_file
from convo.errors import NotFound

from . import live_names, notices, output
from .command import gives, typer_app
from .lines import Column, line
from .session import session_of
from .settings_file import write_setting

app = typer_app("config")

COLUMNS = (
    Column("setting", lambda row: row["name"], style="strong"),
    Column("value", lambda row: _said(row["value"]), elastic=True),
    Column("from", lambda row: row["origin"], style="faint"),
)

_FIELDS = ("name", "value", "origin")

SettingName = Annotated[
    str, typer.Argument(metavar="SETTING", help="The setting's name.", autocompletion=live_names.settings)
]


@app.command("list", cls=gives(_FIELDS))
def list_settings(context: typer.Context) -> None:
    """List all settings with their values and where each comes from."""
    session = session_of(context)
    output.rows(session, [_row(session.settings, name) for name in session.settings.provenance], COLUMNS)


@app.command(cls=gives(_FIELDS))
def get(context: typer.Context, name: SettingName) -> None:
    """Print one setting's value."""
    session = session_of(context)
    row = _row(session.settings, _known(name))
    if session.json:
        output.record(session, row)
        return
    value = row["value"]
    output.page(session, [line(_said(value))])


@app.command("set", cls=gives(()))
def set_value(
    context: typer.Context,
    name: SettingName,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Empty to go back to the default.")],
) -> None:
    """Set a setting in your own file; an empty value takes it out."""
    session = session_of(context)
    path = user_file()
    checked = check_setting(_known(name), value, "the command line") if value else None
    if name.startswith("keys."):
        from convo.tui.keys.chosen import check_key

        check_key(session.settings.keys, name.removeprefix("keys."), value)
    write_setting(path, name, checked)
    if session.json:
        output.record(session, {"name": name, "value": checked, "path": path})
    notices.say(session, f"{name} is set in {path}" if value else f"{name} is taken out of {path}")


@app.command(cls=gives(()))
def path(context: typer.Context) -> None:
    """Print where settings files are looked for, the stronger last."""
    session = session_of(context)
    found = [
        {"file": str(user_file()), "kind": "user", "exists": user_file().is_file()},
    ]
    project = project_file()
    if project is not None:
        found.append({"file": str(project), "kind": "project", "exists": True})
    columns = (
        Column("file", lambda row: row["file"]),
        Column("of", lambda row: row["kind"]),
        Column("is there", lambda row: row["exists"]),
    )
    output.rows(session, found, columns)


def _row(settings: Settings, name: str) -> dict[str, object]:
    return {"name": name, "value": setting_value(settings, name), "origin": settings.provenance.get(name, "default")}


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return ("off", "on")[value] if isinstance(value, bool) else str(value)


def _known(name: str) -> str:
    if is_setting(name):
        return name
    known = (*setting_names(), "keys.…")
    raise NotFound(f"there is no setting {name!r}", hint="the settings are " + ", ".join(known))
