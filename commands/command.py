"""What every command of convo has in common: shared options, `--json [FIELDS]`, queries that begin with a dash."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import typer
from typer._click.core import Context as CoreContext
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from .json_form import field_names
from .nouns import noun
from .shared_options import json_option, shared_options

SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_FIELD_LIST = re.compile(r"[a-z_]+(,[a-z_]+)*")
_EXCLUDED_TERM = re.compile(r"-(\(|\"|[^\W\d][\w.]*:|\w.*\s|\w{2,})")
_SHARED = "Every command also takes --store, --as, --no-color, --quiet and --debug: convo --help."


class Command(TyperCommand):
    """A command of convo; `fields` are what `--json` can select (None: it has no JSON form)."""

    fields: ClassVar[tuple[str, ...] | None] = ()
    takes_query: ClassVar[bool] = False

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.context_settings = SETTINGS | dict(self.context_settings or {})
        if self.fields is not None:
            self.params.extend(json_option(self.fields))
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
        excluded = self.takes_query and not arg.startswith("--") and name != arg and not arg[2:].isdigit()
        if not arg.startswith("-") or arg == "-" or excluded:
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


def gives(view: type | tuple[str, ...], *, query: bool = False) -> type[Command]:
    """The class of a command that answers with `view`, or with these fields; `query` lets words begin with a dash."""
    names = view if isinstance(view, tuple) else field_names(view)
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
