"""Bytes to text by whatever label a mail gave them, however wrong the label is."""

import codecs
import re
from functools import lru_cache

_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")

# Names met in real mail which Python does not know or takes for something narrower.
_ALIASES = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "3dutf-8": "utf-8",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-big5": "big5hkscs",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "cp-850": "cp850",
    "latin-1": "cp1252",
}

# What mailers write under the narrower name is, in practice, the wider one.
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}

# Codecs of Python's that are no charsets; punycode and idna also take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap"})

_HIGH = bytes(range(128, 256))
_WESTERN = frozenset({None, "ascii", "cp1252"})
_GUESS_BYTES = 16_384
_GUESS_LEAST = 32


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """The name of the codec that a charset label means (`utf-8; format=flowed` is `utf-8`); None for an unknown one."""
    found = _LABEL.search(label.lower())
    if not found:
        return None
    name = found[0].rstrip(".:+-_")
    name = _ALIASES.get(name, name)
    try:
        codec = codecs.lookup(name)
        b"aaaa".decode(name, "ignore")  # refuses codecs that are not from bytes to text
    except (LookupError, ValueError):
        return None
    return None if codec.name.replace("-", "_") in _NO_CHARSETS else _WIDER.get(codec.name, codec.name)


def decode_text(data: bytes, label: str = "", *, guess: bool = False) -> str:
    """The text of `data`, which calls itself `label`; never raises.

    UTF-8 wins over a Western or missing label when the bytes are valid UTF-8. With `guess`, bytes that no label
    explains are shown to charset-normalizer, which costs some milliseconds.
    """
    codec = codec_of(label)
    if codec is not None and codec.startswith(("utf-16", "utf-32")) and b"\0" not in data:
        codec = None
    if codec in _WESTERN or codec == "utf-8":
        try:
            return data.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError:
            return _not_utf8(data, codec, guess)
    assert codec is not None
    for attempt in (codec, "utf-8"):
        try:
            return data.decode(attempt).removeprefix("\ufeff")
        except UnicodeError:
            continue
    return data.decode(codec, "replace")


def _not_utf8(data: bytes, codec: str | None, guess: bool) -> str:
    """Bytes with a Western, UTF-8 or no label which are not valid UTF-8."""
    if codec == "utf-8":
        mended = data.decode("utf-8", "replace")
        high = len(data) - len(data.translate(None, _HIGH))
        if mended.count("\ufffd") * 4 <= high:
            return mended
    if codec != "cp1252" and guess:
        guessed = _guess(data)
        if guessed is not None:
            return data.decode(guessed, "replace")
    return data.decode("cp1252", "replace")


def _guess(data: bytes) -> str | None:
    sample = data[:_GUESS_BYTES]
    if len(data) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    if len(sample) < _GUESS_LEAST:
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best is not None else None
