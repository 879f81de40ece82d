"""How the desk names what is in Matrix: a message by its room and event, a thread by its room and root."""

import hashlib
from dataclasses import dataclass

EDIT = "/edit/"
SENT_HERE = "convo.transaction"
"""The field of our own messages by which we know them again: homeservers forget their transactions after a day."""


@dataclass(frozen=True, slots=True)
class Place:
    """An event in a room; the event is empty where only the room is meant."""

    room: str
    event: str = ""

    def __str__(self) -> str:
        return f"{self.room} {self.event}" if self.event else self.room


def place_of(written: str | None) -> Place | None:
    """The place that an id of ours names, for an edit that of the original; None for what is no such id."""
    if not written or not written.startswith("!"):
        return None
    room, _, event = written.partition(" ")
    return Place(room, event.partition(EDIT)[0])


def transaction_of(key: str, place: int) -> str:
    """The transaction under which a part of a message is sent, the same at each attempt."""
    return f"convo-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}-{place}"


def is_user(value: str) -> bool:
    """Whether a text looks like a user's id, such as @ana:example.org."""
    local, colon, server = value[1:].partition(":")
    return value.startswith("@") and bool(local and colon and server) and not any(map(str.isspace, value))


def as_identity(user: str) -> str:
    """A user's id in the form in which identities are kept."""
    local, _, server = user.partition(":")
    return f"{local}:{server.lower()}"
