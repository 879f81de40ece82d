"""A post's raw Markdown as an operator reads it: quotes of others as quoted lines, uploads by their names."""

import re
from dataclasses import dataclass

from convo.text.safe import clean

_QUOTE = re.compile(r"\[quote(?:=\"?([^\]\"\n]{0,200})\"?)?\]", re.IGNORECASE)
_UPLOAD = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((upload://([A-Za-z0-9]{1,40}(?:\.[A-Za-z0-9]{1,10})?))\)")
_DEEPEST = 8
_MOST_UPLOADS = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a post: its name, and the short name by which the site gives it out."""

    name: str
    short: str


def uploads(raw: str) -> tuple[Upload, ...]:
    """The first twenty files that a post holds, each once."""
    found = {each[3]: Upload(_named(each[1]) or each[3], each[3]) for each in _UPLOAD.finditer(raw)}
    return tuple(found.values())[:_MOST_UPLOADS]


def readable(raw: str) -> str:
    """The words of a post: what it quotes is marked with '> ' under who said it."""
    lines, depth = list[str](), 0
    for line in clean(raw).split("\n"):
        stripped = line.strip()
        opening = _QUOTE.fullmatch(stripped) if stripped.startswith("[") else None
        if opening is not None:
            who = (opening[1] or "").partition(",")[0].strip()
            if who:
                lines.append("> " * min(depth, _DEEPEST) + f"{who} wrote:")
            depth += 1
        elif depth and stripped.lower() == "[/quote]":
            depth -= 1
            if not depth:
                lines.append("")
        else:
            shown = _UPLOAD.sub(lambda found: f"[{_named(found[1]) or found[3]}]", line)
            lines.append(("> " * min(depth, _DEEPEST) + shown).rstrip())
    return "\n".join(lines).strip()


def _named(label: str) -> str:
    """A file's name without what the editor writes behind it: its size, or that it is an attachment."""
    return label.partition("|")[0].strip()
