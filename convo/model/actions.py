"""What operators do to threads, as values that can be done to many at once and taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Assign:
    """Give the threads to an operator ("me" for oneself) or a team; with neither, to nobody."""

    operator: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put the threads away until an instant (aware)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Close:
    """Resolve the threads."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Take the threads up again."""


@dataclass(frozen=True, slots=True)
class Tag:
    """Add and remove tags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Set how urgent the threads are."""

    priority: str


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Say that somebody has read the threads, or (`read` false) that nobody has."""

    read: bool = True


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a thread another subject."""

    subject: str


@dataclass(frozen=True, slots=True)
class Block:
    """Let what the threads' customers write no longer open threads, or (`blocked` false) listen to them again."""

    blocked: bool = True


@dataclass(frozen=True, slots=True)
class RunMacro:
    """Do what a rule does whose trigger is "by hand"."""

    name: str


Action: TypeAlias = Assign | Snooze | Close | Reopen | Tag | SetPriority | MarkRead | Rename | Block | RunMacro


@dataclass(frozen=True, slots=True)
class UndoStep:
    """Something that was done and can be taken back: what, to which threads, by whom and when.

    `skipped` says which threads it could not be done to, or not be taken back for, and why.
    """

    id: int
    title: str
    actor: str
    at: datetime
    undone_at: datetime | None
    threads: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...] = ()
