"""Who wrote a mail, which way it went, and whose conversation it belongs to."""

from dataclasses import dataclass, replace

from convo.mail.address import Address, parse_addresses
from convo.mail.headers import Headers
from convo.mail.ourselves import Ourselves
from convo.model.envelope import Handle
from convo.model.words import Direction, IdentityKind

_SENDERS = ("from", "sender", "return-path")


@dataclass(frozen=True, slots=True)
class People:
    """`senders` are the mailboxes of the From; `author` is the person behind the mail, `rewritten` when a list stood in
    for them; `customer` is None when an outbound mail went to nobody but ourselves."""

    direction: Direction
    senders: list[Address]
    author: Address
    rewritten: bool
    customer: Address | None
    recipients: tuple[Handle, ...]


def read_people(headers: Headers, ourselves: Ourselves, *, sent: bool = False) -> People | None:
    """The people of a mail; None when it has no sender at all. `sent` says that it lay among the sent mail."""
    senders = [address for value in headers.all("from") for address in parse_addresses(value, headers.charset)]
    author = _sender(headers, senders)
    if author is None:
        return None
    person = _behind_list(headers, author)
    rewritten = person is not None
    author = person or author
    to, cc, bcc = (_mailboxes(headers, name) for name in ("to", "cc", "bcc"))
    recipients = tuple(_handle(address) for address in to + cc)
    if not sent and not ourselves.is_own(author.address):
        return People(Direction.INBOUND, senders, author, rewritten, author, recipients)
    ours = author.address.casefold()
    others = (
        address
        for address in to + cc + bcc
        if not ourselves.is_own(address.address) and address.address.casefold() != ours
    )
    return People(Direction.OUTBOUND, senders, author, rewritten, next(others, None), recipients)


def handle_of(address: Address) -> Handle:
    """The mailbox as a channel's handle."""
    return _handle(address)


def _handle(address: Address) -> Handle:
    return Handle(IdentityKind.EMAIL.value, address.address, address.name)


def _mailboxes(headers: Headers, name: str) -> list[Address]:
    found: dict[str, Address] = {}
    for value in headers.all(name):
        for address in parse_addresses(value, headers.charset):
            if address.address:
                found.setdefault(address.address.casefold(), address)
    return list(found.values())


def _sender(headers: Headers, senders: list[Address]) -> Address | None:
    """The first mailbox of the From with an address; else what stands in for it, under the name that the From gives."""
    name = senders[0].name if senders else ""
    for field in _SENDERS:
        for value in headers.all(field):
            for address in parse_addresses(value, headers.charset):
                if address.address:
                    return address if field == "from" else replace(address, name=address.name or name)
    return Address("".join(name.split())) if name else None


def _behind_list(headers: Headers, sender: Address) -> Address | None:
    """The person whose From a list replaced by its own address, as lists do for DMARC: "Jo via List <list@…>"."""
    person, via, _ = sender.name.rpartition(" via ")
    if not via or not any(name in headers for name in ("list-id", "list-post", "x-beenthere")):
        return None
    lists = {sender.address.casefold()} | {value.strip().casefold() for value in headers.all("x-beenthere")}
    for field in ("x-original-from", "reply-to"):
        for value in headers.all(field):
            for address in parse_addresses(value, headers.charset):
                if "@" in address.address and address.address.casefold() not in lists:
                    return replace(address, name=address.name or person.strip("\"' "))
    return None
