"""HTML as a customer's mail brings it, to the plain text that an operator reads and the quote folder understands."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from convo.text.markup import CLOSE_QUOTE, OPEN_QUOTE, strip_markup
from convo.text.safe import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_HTML = 1_000_000
"""Characters; above it the tags are stripped without a parser."""

_CHUNK = 16_384
_DEEPEST = 200
_DEEPEST_LIST = 8
_DEEPEST_QUOTE = 12
_LONGEST_STYLE = 2_000
_UNSHOWN = frozenset(("script", "style", "head", "title", "template", "svg", "iframe", "select"))
_READ = ("style", "hidden", "href", "alt")
_UNSHOWN_TAG = "script"
# Tables in mail are mostly layout; set side by side they read badly, and padding them to one width costs memory without
# bound. Rows become lines and cells words on them.
_AS_BLOCK = frozenset(
    ("table", "tbody", "thead", "tfoot", "tr", "caption", "center", "section", "form", "fieldset", "dl", "dd", "dt")
)
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|(?:max-height|opacity)\s{0,9}:\s{0,9}0(?![.\d]*[1-9])"
)
_PREFORMATTED = re.compile(r"white-space\s{0,9}:\s{0,9}(?:pre|break-spaces)")
_AS_DATA = {code: "" for code in range(0x20) if chr(code) not in "\t\n"} | {ord("&"): "&amp;"}
_SCHEMES = ("http://", "https://", "mailto:", "tel:")


def html_to_text(html: str) -> str:
    """The text of an HTML mail: lines, lists and links kept, what is not shown dropped, quotes marked with '> '.

    A link keeps its address behind its text, in angle brackets, where the two differ. Takes any string and never
    raises; past 1,000,000 characters, too deep a nesting or whatever the parser cannot manage, tags are stripped in
    linear time instead.
    """
    html = clean(html).translate({ord(OPEN_QUOTE): None, ord(CLOSE_QUOTE): None})
    rendered = _render(html) if len(html) <= LONGEST_HTML else None
    return _tidy(strip_markup(html) if rendered is None else rendered)


def _render(html: str) -> str | None:
    """The text as inscriptis lays it out, or None where the document cannot be rendered within bounds."""
    from inscriptis.css_profiles import STRICT_CSS_PROFILE
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig
    from lxml.etree import HTMLParser, TreeBuilder

    if not html.strip():
        return ""
    parser = HTMLParser(encoding="utf-8", target=_Reader(TreeBuilder()))
    try:
        for at in range(0, len(html), _CHUNK):
            parser.feed(html[at : at + _CHUNK].encode())
        document = parser.close()
        _prepare(document)
        return str(Inscriptis(document, ParserConfig(css=STRICT_CSS_PROFILE)).get_text())
    except Exception:
        # The parsers are not ours and the input is a stranger's: whatever they stumble over, the mail is still read.
        return None


class _TooDeep(Exception):
    """A document that nests beyond what can be rendered in linear time."""


class _Reader:
    """Builds the tree from what is read here, and stops early.

    libxml2 on its own takes quadratic time to store many attributes, and drops the text that lies too deep.
    """

    def __init__(self, builder: Any) -> None:
        self._builder = builder
        self._depth = 0
        self.close = builder.close

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element; raises _TooDeep where it lies too deep."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _TooDeep
        self._builder.start(_known(tag), {name: attributes[name] for name in _READ if name in attributes})

    def end(self, tag: str) -> None:
        """Close an element."""
        self._depth -= 1
        self._builder.end(_known(tag))

    def data(self, text: str) -> None:
        """Add text; the renderer unescapes once more, so that an ampersand is escaped once more."""
        self._builder.data(text.translate(_AS_DATA))


def _known(tag: str) -> str:
    """The tag, or a plain one for a name that no tree takes, such as Word's `o:p`."""
    return tag if tag.isalnum() else "span"


