"""Text that strangers wrote, made harmless: `clean` for a store, `safe` for a terminal."""

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_REPLACED = (
    (0x7F, 0x9F),  # DEL and C1, which some terminals obey as escape sequences
    (0x061C, 0x061C),  # bidi marks, embeddings, overrides and isolates: they show words in another order than written
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2066, 0x2069),
    (0x2028, 0x2029),  # line breaks to some programs and not to others
    (0x115F, 0x1160),  # what takes no ink hides words from the eye and not from a program
    (0x180E, 0x180E),
    (0x200B, 0x200B),
    (0x2060, 0x2065),
    (0x206A, 0x206F),
    (0x3164, 0x3164),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE007F),
    (0xD800, 0xDFFF),
)
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)}
_TERMINAL: dict[int, str] = _PICTURES | {
    code: REPLACEMENT for first, last in _REPLACED for code in range(first, last + 1)
}
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _REPLACED) + "]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def safe(text: str, *, single_line: bool = False) -> str:
    """The text as a terminal may show it: nothing in it moves the cursor, sets the clipboard or reorders the line.

    C0 controls other than newline and tab become their pictures (U+2400 onwards); DEL, C1, bidi controls, line and
    paragraph separators, characters without ink, tag characters and surrogates become U+FFFD. Joiners and variation
    selectors stay: emoji and Indic scripts need them. CRLF becomes a newline first. With `single_line`, every run of
    white space becomes one space and the ends are stripped.
    """
    if text.isascii():
        if not text.isprintable():
            text = text.replace("\r\n", "\n").translate(_TERMINAL)
    elif _HARMFUL.search(text):
        text = text.replace("\r\n", "\n").translate(_TERMINAL)
    return " ".join(text.split()) if single_line else text


def clean(text: str) -> str:
    """The text as every store accepts it: NUL and lone surrogates become U+FFFD, CRLF and lone CR become a newline.

    Nothing else changes: PostgreSQL refuses the first two, and lines must be lines for whoever folds them.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text.replace("\x00", REPLACEMENT) if "\x00" in text else text
    return text if "\x00" not in text and _encodes(text) else _UNSTORABLE.sub(REPLACEMENT, text)


def _encodes(text: str) -> bool:
    """Whether the text has no surrogates; an encoder says so ten times as fast as a search."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
