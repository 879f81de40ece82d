"""Header fields as they are written: folded, encoded (RFC 2047, RFC 2231), on one line, with nothing slipped in.

The standard library's policies encode message ids of the length that Exchange and SES give them, which breaks the
reader's threads, or encode words longer than readers must accept; here ids are never touched.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from convo.errors import BadInput
from convo.mail.address import Address, one_line
from convo.mail.wire_address import wire_address
from convo.text import clean, safe

_LINE = 78
_LONGEST_WORD = 900
_WORD_BYTES = 45
_MAX_TEXT = 1_000
_MAX_NAME = 200
_MAX_ID = 980
_MAX_REFERENCES = 40
_MAX_REFERENCES_BYTES = 8_000
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ID = re.compile(r"[!-;=?-~]+")
_NAME = re.compile(r"[!-9;-~]{1,70}")
_SEGMENT = 60
_PIECES = re.compile(r"(?:%..|[^%]){1,20}")


def text_field(name: str, text: str) -> str:
    """An unstructured field such as Subject, of at most 1,000 characters of `text`."""
    text = one_line(clean(text))[:_MAX_TEXT].strip()
    return _folded(name, _words(text))


def mailbox_field(name: str, address: Address) -> str:
    """A field of one mailbox; raises BadInput when its address is none."""
    wire = wire_address(address.address)
    shown = one_line(clean(address.name))[:_MAX_NAME].strip()
    if not shown:
        return _folded(name, [wire])
    if not _is_plain(shown):
        words = _encoded(shown)
    elif _ATOMS.fullmatch(shown):
        words = shown.split(" ")
    else:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        words = f'"{escaped}"'.split(" ")
    return _folded(name, [*words, f"<{wire}>"])


def id_field(name: str, ids: Iterable[str]) -> str:
    """A field of message ids, never encoded, each whole."""
    return _folded(name, [f"<{found}>" for found in ids])


def checked_id(message_id: str) -> str:
    """A message id of ours without its brackets; raises BadInput when it cannot be written as it is."""
    bare = message_id.removeprefix("<").removesuffix(">")
    if not is_id(bare):
        shown = safe(message_id[:80], single_line=True)
        raise BadInput(f"{shown!r} is no message id", hint="a message id is printable ASCII without spaces or brackets")
    return bare


def is_id(message_id: str) -> bool:
    """Whether a message id, without its brackets, can be written into a header as it is."""
    return len(message_id) <= _MAX_ID and _ID.fullmatch(message_id) is not None


def kept_references(references: Sequence[str], in_reply_to: str) -> list[str]:
    """The ids that References names, oldest first, each once, `in_reply_to` last.

    Of more than a header bears, the first stays, for it names the thread, and as many of the last ones as fit. What a
    stranger's program wrote and no header can carry is left out.
    """
    ids = dict.fromkeys(found for found in references if is_id(found))
    if in_reply_to and is_id(in_reply_to):
        ids.pop(in_reply_to, None)
        ids[in_reply_to] = None
    every = list(ids)
    kept: list[str] = []
    size = len(every[0]) if every else 0
    for found in reversed(every[1:]):
        size += len(found) + 5
        if len(kept) + 1 >= _MAX_REFERENCES or (kept and size > _MAX_REFERENCES_BYTES):
            break
        kept.append(found)
    return [*every[:1], *reversed(kept)]


def extra_field(name: str, text: str, taken: Iterable[str]) -> str:
    """A further field; raises BadInput for an impossible name and for those in `taken`, which are ours to write."""
    lower = name.lower()
    if not _NAME.fullmatch(name) or lower in taken or lower.startswith("content-"):
        shown = safe(name[:80], single_line=True)
        raise BadInput(f"{shown!r} cannot be a further header field", hint="choose a name such as X-Order")
    return text_field(name, text)


def parameter(name: str, value: str) -> list[str]:
    """One parameter of a structured field as the pieces to fold: quoted where that will do, else RFC 2231 segments."""
    if _is_plain(value) and len(value) <= _LINE:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return [f'{name}="{escaped}"']
    escaped = quote(value, safe="", encoding="utf-8", errors="replace")
    if len(escaped) <= _SEGMENT:
        return [f"{name}*=utf-8''{escaped}"]
    segments = _PIECES.findall(escaped)
    shown = [f"{name}*0*=utf-8''{segments[0]}"]
    return shown + [f"{name}*{number}*={segment}" for number, segment in enumerate(segments[1:], 1)]


def structured_field(name: str, value: str, parameters: Sequence[str] = ()) -> str:
    """A field such as Content-Type with its parameters, as `parameter` gives them."""
    pieces = [value, *parameters]
    return _folded(name, [f"{piece};" for piece in pieces[:-1]] + pieces[-1:])


def _is_plain(text: str) -> bool:
    """Whether a header may hold `text` as it is, and every reader takes it for what it says."""
    return text.isascii() and "=?" not in text and all(len(word) < _LONGEST_WORD for word in text.split(" "))


def _words(text: str) -> list[str]:
    return text.split() if _is_plain(text) else _encoded(text)


def _encoded(text: str) -> list[str]:
    """`text` as encoded words of whole characters, each short enough for every reader."""
    words: list[bytes] = []
    pending = bytearray()
    for sign in text:
        data = sign.encode("utf-8", "replace")
        if len(pending) + len(data) > _WORD_BYTES:
            words.append(bytes(pending))
            pending.clear()
        pending += data
    words.append(bytes(pending))
    return [f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode('ascii')}?=" for word in words if word]


def _folded(name: str, words: Sequence[str]) -> str:
    """The field with its line end, broken between words; the first word stays beside the name."""
    lines: list[str] = []
    line = f"{name}:"
    size = len(line)
    pieces = [line]
    for number, word in enumerate(words):
        if number and size + 1 + len(word) > _LINE:
            lines.append(" ".join(pieces))
            pieces, size = ["", word], 1 + len(word)
        else:
            pieces.append(word)
            size += 1 + len(word)
    lines.append(" ".join(pieces))
    return "\r\n".join(lines) + "\r\n"
