"""What of a WhatsApp log WhatsApp wrote itself: notices, deletions, markers of edits and of media."""

import re
import unicodedata
from collections.abc import Container, Iterator

from convo.importers import whatsapp_phrases as phrases

LRM = "\u200e"
MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

_MARKED = re.compile(f"[{MARKS}]+")

_STANDING_LENGTH = 200
_ANDROID_NAME = re.compile(r"(?:IMG|VID|AUD|PTT|STK|DOC)-\d{8}-WA\d+\.\w{1,8}")
_WITH_ENDING = re.compile(r"[^<>\n]{1,250}\.\w{1,8}")


def unmarked(text: str) -> str:
    """`text` without direction marks, every run of spaces of any kind one plain space, none at the ends."""
    return " ".join(_MARKED.sub("", text).split())


def absent(text: str) -> str:
    """Why a text only stands for a message, which was deleted or had not arrived; empty when it is one."""
    plain = _phrase(text) if len(text) <= _STANDING_LENGTH else ""
    if plain in phrases.DELETED or plain.startswith(phrases.DELETED_BY_ADMIN):
        return "the message was deleted before the export"
    if plain.startswith(phrases.NOT_YET):
        return "the message had not reached the phone that exported the chat"
    return ""


def call(text: str) -> bool:
    """Whether the text reports a call; only behind WhatsApp's own mark, for a person may write the same words."""
    return text.lstrip().startswith(LRM) and _phrase(re.split(r"[,.\n]", text, maxsplit=1)[0]) in phrases.CALLS


def encryption_notice(text: str) -> bool:
    """Whether the text is the notice about encryption that heads a chat."""
    return text.lstrip().startswith(LRM) and any(mark in _phrase(text) for mark in phrases.ENCRYPTION)


def about_group(text: str) -> bool:
    """Whether a notice speaks of a group."""
    plain = _phrase(text)
    return any(word in plain for word in phrases.GROUP)


def date_order(text: str) -> str | None:
    """The order of dates that goes with the interface language of a notice or marker; None when it leaves it open."""
    plain = _phrase(text, dots=False)
    if any(mark in plain for mark in phrases.YEAR_FIRST):
        return "ymd"
    return "dmy" if any(mark in plain for mark in phrases.DAY_FIRST) else None


def without_edit(text: str) -> str:
    """`text` without the marker that WhatsApp appends to an edited message."""
    start = text.rfind("<", -80)
    if start < 0 or not text.rstrip().endswith(">"):
        return text
    inside = text.rstrip()[start + 1 : -1]
    marked = text[:start].endswith(LRM) and ":" not in inside and unmarked(text[:start]) != ""
    known = _phrase(inside) in phrases.EDITED
    return text[:start].rstrip(f" \n\u202f\u00a0{MARKS}") if known or marked else text


def media(text: str, held: Container[str]) -> tuple[str, tuple[str, ...]]:
    """The text that remains and the names of the files that a message stands for; `held` are names in the archive.

    A file left out of the export is named after its kind where the marker tells it ("image"). A marker of an unknown
    language is a file by its shape: then its words stay in the text, as a person may have written them.
    """
    lines = text.split("\n")
    first, last = lines[0].strip(), lines[-1].strip()
    for name in _attached_in_front(first, held):
        return "\n".join(lines[1:]).strip(), (name,)
    start = last.rfind("<")
    if start >= 0:
        for name in _attached_in_brackets(last, start, held):
            rest = [*lines[:-1], last[:start].rstrip(f" {MARKS}")]
            return "\n".join(rest).strip(), (name,)
    if len(lines) == 1:
        left_out = _left_out(first)
        if left_out is not None:
            return left_out
    return text, ()


def _attached_in_front(line: str, held: Container[str]) -> Iterator[str]:
    """`NAME.ext (file attached)`, as Android writes it, a caption following on the next lines."""
    if not line.endswith(")") or len(line) > 400:
        return
    name, _, label = line[:-1].rpartition(" (")
    name = unmarked(name)
    if not _WITH_ENDING.fullmatch(name):
        return
    if line.startswith(LRM) or _phrase(label) in phrases.ATTACHED or _ANDROID_NAME.fullmatch(name) or name in held:
        yield name


def _attached_in_brackets(line: str, start: int, held: Container[str]) -> Iterator[str]:
    """`<attached: NAME.ext>`, as iOS writes it, a caption standing before it."""
    if not line.endswith(">") or len(line) - start > 400:
        return
    label, colon, name = line[start + 1 : -1].partition(":")
    name = unmarked(name)
    if not colon or not _WITH_ENDING.fullmatch(name):
        return
    if line[:start].endswith(LRM) or _phrase(label) in phrases.ATTACHED_LABELS or name in held:
        yield name


def _left_out(line: str) -> tuple[str, tuple[str, ...]] | None:
    plain = unmarked(line)
    if plain.startswith("<") and plain.endswith(">") and len(plain) <= 50:
        inside = plain[1:-1].strip()
        if _phrase(inside) in phrases.OMITTED:
            return "", ("media",)
        foreign = inside.isprintable() and not inside.isascii() and not set(inside) & set("<>/=:")
        if foreign and any(character.isspace() or ord(character) > 0x2E80 for character in inside):
            return line, ("media",)
        return None
    if LRM in line and len(plain) <= 300:
        folded = plain.casefold()
        for ending in phrases.OMITTED_ENDINGS:
            if folded.endswith(ending):
                name, bullet, _ = plain.partition(" • ")
                kind = plain[: -len(ending)].strip()
                return "", (name if bullet else kind or "media",)
    return None


def _phrase(text: str, *, dots: bool = True) -> str:
    plain = unicodedata.normalize("NFC", unmarked(text[:2000])).casefold()
    return plain.rstrip(".。 ") if dots else plain