def _prepare(document: "_Element") -> None:
    """Rewrite the tree so that rendering it is linear and says what a reader sees."""
    quotes: list[_Element] = []
    links: list[_Element] = []
    for element in document.iter():
        tag = element.tag
        style = element.get("style", "")[:_LONGEST_STYLE].lower()
        hidden = tag in _UNSHOWN or element.get("hidden") is not None or _HIDDEN.search(style)
        link = element.get("href", "") if tag == "a" else ""
        picture = element.get("alt", "") if tag == "img" else ""
        element.attrib.clear()
        if hidden:
            element.tag = _UNSHOWN_TAG
        elif tag in _AS_BLOCK:
            element.tag = "div"
        elif tag in _CELLS:
            element.tag = "span"
            element.tail = "  " + (element.tail or "").strip()
        elif tag == "hr":
            element.tag, element.text = "div", "-----"
        elif picture and len(picture) <= 8 and not picture.isascii():
            element.tag, element.text = "span", picture.replace("&", "&amp;")
        elif tag == "blockquote":
            quotes.append(element)
        elif link:
            element.set("href", link)
            links.append(element)
        if _PREFORMATTED.search(style) and not hidden:
            element.set("style", "white-space:pre")
    for element in links:
        _show_address(element)
    for element in quotes:
        _mark_quote(element)
    _flatten_lists(document)


def _show_address(link: "_Element") -> None:
    """Write a link's address behind its text where it says something that the text does not."""
    address = "".join(link.attrib.pop("href").split())
    if not address.lower().startswith(_SCHEMES):
        return
    text = "".join(link.itertext()).strip()
    if not text or _bare(text) == _bare(address):
        return
    shown = f" <{address.replace('&', '&amp;')}>"
    if len(link):
        link[-1].tail = (link[-1].tail or "").rstrip() + shown
    else:
        link.text = (link.text or "").rstrip() + shown


def _bare(address: str) -> str:
    """An address without what a writer leaves out of it."""
    bare = "".join(address.split()).casefold().replace("&amp;", "&")
    for prefix in ("mailto:", "tel:", "https://", "http://", "www."):
        bare = bare.removeprefix(prefix)
    return bare.rstrip("/")


def _mark_quote(quote: "_Element") -> None:
    """Stand a sign on a line of its own at either end of a quote, for `_tidy` to turn into '> '."""
    opening, closing = quote.makeelement("div"), quote.makeelement("div")
    opening.text, opening.tail, quote.text = OPEN_QUOTE, quote.text, None
    closing.text = CLOSE_QUOTE
    quote.insert(0, opening)
    quote.append(closing)


def _flatten_lists(document: "_Element") -> None:
    """Stop indenting below a few levels, since each line bears the whole indentation."""
    from lxml.etree import iterwalk

    depth = 0
    for event, element in iterwalk(document, events=("start", "end"), tag=("ul", "ol")):
        depth += 1 if event == "start" else -1
        if event == "end" and depth >= _DEEPEST_LIST:
            element.tag = "div"


def _tidy(text: str) -> str:
    """Lines without blanks at their ends, at most one empty line in a row, and '> ' before what is quoted."""
    tidied: list[str] = []
    depth = 0
    for line in text.replace("\xa0", " ").split("\n"):
        for number, piece in enumerate(_SIGNS.split(line)):
            if number % 2:
                depth = max(depth + (1 if piece == OPEN_QUOTE else -1), 0)
                while piece == CLOSE_QUOTE and tidied and not tidied[-1].strip("> "):
                    tidied.pop()
                if not depth and tidied and tidied[-1]:
                    tidied.append("")
                continue
            prefix = "> " * min(depth, _DEEPEST_QUOTE)
            words = piece.rstrip().rstrip(_NO_INK).rstrip()
            if not words and (number or not tidied or not tidied[-1].strip("> ")):
                continue
            tidied.append((prefix + words).rstrip())
    return "\n".join(tidied).strip("\n")


_SIGNS = re.compile(f"([{OPEN_QUOTE}{CLOSE_QUOTE}])")
# What newsletters pad their preview line with.
_NO_INK = "\u00ad\u034f\u200b\u200c\u200d\u2007\ufeff \t"
