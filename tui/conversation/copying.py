"""Copies what one reads: by the desktop's own program where there is one, else through the terminal."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.screen import Screen

from convo.text import safe

from ..asking import Asks
from ..shown import label

if TYPE_CHECKING:
    from .pane import ConversationPane

_PATIENCE = 3.0


class Copies(Asks, Screen[None]):
    """The key that copies: the message under the cursor, or beside the conversation the customer's address."""

    @property
    def conversation(self) -> "ConversationPane":
        """The conversation."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Copy the message or the customer's address."""
        message = self.conversation.selected
        beside = self.query("#customer:focus-within")
        if message is not None and not beside:
            what, text = "the message", message.original or message.body
        else:
            what, text = "the address", self.conversation.address or ""
        if not text:
            self.app.notify(str(label("there is nothing here to copy")), markup=False)
            return
        text = safe(text)

        def then(program: str | None) -> None:
            if program is None:
                self.app.copy_to_clipboard(text)
            by = program or "your terminal, if it does that (OSC 52)"
            self.app.notify(str(label(f"copied {what} by {by}")), markup=False)

        self.ask("copy", lambda desk: copied(text, os.environ), then)


def copied(text: str, environment: Mapping[str, str]) -> str | None:
    """Hand a text to the desktop's clipboard; the name of the program that took it, or None."""
    for program, here in (
        (("wl-copy",), "WAYLAND_DISPLAY" in environment),
        (("xclip", "-selection", "clipboard"), "DISPLAY" in environment),
        (("pbcopy",), sys.platform == "darwin"),
    ):
        found = shutil.which(program[0]) if here else None
        if found is not None and _taken(found, program[1:], text):
            return program[0]
    return None


def _taken(program: str, arguments: tuple[str, ...], text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a program of the desktop, and the text only as its input
            [program, *arguments],
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
