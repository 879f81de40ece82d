"""The channel contract: what a kind of channel declares, and what an open channel does.

A kind is one module plus a registration (see `convo.channels.registry`). Its module imports no transport at its top:
the desk asks for capabilities long before anything is fetched or sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol, TypeAlias, runtime_checkable

from convo.model.envelope import Handle, Item, Part
from convo.model.words import ConsentKind, DeliveryStatus

Cursor: TypeAlias = Mapping[str, Any]
"""Where fetching goes on: JSON that only the kind understands; empty before the first fetch."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of channel can do, and what it lets through.

    `reached_as` are the kinds of identity that it reaches, the best first. `longest` is the most characters of one
    message, and `length` counts them as the provider does. Free text may go for `window` after the customer's last
    message there; `outside` says what can go when that is over. With `answers_only` it reaches nobody who has not begun
    there. `mute` says why nothing can ever go by it. `subjects`, `threads` and `receipts` say that it knows those;
    `edits` that what a customer changes after sending comes, too, as a message that refers to the one it changes;
    `templates` that it sends approved ones. A customer is shown for `typing` seconds that somebody writes to them (0:
    that is not shown), and with `typing_reads` their own message is marked as read by that. Files go with a message up
    to `largest_file` bytes (0: none). `resends_safely` says that sending twice under one key is harmless, as the
    provider or the reader's program knows the second for the first. `per_second` is how many messages a second it takes
    in all, `pause` how long it wants between two to one recipient. `fetches` says that it is asked for what came; other
    kinds are told of it by requests (`receive`), and a `pushed` one both. `public` says that others than the customer
    read its threads, but for those whose key begins with `private_keys`.
    """

    reached_as: tuple[str, ...]
    longest: int | None = None
    window: timedelta | None = None
    outside: str = ""
    answers_only: bool = False
    mute: str = ""
    subjects: bool = False
    threads: bool = False
    receipts: bool = False
    edits: bool = False
    templates: bool = False
    typing: float = 0.0
    typing_reads: bool = False
    largest_file: int = 0
    resends_safely: bool = False
    per_second: float = 10.0
    pause: float = 0.0
    fetches: bool = True
    pushed: bool = False
    public: bool = False
    private_keys: str = ""
    length: Callable[[str], int] = len

    def is_public(self, thread_key: str | None) -> bool:
        """Whether others than the customer read an answer in the thread of this key; what begins one is private."""
        private = bool(self.private_keys) and (thread_key or "").startswith(self.private_keys)
        return self.public and bool(thread_key) and not private


@dataclass(frozen=True, slots=True)
class Setup:
    """What an open channel is made of: `config` is the kind's own class, read and with its secrets.

    `own` are our own addresses, numbers and names, casefolded; `desk` is the shop's name where it is shown.
    """

    name: str
    config: Any
    own: frozenset[str] = frozenset()
    time_zone: tzinfo | None = None
    home_region: str = "US"
    authserv_id: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel: `config` is a dataclass of `setting`s, `open` makes a channel that has connected to nothing.

    `title` is what a person calls it. `about` is a sentence on what has to be done at the provider's first. Where a
    setting changes what a channel can do, `can_with` tells that by the settings as the store keeps them.
    """

    name: str
    title: str
    config: type
    can: Capabilities
    open: Callable[[Setup], "Channel"]
    about: str = ""
    can_with: Callable[[Mapping[str, Any]], Capabilities] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider tells about what was sent: delivered, read, or failed for a reason.

    It names one message by the `external_id` that its receipt gave, or by the `key` under which it was sent; a
    watermark names none of them, but means all that was sent to `recipient` until `at`.
    """

    status: DeliveryStatus
    at: datetime
    external_id: str = ""
    key: str = ""
    recipient: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """That a customer agreed to a kind of contact, or no longer does, and how we know: "wrote STOP"."""

    customer: Handle
    kind: ConsentKind
    granted: bool
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: items in the channel's order, what is told of sent messages and of consent, and where to go on.

    With `more` there is more waiting and the next fetch shall follow at once. `answer` is what whoever pushed a request
    wants to hear, the body of a plain answer; mostly nothing.
    """

    items: tuple[Item, ...] = ()
    cursor: Cursor = field(default_factory=dict)
    reports: tuple[Report, ...] = ()
    consents: tuple[Consent, ...] = ()
    more: bool = False
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a provider pushed, as it came: `headers` by lower-case name, the raw body, and its public URL."""

    method: str = "POST"
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template with its language and the values of its places."""

    name: str
    language: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send; `key` is its idempotency key (by mail the Message-ID), the same at each attempt.

    `thread_key` is the channel's own id of the thread, `references` the ids of what was said there before, oldest
    first, `answers` that of the customer's newest message. `thread` is the desk's number of it. `attempt` begins at 1.
    """

    delivery: int
    key: str
    recipient: Handle
    text: str
    sent_at: datetime
    subject: str = ""
    author: str = ""
    thread: int = 0
    thread_key: str | None = None
    references: tuple[str, ...] = ()
    answers: str | None = None
    parts: tuple[Part, ...] = ()
    automatic: bool = False
    template: Template | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Typing:
    """That somebody of ours is writing to a customer; the fields are those of the `Outgoing` that may come of it."""

    thread: int
    recipient: Handle
    thread_key: str | None = None
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the provider took a message: under which id, if it said so, and how far it has come already."""

    external_id: str | None = None
    status: DeliveryStatus = DeliveryStatus.SENT


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried with a channel: `problem` is empty when it went well, else says what to do."""

    what: str
    problem: str = ""
    detail: str = ""


class Channel(Protocol):
    """An open channel. Every call may be cancelled, and then leaves it fit for `close`; one call of a kind at a time.

    Fetching, sending and showing that somebody writes may run at the same time. What goes wrong is raised as
    `convo.channels.trouble` says.
    """

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """What came after `cursor`, waiting up to `wait` seconds when nothing is there; a bounded number of items.

        Nothing is marked as read or forgotten at the provider's before `stored`. Raises ChannelDown, ChannelRefused.
        """
        ...

    async def stored(self, fetched: Fetched) -> None:
        """All that was fetched is in the store now: the provider may forget it."""
        ...

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send one message; raises what says whether it may be tried again: SendRefused, SendLater, SendUnsure."""
        ...

    async def receive(self, request: Request) -> Fetched:
        """What a pushed request brings, after its signature was proven; raises NotAllowed when it is not genuine."""
        ...

    async def check(self) -> tuple[Check, ...]:
        """Try credentials, receiving and sending without a trace, and say in words what is wrong; raises nothing."""
        ...

    async def close(self) -> None:
        """Let go of every connection; never waits for a provider that does not answer."""
        ...


@runtime_checkable
class Backfills(Protocol):
    """A channel that can fetch what came long ago, too; only those of kinds that keep it can."""

    async def since(self, cursor: Cursor, at: datetime) -> Cursor:
        """The cursor, made from that of now, from which fetching brings all that came since `at`, and then goes on.

        What is in the store already may come again: it is stored once. Raises ChannelDown, ChannelRefused.
        """
        ...


@runtime_checkable
class ShowsTyping(Protocol):
    """A channel that can show customers that somebody writes to them; those of kinds that declare `typing` do."""

    async def show_typing(self, typing: Typing) -> None:
        """Show it for as long as the kind declares, or until our message comes; it may be said again before that.

        Nothing happens where there is no place to show it in, and none is made. Raises what says that it went wrong.
        """
        ...

    async def end_typing(self, typing: Typing) -> None:
        """Nobody writes any more: show it no longer, where the provider can be told so. Raises as `show_typing`."""
        ...
