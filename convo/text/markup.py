"""Tags stripped from HTML that no parser should be given: too long, too deep or broken; in linear time."""

import html
import re

OPEN_QUOTE = "\ufdd0"
"""A noncharacter that stands where a quoted block begins."""

CLOSE_QUOTE = "\ufdd1"
"""A noncharacter that stands where a quoted block ends."""

# Neither class may hold the character that starts the pattern, so that a failed match is as long as its own text.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])[^<>]*>|<[!/?a-zA-Z][^<>]*>")
_UNSHOWN = ("script", "style", "title")
_BREAKS = frozenset(
    (
        "br",
        "p",
        "div",
        "tr",
        "table",
        "li",
        "ul",
        "ol",
        "hr",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "body",
    )
)
_KEEPS_LINES = re.compile(r"<pre(?=[\s>])|white-space\s{0,9}:\s{0,9}pre", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}")


def strip_markup(markup: str) -> str:
    """The text between the tags, comments, scripts and styles left out; blocks and breaks begin lines.

    Line breaks of the source are white space, unless something in it is preformatted.
    """
    text = _without_unshown(_without_comments(markup))
    if not _KEEPS_LINES.search(text):
        text = " ".join(text.split())
    text = _TAG.sub(_standing_for, text)
    return html.unescape(_LONG_NUMBER.sub("", text))


def _standing_for(tag: re.Match[str]) -> str:
    name = (tag[2] or "").lower()
    if name == "blockquote":
        return f"\n{CLOSE_QUOTE if tag[1] else OPEN_QUOTE}\n"
    if name in ("td", "th"):
        return "  " if tag[1] else ""
    return "\n" if name in _BREAKS else ""


def _without_comments(markup: str) -> str:
    """The markup without its comments; one that never ends is kept as text, since nothing may be lost."""
    kept = []
    at = 0
    while (start := markup.find("<!--", at)) >= 0:
        end = markup.find("-->", start + 4)
        if end < 0:
            break
        kept.append(markup[at:start])
        at = end + 3
    kept.append(markup[at:])
    return "".join(kept)


def _without_unshown(markup: str) -> str:
    """The markup without scripts, styles and the title."""
    for name in _UNSHOWN:
        opening = re.compile(f"<{name}(?=[\\s>])", re.IGNORECASE)
        closing = re.compile(f"</{name}(?=[\\s>])", re.IGNORECASE)
        kept = []
        at = 0
        while start := opening.search(markup, at):
            end = closing.search(markup, start.end())
            if end is None:
                break
            kept.append(markup[at : start.start()])
            at = end.start()
        kept.append(markup[at:])
        markup = "".join(kept)
    return markup
