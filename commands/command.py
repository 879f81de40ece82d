"""What every command of convo has in common: shared options, `--json [FIELDS]`, queries that begin with a dash."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, ClassVar

import typer
from typer._click.core import Context as CoreContext
from typer._click.core import Parameter
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from convo.errors import UsageError

from .json_form import field_names
from .nouns import noun
from .session import Session

SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_FIELD_LIST = re.compile(r"[a-z_]+(,[a-z_]+)*")
_EXCLUDED_TERM = re.compile(r"-(\(|\"|[^\W\d][\w.]*:|\w.*\s|\w{2,})")
_SHARED = "Every command also takes --store, --as, --no-color, --quiet and --debug: convo --help."


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
    command = context.command
    known = command.fields if isinstance(command, Command) and command.fields is not None else ()
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
    """The options that are taken before and after any command."""

    def declared(
        store: Annotated[
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
        operator: Annotated[
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
        no_color: Annotated[
            bool,
            typer.Option(
                "--no-color",
                help="No colours (or set NO_COLOR).",
                callback=_no_colour,
                expose_value=False,
                hidden=hidden,
            ),
        ] = False,
        quiet: Annotated[
            bool,
            typer.Option(
                "--quiet", "-q", help="Only data and errors.", callback=_quiet, expose_value=False, hidden=hidden
            ),
        ] = False,
        debug: Annotated[
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
def _json_option(fields: tuple[str, ...]) -> tuple[Parameter, ...]:
    listed = f" Fields: {', '.join(fields)}." if fields else ""

    def declared(
        json: Annotated[
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


class Command(TyperCommand):
    """A command of convo; `fields` are what `--json` can select (None: it has no JSON form)."""

    fields: ClassVar[tuple[str, ...] | None] = ()
    takes_query: ClassVar[bool] = False

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.context_settings = SETTINGS | dict(self.context_settings or {})
        if self.fields is not None:
            self.params.extend(_json_option(self.fields))
        self.params.extend(shared_options())
        self.epilog = self.epilog or _SHARED

    def parse_args(self, ctx: CoreContext, args: list[str]) -> list[str]:
        """Settle what Typer cannot know, then parse."""
        return super().parse_args(ctx, self.settled(args))

    def settled(self, args: Sequence[str]) -> list[str]:
        """The arguments with `--json`'s optional value attached, and a query's words kept apart from options."""
        options: list[str] = []
        words: list[str] = []
        rest = list(args)
        while rest:
            arg = rest.pop(0)
            if arg == "--":
                words += rest
                break
            option = self._option(arg)
            if arg == "--json" and self.fields is not None:
                options.append("--json=" + (rest.pop(0) if rest and self._are_fields(rest, words) else ""))
            elif option is not None:
                options.append(arg)
                if not option.is_flag and not option.count and "=" not in arg and rest and arg in option.opts:
                    options.append(rest.pop(0))
            elif self.takes_query and _EXCLUDED_TERM.match(arg):
                words.append(arg)
            elif arg.startswith("-") and arg != "-":
                options.append(arg)
            else:
                words.append(arg)
        return [*options, "--", *words] if any(word.startswith("-") for word in words) else [*options, *words]

    def _option(self, arg: str) -> TyperOption | None:
        name = arg.split("=", 1)[0] if arg.startswith("--") else arg[:2]
        if not arg.startswith("-") or arg == "-" or (name != arg and not arg.startswith("--") and self.takes_query):
            return None
        for param in self.params:
            if isinstance(param, TyperOption) and name in (*param.opts, *param.secondary_opts):
                return param
        return None

    def _are_fields(self, rest: Sequence[str], words: Sequence[str]) -> bool:
        """Whether the word after `--json` names fields and is not the command's own argument."""
        names = rest[0].split(",")
        if not _FIELD_LIST.fullmatch(rest[0]):
            return False
        arguments = [param for param in self.params if param.param_type_name == "argument"]
        wanted = sum(1 for param in arguments if param.required)
        later = sum(1 for arg in rest[1:] if not arg.startswith("-"))
        if len(words) + later < wanted:
            return False
        known = self.fields or ()
        return not arguments or (len(names) > 1 and any(name in known for name in names)) or names[0] in known

    def collect_usage_pieces(self, ctx: CoreContext) -> list[str]:
        """Arguments by their names: PATH..., [QUERY]..."""
        pieces = [self.options_metavar] if self.options_metavar else []
        for param in self.params:
            if isinstance(param, TyperArgument):
                name = param.display_name_raw
                pieces.append((name if param.required else f"[{name}]") + ("..." if param.nargs != 1 else ""))
        return pieces

    def format_options(self, ctx: CoreContext, formatter: HelpFormatter) -> None:
        """Arguments that need words, then options."""
        arguments = [
            (param.display_name_raw, param.help)
            for param in self.params
            if isinstance(param, TyperArgument) and param.help
        ]
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        options = [param.get_help_record(ctx) for param in self.get_params(ctx) if isinstance(param, TyperOption)]
        with formatter.section("Options"):
            formatter.write_dl([told for told in options if told is not None])


def gives(view: type | None, *, query: bool = False) -> type[Command]:
    """The class of a command that answers with `view` (None: no record); `query` lets words begin with a dash."""
    names = field_names(view) if view is not None else ()
    return type("Command", (Command,), {"fields": names, "takes_query": query})


def silent(*, query: bool = False) -> type[Command]:
    """The class of a command without a JSON form of its own, since JSON or nothing is what it writes."""
    return type("Command", (Command,), {"fields": None, "takes_query": query})


class Group(TyperGroup):
    """The verbs of a noun."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.context_settings = SETTINGS | dict(self.context_settings or {})


def typer_app(name: str, *, cls: type[TyperGroup] = Group) -> typer.Typer:
    """An empty Typer app for a noun's verbs, or for verbs below it."""
    return typer.Typer(
        name=name,
        cls=cls,
        help=noun(name).help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def verbs_below(name: str, help: str, *, cls: type[TyperGroup] = Group) -> typer.Typer:
    """An empty Typer app for verbs that stand below a noun's verb, such as `convo import profile list`."""
    return typer.Typer(name=name, cls=cls, help=help, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def single_app() -> typer.Typer:
    """An empty Typer app for a noun that is one command."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
