"""The text of a mail and the parts that came with it, chosen from its MIME leaves."""

import re
from dataclasses import dataclass
from itertools import compress, count, islice

from convo.mail.charset import codec_of, decode_text
from convo.mail.flowed import unflow
from convo.mail.mime import Leaf
from convo.mail.parameters import Parameters, parse_parameters
from convo.mail.part_name import part_name
from convo.mail.transfer import decode_transfer
from convo.model.envelope import Part
from convo.model.words import AttachmentRole
from convo.text import clean, html_to_text

MAX_TEXT_BYTES = 1 << 20
_MAX_GUESSES = 3
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_META_WITHIN = 2_048
_TEXTS = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True, slots=True)
class Body:
    """The whole plain text of a mail, and its files, inline images and HTML forms in their order."""

    text: str
    parts: tuple[Part, ...]


def read_body(raw: bytes, leaves: list[Leaf]) -> Body:
    """The body of the mail `raw`; never raises.

    Plain text is preferred to the HTML beside it in a multipart/alternative unless it is blank. HTML is kept as a
    part, in UTF-8, even where its text was taken. Of texts beyond MAX_TEXT_BYTES only the beginning is text; each of
    them is kept whole as a file, in the bytes that came.
    """
    return _Reader(raw).read(leaves)


class _Reader:
    """The reading of one mail, with what it may still spend on text and on guessing charsets."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.guesses = 0
        self.budget = MAX_TEXT_BYTES
        self.parts: list[Part] = []
        self.forms = 0

    def read(self, leaves: list[Leaf]) -> Body:
        shown = {number for number, leaf in enumerate(leaves) if _is_shown(leaf)}
        if not shown:
            # Some programs give even the only text of a mail a file name.
            readable = (leaf.media_type in _TEXTS and not _is_attached(leaf) for leaf in leaves)
            shown = set(islice(compress(count(), readable), 1))
        plain = {
            number: self.plain_text(leaf)
            for number, leaf in enumerate(leaves)
            if number in shown and leaf.media_type == "text/plain"
        }
        told = {leaves[number].alternative for number, text in plain.items() if text.strip()}
        texts: list[str] = []
        for number, leaf in enumerate(leaves):
            if number in plain:
                texts.append(plain[number])
            elif number in shown:
                html = self.decoded(leaf)
                self.keep_form(html)
                if not leaf.alternative or leaf.alternative not in told:
                    texts.append(html_to_text(html))
            else:
                self.attach(leaf, number + 1)
        kept = (clean(text).strip("\n") for text in texts if text.strip())
        return Body("\n\n".join(kept), tuple(self.parts))

    def plain_text(self, leaf: Leaf) -> str:
        text = self.decoded(leaf)
        if leaf.content.raw.get("format", "").lower() == "flowed":
            return unflow(text, delete_space=leaf.content.raw.get("delsp", "").lower() == "yes")
        return text

    def decoded(self, leaf: Leaf) -> str:
        """The text of a leaf as far as the budget reaches."""
        data = self.data(leaf)
        if len(data) > self.budget:
            suffix = ".html" if leaf.media_type == "text/html" else ".txt"
            self.parts.append(Part(f"whole-text-{len(self.parts) + 1}{suffix}", leaf.media_type, data))
            data = data[: self.budget]
        self.budget -= len(data)
        label = leaf.content.raw.get("charset", "")
        if leaf.media_type == "text/html" and codec_of(label) is None:
            meta = _META_CHARSET.search(data[:_META_WITHIN])
            label = meta[1].decode("ascii") if meta else ""
        guess = self.guesses < _MAX_GUESSES and not data.isascii()
        self.guesses += guess
        return decode_text(data, label, guess=guess)

    def keep_form(self, html: str) -> None:
        """Keep HTML as the form of the message, in UTF-8."""
        self.forms += 1
        name = "message.html" if self.forms == 1 else f"message-{self.forms}.html"
        self.parts.append(Part(name, "text/html", html.encode("utf-8", "replace"), AttachmentRole.HTML))

    def data(self, leaf: Leaf) -> bytes:
        data = memoryview(self.raw)[leaf.start : leaf.end]
        return decode_transfer(data, leaf.headers.first("content-transfer-encoding"))

    def attach(self, leaf: Leaf, number: int) -> None:
        data = self.data(leaf)
        kind = leaf.media_type
        written = _file_name(leaf)
        if not data.strip() and not written and kind in _TEXTS:
            return
        inline = kind.startswith("image/") and not _is_attached(leaf)
        inline = inline and ("content-id" in leaf.headers or _disposition(leaf).value == "inline")
        role = AttachmentRole.INLINE if inline else AttachmentRole.FILE
        self.parts.append(Part(part_name(written, kind, number), kind, data, role))


def _is_shown(leaf: Leaf) -> bool:
    """Whether the leaf is text for reading and not a file."""
    return leaf.media_type in _TEXTS and not _is_attached(leaf) and not (leaf.container and _file_name(leaf))


def _is_attached(leaf: Leaf) -> bool:
    return _disposition(leaf).value == "attachment"


def _disposition(leaf: Leaf) -> Parameters:
    return parse_parameters(leaf.headers.first("content-disposition"))


def _file_name(leaf: Leaf) -> str:
    return _disposition(leaf).text("filename") or leaf.content.text("name")
