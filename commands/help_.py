"""`convo help`: a command, the query language, the settings, the exit codes."""

import inspect
from collections.abc import Iterator
from typing import Annotated

import typer
from typer._click.core import Command as CoreCommand
from typer._click.core import Context as CoreContext
from typer.core import TyperGroup

from convo.errors import ExitCode, NotFound

from . import output
from .app import LaterCommand, LaterGroup, real_command, root_command
from .command import SETTINGS, silent, single_app

app = single_app()

TOPICS = {
    "query": "the query language of lists, search, rules and exports",
    "exit-codes": "what the exit codes mean",
    "config": "the settings",
}


def _words(incomplete: str) -> list[tuple[str, str]]:
    nouns = [(name, command.get_short_help_str(60)) for name, command in root_command().commands.items()]
    return [*TOPICS.items(), *nouns]


@app.command(cls=silent())
def help(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TOPIC", help="query, exit-codes, config, or a command.", autocompletion=_words, show_default=False
        ),
    ] = None,
) -> None:
    """Explain a command, queries, the settings or the exit codes."""
    if not words:
        output.text(overview())
    elif words == ["query"]:
        from convo.desk.help import query_help

        output.text(query_help().rstrip("\n") + "\n")
    elif words == ["exit-codes"]:
        output.text("".join(f"{code.value:>4}  {code.meaning}\n" for code in ExitCode))
    elif words == ["config"]:
        output.text(_settings())
    else:
        output.text(_of(words) + "\n")


def overview() -> str:
    """Every command with its one line."""
    lines = ["convo COMMAND --help explains one; convo help TOPIC explains:", ""]
    lines += [f"  {name:<14}{meaning}" for name, meaning in TOPICS.items()]
    for name, command in root_command().commands.items():
        command = _loaded(command)
        lines += ["", f"{name}: {command.get_short_help_str(90)}"]
        if isinstance(command, TyperGroup):
            lines += [f"  {words:<40}{about}" for words, about in _verbs(f"convo {name}", command)]
    return "\n".join(lines) + "\n"


def _verbs(path: str, group: TyperGroup) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            found += _verbs(f"{path} {name}", command)
        elif command.hidden:
            found.append((f"{path} PATH...", command.get_short_help_str(90)))
        else:
            found.append((f"{path} {name}", command.get_short_help_str(90)))
    return found


def _loaded(command: CoreCommand) -> CoreCommand:
    return real_command(command.noun) if isinstance(command, LaterGroup | LaterCommand) else command


def _of(words: list[str]) -> str:
    """The help of the command that the words name."""
    command: CoreCommand = root_command()
    context = CoreContext(command, info_name="convo", **SETTINGS)
    for word in words:
        below = command.commands.get(word) if isinstance(command, TyperGroup) else None
        if below is None:
            raise NotFound(f"there is no help on {' '.join(words)!r}", hint="convo help lists all commands")
        command = _loaded(below)
        context = CoreContext(command, info_name=word, parent=context, **SETTINGS)
    return command.get_help(context)


def _told(section: type, prefix: str) -> Iterator[tuple[str, str]]:
    """The settings of a section with their docstrings."""
    pieces = inspect.getsource(section).split('"""')
    for before, about in zip(pieces[2::2], pieces[3::2], strict=False):
        yield prefix + before.strip().split("\n")[-1].split(":")[0].strip(), " ".join(about.split())


def _settings() -> str:
    """Each setting with what its docstring says."""
    from convo import config

    lines = [
        "Settings come from, the stronger first: the command line, CONVO_… in the environment,",
        "convo.toml in this folder or one above it, and your own file (convo config path).",
        "",
    ]
    told = [
        *_told(config.Settings, ""),
        *_told(config.AssistantSettings, "assistant."),
        *_told(config.ChannelSettings, "channels."),
        *_told(config.ScreenSettings, "screen."),
    ]
    width = max(len(name) for name, _ in told) + 2
    lines += [f"  {name:<{width}}{about}" for name, about in told]
    return "\n".join(lines) + "\n"
