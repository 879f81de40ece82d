"""Whether an answer fits a channel: how long its text may be, and which files may go with it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from convo.channels.base import Capabilities
from convo.desk.answering import Account
from convo.desk.reaching import routes
from convo.errors import BadInput, Conflict
from convo.intake.bounds import file_part
from convo.model.envelope import Part
from convo.model.views import ThreadRow
from convo.model.words import AttachmentRole
from convo.text import safe
from convo.text.counting import counted, size
from convo.text.safe import REPLACEMENT

if TYPE_CHECKING:
    from convo.desk.desk import Desk

LARGEST_FILES = 25_000_000
"""How large the files of one answer may be, each and all together, in bytes."""
_MOST_FILES = 50


def clean_files(files: Sequence[Part]) -> tuple[Part, ...]:
    """The files that go with an answer, under clean names; raises BadInput for too many or too large ones.

    A file without bytes is none that could be sent.
    """
    if len(files) > _MOST_FILES:
        raise BadInput(f"an answer takes at most {_MOST_FILES} files, not {len(files)}", hint="send them in an archive")
    parts = tuple(map(_clean, files))
    for part in parts:
        if not part.data:
            raise BadInput(f"{part.name} is empty")
        if len(part.data) > LARGEST_FILES:
            raise BadInput(
                f"{part.name} has {size(len(part.data))}; a file that goes with an answer has at most "
                f"{size(LARGEST_FILES)}",
                hint="send a link to it",
            )
    total = sum(len(part.data or b"") for part in parts)
    if total > LARGEST_FILES:
        raise BadInput(
            f"the files have {size(total)} together; with one answer go at most {size(LARGEST_FILES)}",
            hint="send them with several answers",
        )
    return parts


def _clean(file: Part) -> Part:
    """A file under a name that shows as it is read: nothing in it reorders or hides letters."""
    part = file_part(file)
    return replace(part, name=safe(part.name, single_line=True).replace(REPLACEMENT, "_"), role=AttachmentRole.FILE)


def check_fits(desk: "Desk", row: ThreadRow, channel: Account, text: str, files: Sequence[Part] = ()) -> None:
    """Raises Conflict when a text is too long for a channel, or a file too large, naming the channels that take it."""
    problem = misfit(channel, text, files)
    if not problem:
        return
    others = [
        route.account.name
        for route in routes(desk, row)
        if route.way.open and route.account.id != channel.id and not misfit(route.account, text, files)
    ]
    shorter = "send a link instead" if _too_large(channel.can, files) else "make it shorter"
    hint = f"answer by another with --channel: {', '.join(others)}; or {shorter}" if others else shorter
    raise Conflict(problem, hint=hint)


def misfit(channel: Account, text: str, files: Sequence[Part] = ()) -> str:
    """Why an answer does not fit, in one sentence; empty when it does."""
    facts = channel.can
    large = _too_large(facts, files)
    if large is not None and not facts.largest_file:
        return f"no file can go by {channel.name} ({channel.kind}), so {large.name} cannot"
    if large is not None:
        measure, most = size(len(large.data or b"")), size(facts.largest_file)
        return f"{large.name} has {measure}; {channel.name} ({channel.kind}) takes files of at most {most}"
    length = facts.length(text)
    if facts.longest is not None and length > facts.longest:
        written = counted(length, "character")
        return f"the text has {written}; {channel.name} ({channel.kind}) takes at most {facts.longest:,}"
    return ""


def _too_large(facts: Capabilities, files: Sequence[Part]) -> Part | None:
    """The first file that a kind of channel does not take."""
    return next((part for part in files if len(part.data or b"") > facts.largest_file), None)
