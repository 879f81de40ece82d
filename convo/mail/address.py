"""Address headers: every mailbox in a From, To or Cc, however it is written, in linear time (RFC 5322, tolerantly)."""

import re
import unicodedata
from dataclasses import dataclass

from convo.mail.encoded_words import decode_words

_PLAIN = re.compile(r'[^"(<,;:]+')
_HIDDEN_AT = re.compile(r"(\S+) at (\S+\.\S+)")


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: `address` as written, without the brackets; `name` decoded, on one line, perhaps empty."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What follows the last @, in lower case; empty without one."""
        return self.address.rpartition("@")[2].casefold() if "@" in self.address else ""


def parse_addresses(value: str, charset: str = "") -> list[Address]:
    """The mailboxes of an address header that is kept byte for character; groups are opened; never raises.

    A mailbox without any address (`MAILER-DAEMON <>`) keeps its name and has an empty address.
    """
    return _Scan(value, charset).run()


class _Scan:
    """One walk over the header. A closing sign that is missing is looked for once, and then taken as never there."""

    def __init__(self, value: str, charset: str) -> None:
        self.value = value
        self.charset = charset
        self.found: list[Address] = []
        self.words: list[str] = []
        self.comment = ""
        self.angle: str | None = None
        self.quotes = self.comments = True
        self.last_angle = value.rfind(">")

    def run(self) -> list[Address]:
        value = self.value
        at = 0
        size = len(value)
        while at < size:
            sign = value[at]
            if sign == '"' and self.quotes:
                at = self.quoted(at)
            elif sign == "(" and self.comments:
                at = self.commented(at)
            elif sign == "<" and at < self.last_angle:
                end = value.find(">", at)
                inner = value[at + 1 : end]
                self.angle = self.angle or inner.rpartition("<")[2]
                at = end + 1
            elif sign in ",;":
                self.close()
                at += 1
            elif sign == ":" and self.angle is None:
                self.words.clear()
                self.comment = ""
                at += 1
            else:
                plain = _PLAIN.match(value, at)
                end = plain.end() if plain else at + 1
                self.words.append(value[at:end])
                at = end
        self.close()
        return self.found

    def quoted(self, at: int) -> int:
        """Take the quoted string at `at`, or its bare quote when it is not closed; the place after it."""
        value = self.value
        pieces: list[str] = []
        start = at + 1
        while True:
            end = value.find('"', start)
            if end < 0:
                self.quotes = False
                self.words.append('"')
                return at + 1
            run = end
            while run > start and value[run - 1] == "\\":
                run -= 1
            if (end - run) % 2 == 0:
                pieces.append(value[start:end])
                break
            pieces.append(value[start : end + 1])
            start = end + 1
        text = "".join(pieces).replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
        # A quoted local part belongs to the address and keeps its quotes: "john smith"@example.com.
        self.words.append(f'"{text}"' if value.startswith("@", end + 1) else text)
        return end + 1

    def commented(self, at: int) -> int:
        """Take the comment at `at`, nested ones included; the place after it."""
        value = self.value
        depth = 0
        for end in range(at, len(value)):
            if value[end] == "(":
                depth += 1
            elif value[end] == ")":
                depth -= 1
                if not depth:
                    self.comment = self.comment or value[at + 1 : end]
                    return end + 1
        self.comments = False
        self.words.append("(")
        return at + 1

    def close(self) -> None:
        """Finish the mailbox that was being read."""
        phrase = "".join(self.words).strip()
        comment, angle = self.comment, self.angle
        self.words, self.comment, self.angle = [], "", None
        if angle is not None:
            self.keep(angle, phrase or comment)
            return
        if hidden := _HIDDEN_AT.fullmatch(phrase):
            phrase = f"{hidden[1]}@{hidden[2]}"  # list archives write addresses so
        pieces = phrase.split()
        if len(pieces) == 1 or '"@' in phrase:
            self.keep(phrase, comment)
            return
        # `Jo Doe jo@example.com`: the brackets, or the commas, were forgotten.
        addresses = [piece for piece in pieces if "@" in piece.strip("@")]
        name = " ".join(piece for piece in pieces if piece not in addresses) or comment
        for address in addresses or ([""] if name else []):
            self.keep(address, name)

    def keep(self, address: str, name: str) -> None:
        address = one_line(decode_words(address, self.charset)).strip("'<>;, ")
        if '"' not in address:
            address = "".join(address.split())
        if ":" in address and '"' not in address:
            address = address.rpartition(":")[2]  # a route (@relay:jo@example.com), mailto:, or an empty group's name
        if address.startswith("@"):
            address = ""
        name = one_line(decode_words(name, self.charset)).strip("\"'<> ")
        if name.casefold() == address.casefold():
            name = ""
        if address or name:
            self.found.append(Address(address, name))


def one_line(text: str) -> str:
    """`text` without control and invisible format characters, its white space runs single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = (" " if sign.isspace() else sign for sign in text)
    kept = "".join(sign for sign in shown if unicodedata.category(sign) not in _UNSEEN or sign in _JOINERS)
    return " ".join(kept.split())


_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_JOINERS = "\u200c\u200d"  # zero-width joiners shape Persian and Indic names and emoji
