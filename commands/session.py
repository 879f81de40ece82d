"""What one run of the command line was told: the store, who acts, how to answer; it opens the desk for a command."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from convo.errors import ConvoError, UsageError

if TYPE_CHECKING:
    import typer

    from convo.config import Settings
    from convo.desk.desk import Desk


@dataclass(slots=False)
class Session:
    """The answers to the options that every command takes."""

    store: str | None = None
    operator: str | None = None
    json: bool = False
    fields: tuple[str, ...] = ()
    colour: bool = True
    quiet: bool = False
    debug: bool = field(default_factory=lambda: bool(os.environ.get("CONVO_DEBUG")))

    @cached_property
    def settings(self) -> "Settings":
        """The settings in force; raises BadInput when a file or variable is wrong."""
        from convo.config import load_settings

        return load_settings({"store": self.store, "operator": self.operator})

    @contextmanager
    def desk(self, *, create: bool = False) -> Iterator["Desk"]:
        """The open desk; a missing store is made when `create` is set, else it is NotFound."""
        from convo.desk.desk import open_desk

        with open_desk(settings=self.settings, create=create) as desk:
            yield desk

    def confirm(self, question: str, yes: bool) -> None:
        """Go on only after a yes: the flag's, or a person's on a terminal; raises UsageError where nobody can answer.

        Raises Declined when the person says no.
        """
        if yes:
            return
        if not sys.stdin.isatty():
            raise UsageError(f"{question} Nobody is here to answer.", hint="add --yes to do it")
        from . import notices

        if notices.ask(f"{question} [y/N] ").strip().casefold() not in {"y", "yes"}:
            raise Declined("nothing was changed")


class Declined(ConvoError):
    """A person was asked and said no."""

    code = "declined"


def session_of(context: "typer.Context") -> Session:
    """The session of the running command."""
    session = context.find_object(Session)
    if session is None:
        session = context.obj = Session()
    return session
