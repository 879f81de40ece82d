"""The human's half of a delivery report: which line says why a recipient's mail came back."""

import re
from itertools import takewhile

from convo.text import clean, safe

MAX_LINES = 300
_MAX_LINE = 300
_MAX_SENTENCE = 300
_LOOK_AHEAD = 8
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.#:/-])[45][0-7]\d(?:[ -]|$)")
_SAYS_NOTHING = re.compile(r"[-*=]|(?:technical details of|subject|from|to|date|sent)\b.*:", re.IGNORECASE)
_ADDRESS_LINE = re.compile(r"\s*<?[^\s@<>]{1,100}@[^\s@<>:]{1,100}>?(?::|\s*$)")
RETURNED_BEGINS = re.compile(
    r"^(?:[ \t]{0,3}-{2,}[^\n]{0,40}(?:original m|copy of|below|returned m|undelivered m|unsent m|message header)"
    r"|(?:received|return-path|message-id|x-original-to):[ \t]"
    r"|(?:original )?message headers?(?: follow)?)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the text of a report ends and the mail that came back begins, when one follows the other in one part."""


def report_lines(text: str) -> list[str]:
    """The first lines of a report's text, none of them long, up to the mail that came back."""
    begins = RETURNED_BEGINS.search(text)
    told = text[: begins.start()] if begins else text
    return [line[:_MAX_LINE] for line in told.split("\n", MAX_LINES)[:MAX_LINES]]


def diagnose(lines: list[str], recipient: str) -> str:
    """What the report says about a recipient, safe and on one line; empty when it says nothing.

    The server's own reply, which begins with its code, is preferred to what stands around it.
    """
    wanted = recipient.casefold()
    for number, line in enumerate(lines):
        at = line.casefold().find(wanted) if wanted else -1
        if at < 0:
            continue
        rest = line[at + len(recipient) :].lstrip(" >:;,\t")
        beside = bool(rest) and not line[:at].strip(" <\t")
        told = [rest, *_paragraph(lines, number)[1:]] if beside or _is_reply(rest) else _below(lines, number + 1)
        if told:
            return one_sentence(" ".join(told))
    for number, line in enumerate(lines):
        if _is_reply(line):
            return one_sentence(" ".join(_paragraph(lines, number)))
    return ""


def status_in(text: str) -> str:
    """The first RFC 3463 status that a text names, such as 5.1.1; empty without one."""
    found = _STATUS.search(text)
    return f"{found[1]}.{int(found[2])}.{int(found[3])}" if found else ""


def one_sentence(text: str) -> str:
    """Text of a stranger's server, safe to show, on one line and of at most 300 characters."""
    shown = safe(clean(text[: _MAX_SENTENCE * 4]), single_line=True).removeprefix("<<< ").lstrip("-. ")
    return shown if len(shown) <= _MAX_SENTENCE else f"{shown[: _MAX_SENTENCE - 1].rstrip()}…"


def _below(lines: list[str], start: int) -> list[str]:
    """The reply that stands in the lines after the recipient's own, or the first of them that says anything."""
    near = list(takewhile(lambda line: not _ADDRESS_LINE.match(line), lines[start : start + _LOOK_AHEAD]))
    for number, line in enumerate(near, start):
        if _is_reply(line):
            return _paragraph(lines, number)
    for number, line in enumerate(near, start):
        if line.strip() and not _SAYS_NOTHING.match(line.strip()):
            return _paragraph(lines, number)
    return []


def _is_reply(line: str) -> bool:
    """Whether the line holds a server's reply, by its code or its status."""
    return _REPLY.search(line) is not None or status_in(line) != ""


def _paragraph(lines: list[str], start: int) -> list[str]:
    """The lines from `start` to the next blank one or the next recipient's."""
    kept = [lines[start]]
    for line in lines[start + 1 : start + _LOOK_AHEAD]:
        if not line.strip() or line.startswith(("<", "--")) or _ADDRESS_LINE.match(line):
            break
        kept.append(line)
    return kept
