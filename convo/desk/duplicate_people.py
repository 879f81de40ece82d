"""What the search for duplicates knows of a customer: folded words of the name, addresses, numbers, attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convo.model.words import IdentityKind
from convo.text import index_words

_NUMBER_ENDS = 9
_LONGEST = 100
_NUMBER_PUNCTUATION = frozenset(" +()-./")
_ROLES_TEXT = """
    abuse accounts admin billing booking bookings contact hello help helpdesk info invoice invoices jobs
    kontakt marketing no-reply noreply office orders postmaster reception reservas sales service support ventas
    webmaster welcome
    """
_ROLES = frozenset(_ROLES_TEXT.split())


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the search compares them; `numbers` are the last nine digits, `addresses` (local part, domain)."""

    id: int
    name: str
    words: tuple[str, ...]
    sorted_name: str
    addresses: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]
    attributes: Mapping[str, str]


def make_person(number: int, name: str, handles: Sequence[tuple[str, str]], attributes: Mapping[str, str]) -> Person:
    """A customer made ready to be compared; attributes that are addresses or phone numbers count as such."""
    addresses: dict[tuple[str, str], None] = {}
    numbers: dict[str, None] = {}
    others: dict[str, str] = {}
    for kind, value in handles:
        if kind == IdentityKind.EMAIL:
            _add_address(addresses, value)
        elif kind in (IdentityKind.PHONE, IdentityKind.WHATSAPP):
            _add_number(numbers, value)
    for key, value in attributes.items():
        short = value[:_LONGEST]
        if not _add_address(addresses, short) and not _add_number(numbers, short):
            folded = index_words(short)
            if folded:
                others[key] = folded
    words = tuple(word for word in index_words(name[:_LONGEST]).split() if not word.isdigit())
    return Person(number, name, words, " ".join(sorted(words)), tuple(addresses), tuple(numbers), others)


def says_who(local: str) -> bool:
    """Whether the part before the @ is a person's rather than an office's."""
    return len(local) >= 5 and local.casefold() not in _ROLES and not local.isdigit()


def _add_address(addresses: dict[tuple[str, str], None], value: str) -> bool:
    local, at, domain = value.strip().casefold().rpartition("@")
    if not at or not local or "." not in domain or " " in value.strip():
        return False
    addresses[local, domain] = None
    return True


def _add_number(numbers: dict[str, None], value: str) -> bool:
    digits = "".join(c for c in value.partition(";")[0] if c.isdigit())
    if len(digits) < _NUMBER_ENDS or not all(c.isdigit() or c in _NUMBER_PUNCTUATION for c in value.partition(";")[0]):
        return False
    numbers[digits[-_NUMBER_ENDS:]] = None
    return True
