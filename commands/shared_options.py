"""The options that every command takes, and `--json`; each leaves what it was told in the session."""

from functools import cache
from typing import Annotated, Any

import typer
from typer._click.core import Parameter
from typer.main import get_command

from convo.errors import UsageError

from .session import Session


def _of(context: typer.Context) -> Session:
    session = context.find_object(Session)
    return session if session is not None else Session()


def _store(context: typer.Context, value: str | None) -> None:
    if value is not None:
        _of(context).store = value


def _operator(context: typer.Context, value: str | None) -> None:
    if value is not None:
        _of(context).operator = value


def _no_colour(context: typer.Context, value: bool) -> None:
    if value:
        _of(context).colour = False


def _quiet(context: typer.Context, value: bool) -> None:
    if value:
        _of(context).quiet = True


def _debug(context: typer.Context, value: bool) -> None:
    if value:
        _of(context).debug = True


def _json(context: typer.Context, value: str | None) -> None:
    if value is None:
        return
    session = _of(context)
    session.json = True
    known: tuple[str, ...] = getattr(context.command, "fields", None) or ()
    asked = tuple(name.strip() for name in value.split(",") if name.strip())
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise UsageError(
            f"--json knows no field {', '.join(unknown)} here",
            hint="the fields are " + ", ".join(known) if known else "give --json alone",
        )
    session.fields = asked


@cache
def shared_options(hidden: bool = True) -> tuple[Parameter, ...]:
    """The options that are taken before and after any command; their names are no command's own."""

    def declared(
        shared_store: Annotated[
            str | None,
            typer.Option(
                "--store",
                metavar="PLACE",
                help="The store: a file, or a postgresql:// URL.",
                callback=_store,
                expose_value=False,
                hidden=hidden,
            ),
        ] = None,
        shared_operator: Annotated[
            str | None,
            typer.Option(
                "--as",
                metavar="OPERATOR",
                help="Act as this operator.",
                callback=_operator,
                expose_value=False,
                hidden=hidden,
                autocompletion=_operators,
            ),
        ] = None,
        shared_no_color: Annotated[
            bool,
            typer.Option(
                "--no-color",
                help="No colours (or set NO_COLOR).",
                callback=_no_colour,
                expose_value=False,
                hidden=hidden,
            ),
        ] = False,
        shared_quiet: Annotated[
            bool,
            typer.Option(
                "--quiet", "-q", help="Only data and errors.", callback=_quiet, expose_value=False, hidden=hidden
            ),
        ] = False,
        shared_debug: Annotated[
            bool,
            typer.Option(
                "--debug", help="Show where an error comes from.", callback=_debug, expose_value=False, hidden=hidden
            ),
        ] = False,
    ) -> None: ...

    return _parameters(declared)


def _operators(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from .live_names import operators

    return operators(context, incomplete)


def _parameters(declared: Any) -> tuple[Parameter, ...]:
    app = typer.Typer(add_completion=False)
    app.command()(declared)
    return tuple(get_command(app).params)


@cache
def json_option(fields: tuple[str, ...]) -> tuple[Parameter, ...]:
    """The option of a command that can answer in JSON with these fields."""
    listed = f" Fields: {', '.join(fields)}." if fields else ""

    def declared(
        shared_json: Annotated[
            str | None,
            typer.Option(
                "--json",
                metavar="[FIELDS]",
                help=f"Answer in JSON, with these fields only if any are named.{listed}",
                callback=_json,
                expose_value=False,
            ),
        ] = None,
    ) -> None: ...

    return _parameters(declared)
