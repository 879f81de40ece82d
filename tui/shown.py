"""The one door for words that strangers wrote: whatever the screen shows goes through here, and is never markup."""

from rich.style import Style
from rich.text import Text
from textual.content import Content

from convo.text import safe

_INDENT = 8


def shown(text: str, style: str | Style = "") -> Text:
    """A text of several lines as the terminal may show it."""
    return Text(safe(text).expandtabs(4), style=style, end="")


def line(text: str, style: str | Style = "", *, width: int | None = None) -> Text:
    """A text as one line, cut with an ellipsis to `width` columns where one is given; a few blanks at its ends stay."""
    lead = min(len(text) - len(text.lstrip(" ")), _INDENT)
    tail = min(len(text) - len(text.rstrip(" ")), _INDENT)
    core = safe(text, single_line=True)
    made = Text(f"{' ' * lead}{core}{' ' * tail}" if core else " " * lead, end="", no_wrap=True)
    made.stylize(style)  # as a part of it, so that what is appended keeps its own
    if width is not None:
        made.truncate(max(0, width), overflow="ellipsis")
    return made


def label(text: str) -> Content:
    """A text for what Textual itself shows: titles, buttons, toasts; one line, no markup."""
    return Content(safe(text, single_line=True))
