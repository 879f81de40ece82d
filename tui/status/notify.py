"""Tells of news beyond the window: the terminal's bell, and a desktop notification where the terminal can show one.

OSC 9 is iTerm2's, which WezTerm, ghostty and Windows Terminal understand, too; OSC 777 is urxvt's, understood by foot
and kitty's kin. Others would print neither, but might beep twice: they get the bell alone.
"""

from collections.abc import Mapping

from convo.text import safe

BELL = "\a"

_LONGEST = 120
_OSC_9 = frozenset({"iTerm.app", "WezTerm", "ghostty"})
_OSC_777 = ("foot", "rxvt")


def notification(title: str, body: str, how: str, environ: Mapping[str, str]) -> str:
    """The escape sequence that shows a notification: `how` is "osc9", "osc777", "off", or "auto" to ask the terminal.

    Strangers' words in it are one line each, without controls and without the semicolons that part its fields.
    """
    form = _known(environ) if how == "auto" else how
    said, more = _word(title), _word(body)
    if form == "osc9":
        return f"\x1b]9;{said}: {more}\x1b\\"
    if form == "osc777":
        return f"\x1b]777;notify;{said};{more}\x1b\\"
    return ""


def _known(environ: Mapping[str, str]) -> str:
    if environ.get("TERM_PROGRAM") in _OSC_9 or "WT_SESSION" in environ:
        return "osc9"
    return "osc777" if environ.get("TERM", "").startswith(_OSC_777) else "off"


def _word(text: str) -> str:
    return safe(text, single_line=True).replace(";", ",")[:_LONGEST]
