"""The HTML form of a plain text: paragraphs, line breaks, quotes and links; nothing in it becomes other markup."""

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"\x00-\x20]{1,2000}+", re.IGNORECASE)
_TRAILING = ".,;:!?'*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_QUOTE = re.compile(r"(?:> ?)*+")
_MAX_DEPTH = 5
_SPACES = re.compile(r"^ | (?= )", re.MULTILINE)
_HEAD = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body dir="auto">\n'


def html_form(text: str) -> str:
    """`text` as a whole HTML document. Web addresses become links, except in quoted lines, which a stranger wrote."""
    shown = [_HEAD]
    depth = 0
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            shown.append("<p>" + "<br>\n".join(paragraph) + "</p>\n")
            paragraph.clear()

    for line in text.split("\n"):
        marks = _QUOTE.match(line)
        signs = marks[0] if marks else ""
        level = min(signs.count(">"), _MAX_DEPTH)
        if level != depth:
            close()
            shown.append('<blockquote type="cite">\n' * (level - depth))
            shown.append("</blockquote>\n" * (depth - level))
            depth = level
        bare = line[len(signs) :]
        if not bare.strip():
            close()
        else:
            paragraph.append(_spaced(escape(bare) if level else _linked(bare)))
    close()
    shown.append("</blockquote>\n" * depth)
    shown.append("</body></html>\n")
    return "".join(shown)


def _linked(line: str) -> str:
    """The line escaped, its web addresses as links without the punctuation that closes a sentence."""
    shown: list[str] = []
    at = 0
    for found in _LINK.finditer(line):
        end = found.end()
        address = found[0]
        size = _address_length(address)
        end -= len(address) - size
        shown.append(escape(line[at : found.start()]))
        target = escape(address[:size])
        shown.append(f'<a href="{target}">{target}</a>')
        at = end
    shown.append(escape(line[at:]))
    return "".join(shown)


def _address_length(address: str) -> int:
    """How much of what looks like an address is one: `(see https://x.example/a_(b))` ends before the last `)`."""
    size = len(address)
    open_signs = {closing: address.count(opening) - address.count(closing) for closing, opening in _PAIRS.items()}
    while size:
        last = address[size - 1]
        if last in _TRAILING:
            size -= 1
        elif last in _PAIRS and open_signs[last] < 0:
            open_signs[last] += 1
            size -= 1
        else:
            break
    return size


def _spaced(markup: str) -> str:
    """Markup of one line with the spaces kept that HTML would swallow."""
    return _SPACES.sub("&nbsp;", markup.expandtabs(4))
