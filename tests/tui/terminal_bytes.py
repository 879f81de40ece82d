"""Reads every byte that the screen sent to a terminal, strictly: what is not Textual's or ours is foreign."""

import re
from collections.abc import Iterator

from convo.text import safe

_MODES = rb"\x1b\[\?(?:1049|1000|1003|1004|1006|1015|1016|2004|2026|2048|25|7)[hl]"
_KNOWN = re.compile(
    rb"|".join(
        (
            rb"\x1b\[[0-9;]*m",  # colours
            rb"\x1b\[[0-9]+;[0-9]+H",  # the cursor's place
            _MODES,
            rb"\x1b\[\?(?:2026|2048)\$p",  # what the terminal can do
            rb"\x1b\[>[0-9]+u|\x1b\[<u",  # the keyboard's protocol, on and off
            rb"\x1b\]22;[a-z-]+\x07",  # the pointer's shape
            rb"\x1b\]11;\?\x1b\\\x1b\[c",  # of what colour the background is
            rb"\r\n",
        )
    )
)


def foreign(sent: bytes) -> Iterator[str]:
    """Everything in what a terminal was sent that it might obey, or that hides or reorders words."""
    for line in _KNOWN.sub(b"", sent).decode("utf-8", "surrogateescape").split("\n"):
        if safe(line) != line:
            place = next(n for n, letter in enumerate(line) if safe(letter) != letter)
            yield ascii(line[max(0, place - 40) : place + 30])
