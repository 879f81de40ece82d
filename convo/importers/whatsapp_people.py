"""The people of one WhatsApp log: their handles, which of them are us, and whom the file's name says it is with."""

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath

from convo.importers.base import ReadOptions
from convo.importers.chat_sides import Customer
from convo.importers.whatsapp_words import unmarked
from convo.model.envelope import Handle
from convo.model.words import IdentityKind

SENDERS = 10_000

_PHONE = re.compile(r"\+[\d .()/-]{6,30}")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_COPY = re.compile(r"(?: ?\(\d{1,3}\)| copy)$")
_TITLE = re.compile(
    r"WhatsApp[ -]?Chat(?: with| mit| met| con|)(?: -)? (?P<a>.+)|Chat (?:de )?WhatsApp con (?P<b>.+)"
    r"|(?:Discussion|Conversation|Conversa|Чат|Czat)(?: do| de| dans)? WhatsApp (?:avec|com|с|z) (?P<c>.+)",
    re.IGNORECASE,
)


@lru_cache(4096)
def name_of(sender: str) -> str:
    """A sender as a person would write the name: no marks, no tilde of people outside the address book."""
    return unmarked(sender).removeprefix("~").strip()


@lru_cache(4096)
def handle_of(name: str) -> Handle:
    """The handle of a sender: a phone number when it is written as one, else the name, for the log knows no id."""
    number = name.translate(_HYPHENS)
    if _PHONE.fullmatch(number) and sum(character.isdigit() for character in number) >= 6:
        return Handle(IdentityKind.PHONE, "".join(_ascii_digit(character) for character in number))
    return Handle(IdentityKind.WHATSAPP, f"name:{name}", name)


def title_of(file_name: str) -> str:
    """Whom a file of WhatsApp's own naming says the chat is with; empty for any other name."""
    found = _TITLE.fullmatch(_stem(file_name))
    return unmarked(found["a"] or found["b"] or found["c"]) if found else ""


@dataclass(slots=True)
class People:
    """Who writes in one log. `senders` maps each name to whether they ever wrote something WhatsApp did not mark."""

    options: ReadOptions
    file_names: tuple[str, ...] = ()
    senders: dict[str, bool] = field(default_factory=dict)
    group: bool = False
    counterpart: Customer | None = None
    _ours: frozenset[str] = frozenset()

    def see(self, name: str, *, plain: bool) -> None:
        """Note that a name wrote; `plain` says that the text did not begin with WhatsApp's own mark."""
        if name in self.senders or len(self.senders) < SENDERS:
            self.senders[name] = self.senders.get(name, False) or plain

    def settle(self) -> None:
        """Decide, after all have been seen, who is us and whether there is one counterpart."""
        ours = {name for name in self.senders if self._is_own(name)}
        others = [name for name in self.senders if name not in ours and not self.is_group_itself(name)]
        named = self._named_by_file(others)
        if not ours and named is not None and len(others) <= 2 and not self.group:
            ours = {name for name in others if name != named}
            others = [named]
        self._ours = frozenset(ours)
        if ours and len(others) == 1:
            self.counterpart = (handle_of(others[0]),)
        elif ours and not others and named is not None and not self.group:
            self.counterpart = (handle_of(named),)

    def is_ours(self, name: str) -> bool:
        """Whether we wrote what stands under this name."""
        return name in self._ours or (len(self.senders) >= SENDERS and self._is_own(name))

    def is_group_itself(self, name: str) -> bool:
        """Whether a name stands over notices only, as that of a group does in exports from iOS."""
        return self.senders.get(name) is False and sum(self.senders.values()) >= 2

    def _is_own(self, name: str) -> bool:
        if self.options.is_own(name):
            return True
        digits = _digits(name)
        return len(digits) >= 6 and handle_of(name).kind == IdentityKind.PHONE and digits in self._own_numbers()

    def _own_numbers(self) -> set[str]:
        return {_digits(own) for own in self.options.own if own.lstrip().startswith("+")}

    def _named_by_file(self, others: list[str]) -> str | None:
        """The sender whose name the file bears, in any language; else the name in a file name of a known language."""
        stems = [_stem(name).casefold() for name in self.file_names if "whatsapp" in name.casefold()]
        found = [name for name in others if any(_bears(stem, name.casefold()) for stem in stems)]
        if found:
            return max(found, key=len)
        titles = [title for title in map(title_of, self.file_names) if title]
        return titles[0] if titles and len(others) <= 1 else None


def _stem(file_name: str) -> str:
    name = PurePath(file_name).name
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes of another encoding, as old archives leave them in file names
        name = os.fsencode(name).decode("cp1252", "replace")
    return _COPY.sub("", unmarked(name).removesuffix(".txt").removesuffix(".zip"))


def _bears(stem: str, name: str) -> bool:
    """Whether `name` stands in `stem` as whole words; scripts without spaces count as words anywhere."""
    at = stem.find(name)
    if at < 0 or not name:
        return False
    around = stem[at - 1 : at] + stem[at + len(name) : at + len(name) + 1]
    return not any(character.isalnum() and ord(character) < 0x2E80 for character in around)


def _digits(text: str) -> str:
    return "".join(_ascii_digit(character) for character in text if character.isdigit())


def _ascii_digit(character: str) -> str:
    return str(int(character)) if character.isdecimal() else character
