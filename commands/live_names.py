"""What a shell can complete: names that the store holds, read quietly and made harmless for a shell to evaluate."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import typer

from convo.errors import ConvoError
from convo.text import safe

from .session import Session, session_of

if TYPE_CHECKING:
    from convo.desk.desk import Desk

Completions = list[tuple[str, str]]

_MOST = 50
_SOUND = re.compile(r"[\w@+][\w@.+/ -]*")
_UNSOUND = re.compile(r"[^\w@.,+!?/ €£%#-]+")
_LONGEST_HELP = 60


def threads(context: typer.Context, incomplete: str) -> Completions:
    """Ids of threads that are not resolved, the newest first, with customer and subject."""
    return _asked(
        context,
        lambda desk: (
            (str(row.id), f"{row.customer} {row.subject}")
            for row in desk.threads.list("-status:resolved", limit=_MOST).items
        ),
    )


def customers(context: typer.Context, incomplete: str) -> Completions:
    """Ids of customers with their names; with letters typed, the identities that begin with them."""
    return _asked(
        context,
        lambda desk: (
            (row.identity if incomplete and not incomplete.isdigit() else str(row.id), row.name or row.identity)
            for row in desk.customers.list(limit=_MOST).items
        ),
    )


def operators(context: typer.Context, incomplete: str) -> Completions:
    """Names of operators."""
    return _asked(context, lambda desk: ((item.name, item.shown) for item in desk.operators.list()))


def assignees(context: typer.Context, incomplete: str) -> Completions:
    """Names of operators, and `me`."""
    return [("me", "whoever acts"), *operators(context, incomplete)]


def teams(context: typer.Context, incomplete: str) -> Completions:
    """Names of teams."""
    return _asked(context, lambda desk: ((item.name, ", ".join(item.members)) for item in desk.teams.list()))


def channels(context: typer.Context, incomplete: str) -> Completions:
    """Names of channels."""
    return _asked(context, lambda desk: ((item.name, item.kind) for item in desk.channels.accounts()))


def codes(context: typer.Context, incomplete: str) -> Completions:
    """Words of codes, with what they stand for."""
    return _asked(context, lambda desk: ((item.word, item.title) for item in desk.codes.list()))


def deliveries(context: typer.Context, incomplete: str) -> Completions:
    """Numbers of deliveries, the newest first, with status and customer."""
    return _asked(
        context,
        lambda desk: ((str(row.id), f"{row.status} {row.customer}") for row in desk.deliveries.list(limit=_MOST).items),
    )


def rules(context: typer.Context, incomplete: str) -> Completions:
    """Names of rules."""
    return _asked(context, lambda desk: ((item.name, item.query) for item in desk.rules.list()))


def macros(context: typer.Context, incomplete: str) -> Completions:
    """Names of rules that are run by hand."""
    return _asked(context, lambda desk: ((item.name, item.query) for item in desk.actions.macros()))


def policies(context: typer.Context, incomplete: str) -> Completions:
    """Names of SLA policies."""
    return _asked(context, lambda desk: ((item.name, item.calendar or "") for item in desk.sla.list()))


def calendars(context: typer.Context, incomplete: str) -> Completions:
    """Names of calendars."""
    return _asked(context, lambda desk: ((item.name, ", ".join(item.hours)) for item in desk.calendars.list()))


def snippets(context: typer.Context, incomplete: str) -> Completions:
    """Names of snippets."""
    return _asked(context, lambda desk: ((item.name, item.body) for item in desk.snippets.list()))


def articles(context: typer.Context, incomplete: str) -> Completions:
    """Names of articles."""
    return _asked(context, lambda desk: ((item.name, item.title) for item in desk.articles.list()))


def bots(context: typer.Context, incomplete: str) -> Completions:
    """Names of bots."""
    return _asked(context, lambda desk: ((item.name, "") for item in desk.bots.list()))


def runs(context: typer.Context, incomplete: str) -> Completions:
    """Numbers of import runs."""
    return _asked(context, lambda desk: ((str(item.run_id), item.path) for item in desk.imports.runs(limit=_MOST)))


def profiles(context: typer.Context, incomplete: str) -> Completions:
    """Names of import profiles."""
    return _asked(context, lambda desk: ((item.name, "") for item in desk.imports.profiles()))


def settings(context: typer.Context, incomplete: str) -> Completions:
    """Names of settings."""
    from convo.config import setting_names

    return [(name, "") for name in setting_names()]


def query(context: typer.Context, incomplete: str) -> Completions:
    """Fields and their values, for the last word of a query."""
    from convo.desk.help import query_completions

    return [(word, "") for word in query_completions(incomplete)]


def _asked(context: typer.Context, ask: "Callable[[Desk], Iterable[tuple[str, str]]]") -> Completions:
    """What the desk answers, or nothing: a shell that completes has no place for errors."""
    session = Session(store=session_of(context).store, operator="")
    try:
        with session.desk() as desk:
            return list(_harmless(ask(desk)))
    except (ConvoError, OSError):
        if os.environ.get("CONVO_DEBUG"):
            raise
        return []


def _harmless(items: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Only names a shell takes as one plain word, and help without anything a shell evaluates.

    Zsh evaluates what a completion prints, and Typer escapes `$` there without escaping the backslash before it.
    """
    for value, help in items:
        if _SOUND.fullmatch(value):
            yield value, _UNSOUND.sub(" ", safe(help, single_line=True))[:_LONGEST_HELP].strip()
