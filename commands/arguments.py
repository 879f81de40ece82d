"""The arguments and options that many commands share, so that they are spelt and explained alike everywhere."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from convo.errors import UsageError

from . import live_names
from .session import Session

Query = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="QUERY",
        help="Such as is:open assignee:me; see convo help query.",
        show_default=False,
        autocompletion=live_names.query,
    ),
]
Limit = Annotated[int, typer.Option("--limit", "-n", metavar="COUNT", help="At most so many.", min=1)]
After = Annotated[str | None, typer.Option("--after", metavar="CURSOR", help="Go on where another page ended.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")]
ThreadId = Annotated[
    int, typer.Argument(metavar="THREAD", help="The thread's number.", autocompletion=live_names.threads)
]
CustomerName = Annotated[
    str,
    typer.Argument(metavar="CUSTOMER", help="A number, an identity or a name.", autocompletion=live_names.customers),
]
Message = Annotated[str | None, typer.Option("--message", "-m", metavar="TEXT", help="The text.")]
TextFile = Annotated[
    Path | None, typer.Option("--file", "-F", metavar="FILE", help="Read the text from a file, - for standard input.")
]
OutputFile = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")]


def query_text(words: list[str] | None) -> str:
    """The query that its words on the command line make; a word with spaces among others was quoted for a reason."""
    if not words:
        return ""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and not set('":()') & set(word) else word for word in words)


def pairs(items: Iterable[str] | None, what: str) -> dict[str, str]:
    """`name=value` words as a mapping; raises UsageError for one without an equals sign."""
    found: dict[str, str] = {}
    for item in items or ():
        name, sign, value = item.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"{item!r} is not {what}", hint="write name=value")
        found[name.strip()] = value
    return found


def commas(words: str | None) -> tuple[str, ...] | None:
    """The words of a comma list; None when it was not given."""
    return None if words is None else tuple(word.strip() for word in words.split(",") if word.strip())


def zone(session: Session) -> ZoneInfo:
    """The desk's time zone."""
    return ZoneInfo(session.settings.time_zone)


def given(**values: Any) -> dict[str, Any]:
    """The values that are not None: what an edit changes."""
    return {name: value for name, value in values.items() if value is not None}
