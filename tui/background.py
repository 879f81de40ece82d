"""Asks the terminal for the colour of its background, before the screen takes the terminal over."""

import os
import re
import select
import sys
import time

_ASK = b"\x1b]11;?\x1b\\\x1b[c"
"""OSC 11, and behind it what every terminal answers (DA1): one that does not know the first costs no waiting."""
_COLOUR = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_END = re.compile(rb"\x1b\[\?[0-9;]{0,64}c")
_MOST = 4_096
SECONDS = 0.2


def ask_background(seconds: float = SECONDS) -> tuple[float, float, float] | None:
    """The background's red, green and blue (0 to 1), or None where the terminal does not tell within the time."""
    try:
        incoming, outgoing = sys.stdin.fileno(), sys.stdout.fileno()
        if not (os.isatty(incoming) and os.isatty(outgoing)) or os.environ.get("TERM", "dumb") == "dumb":
            return None
        return _asked(incoming, outgoing, seconds)
    except (OSError, ValueError, ImportError):
        return None


def background_in(answer: bytes) -> tuple[float, float, float] | None:
    """The colour in a terminal's answer; a channel has one to four hexadecimal digits."""
    found = _COLOUR.search(answer)
    if found is None:
        return None
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return red, green, blue


def _asked(incoming: int, outgoing: int, seconds: float) -> tuple[float, float, float] | None:
    import termios
    import tty

    before = termios.tcgetattr(incoming)
    answer = b""
    try:
        tty.setcbreak(incoming, termios.TCSANOW)
        os.write(outgoing, _ASK)
        until = time.monotonic() + seconds
        while len(answer) < _MOST and _END.search(answer) is None:
            left = until - time.monotonic()
            if left <= 0 or not select.select([incoming], [], [], left)[0]:
                break
            piece = os.read(incoming, 1_024)
            if not piece:
                break
            answer += piece
    finally:
        termios.tcsetattr(incoming, termios.TCSANOW, before)
    return background_in(answer)
