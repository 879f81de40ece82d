"""Structured header values such as Content-Type: a main value and its parameters (RFC 2045, RFC 2231)."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from convo.mail.charset import decode_text
from convo.mail.encoded_words import decode_words

_MAX_LENGTH = 16_384
_MAX_SEGMENTS = 200
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Parameters:
    """`value` is the main value in lower case; `raw` its parameters by lower-case name, byte for character."""

    value: str = ""
    raw: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, charset: str = "") -> str:
        """A parameter decoded: RFC 2231 forms first, then encoded words; empty when there is none."""
        if f"{name}*" in self.raw:
            label, data = _extended(self.raw[f"{name}*"])
            return decode_text(data, label)
        if f"{name}*0" in self.raw or f"{name}*0*" in self.raw:
            return self._joined(name, charset)
        return decode_words(self.raw.get(name, ""), charset)

    def _joined(self, name: str, charset: str) -> str:
        label = ""
        encoded = False
        data: list[bytes] = []
        for number in range(_MAX_SEGMENTS):
            if (segment := self.raw.get(f"{name}*{number}*")) is not None:
                encoded = True
                if number == 0:
                    label, first = _extended(segment)
                    data.append(first)
                else:
                    data.append(unquote_to_bytes(segment.encode("latin-1")))
            elif (segment := self.raw.get(f"{name}*{number}")) is not None:
                data.append(segment.encode("latin-1"))
            else:
                break
        whole = b"".join(data)
        return decode_text(whole, label) if encoded else decode_words(whole.decode("latin-1"), charset)


def parse_parameters(header: str) -> Parameters:
    """The parts of a header value that is kept byte for character; the first of two equal names wins; never raises."""
    header = header[:_MAX_LENGTH]
    main, _, rest = header.partition(";")
    raw: dict[str, str] = {}
    at = 0
    while (equals := rest.find("=", at)) >= 0:
        name = rest[at:equals].rpartition(";")[2].strip().lower()
        at = equals + 1
        while at < len(rest) and rest[at] in " \t":
            at += 1
        quoted = _QUOTED.match(rest, at)
        end = rest.find(";", quoted.end() if quoted else at)
        if end < 0:
            end = len(rest)
        value = _ESCAPED.sub(r"\1", quoted[1]) if quoted else rest[at:end].strip()
        if name:
            raw.setdefault(name, value)
        at = end + 1
    return Parameters(main.strip().lower(), raw)


def _extended(value: str) -> tuple[str, bytes]:
    """`charset'language'percent-encoded` taken apart; what lacks the quotes is all value."""
    pieces = value.split("'", 2)
    if len(pieces) < 3:
        return "", unquote_to_bytes(value.encode("latin-1"))
    return pieces[0], unquote_to_bytes(pieces[2].encode("latin-1"))
