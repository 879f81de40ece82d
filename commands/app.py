"""The root command: shared options, and every noun as a placeholder until it is used."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer._click.core import Context as CoreContext
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from .command import SETTINGS, Command, Group
from .nouns import NOUNS, Noun
from .session import Session, session_of
from .shared_options import shared_options

SUMMARY = "One lifelong conversation per customer, across every channel."


def real_command(noun: Noun) -> TyperGroup | TyperCommand:
    """The noun's command with all its verbs; imports the noun's module."""
    command = get_command(import_module(f".{noun.module}", __package__).app)
    if not isinstance(command, TyperGroup | TyperCommand):
        raise TypeError(f"{noun.name} is no command")
    command.name = noun.name
    return command


class _Later:
    """A placeholder for a noun: whatever is asked of it, the real command answers."""

    noun: Noun

    def make_context(
        self, info_name: str | None, args: list[str], parent: CoreContext | None = None, **extra: Any
    ) -> CoreContext:
        """The context of the real command."""
        return real_command(self.noun).make_context(info_name, args, parent, **extra)

    def shell_complete(self, ctx: CoreContext, incomplete: str) -> list[CompletionItem]:
        """The completions of the real command."""
        return real_command(self.noun).shell_complete(ctx, incomplete)


class LaterGroup(_Later, TyperGroup):
    """A noun with its name and help; the module behind it is imported when a command line goes through it."""

    def __init__(self, noun: Noun) -> None:
        super().__init__(name=noun.name, help=noun.help, rich_markup_mode=None)
        self.noun = noun


class LaterCommand(_Later, Command):
    """A noun that is one command; the module behind it is imported when a command line goes through it."""

    fields = None

    def __init__(self, noun: Noun) -> None:
        super().__init__(name=noun.name, help=noun.help, rich_markup_mode=None)
        self.noun = noun


class Root(Group):
    """The root command, with a placeholder for every noun."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.params[:0] = shared_options(hidden=False)
        for noun in NOUNS:
            self.add_command(LaterGroup(noun) if noun.verbs else LaterCommand(noun))


def _version(value: bool) -> None:
    if value:
        from . import output
        from .version import version_line

        output.text(version_line() + "\n")
        raise typer.Exit


app = typer.Typer(name="convo", cls=Root, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True, context_settings=SETTINGS)
def root(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", "-V", help="Say which convo this is.", callback=_version, is_eager=True
    ),
) -> None:
    """One lifelong conversation per customer, across every channel."""
    if context.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty() and has_store(session_of(context)):
        from .opening_screen import open_screen

        open_screen(session_of(context))
    else:
        from . import output

        output.text(short_help())


def has_store(session: Session) -> bool:
    """Whether there is a store where the settings say, as far as that can be told without opening it."""
    from convo.store.location import locate

    path = locate(session.settings.store).path
    return path is None or path.exists()


def short_help() -> str:
    """What `convo` says when it is given nothing to do."""
    lines = [f"convo: {SUMMARY[0].lower()}{SUMMARY[1:]}", ""]
    for example, meaning in (
        ("convo demo", "make a small store to play with"),
        ("convo import PATH…", "read logs: mail, chats, calls, orders"),
        ("convo tui", "the desk on screen; convo alone opens it, once there is a store"),
        ("convo thread list is:open", "what waits for an answer"),
        ("convo conversation show NAME", "everything with one customer, on one timeline"),
        ("convo search WORDS", "find messages"),
        ("convo thread reply 7 -m TEXT", "answer"),
        ("convo --help", "all commands"),
    ):
        lines.append(f"  {example:<30} {meaning}")
    return "\n".join(lines) + "\n"


def root_command() -> TyperGroup:
    """The whole command line."""
    command = get_command(app)
    if not isinstance(command, TyperGroup):
        raise TypeError("the root is no group")
    return command
