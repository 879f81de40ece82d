"""What a bot looks at when it decides: the message, the customer, what was said and bought, and its session so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Normalise = Callable[[str, str], str]
"""The one form of a handle of a kind ("email", "phone"); raises BadInput for what is none."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message; parts of a mail's layout are none."""

    name: str
    media_type: str

    @property
    def picture(self) -> bool:
        """Whether it is an image."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the customer; what is not known of it is None."""

    id: int
    thread_id: int
    text: str
    sent_at: datetime
    channel: str = ""
    automatic: bool = False
    unverified: bool = False
    language: str | None = None
    sentiment: float | None = None
    intent: str | None = None
    intent_score: float | None = None
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something the customer bought; `number` is the order's."""

    number: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Who the customer is; `identities` are (kind, value) pairs, `since` when they were first heard of."""

    id: int
    name: str = ""
    language: str | None = None
    since: datetime | None = None
    blocked: bool = False
    identities: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that may answer, with its text and how sure that is (0..1)."""

    name: str
    title: str
    language: str | None
    confidence: float
    body: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A session so far.

    `pending` are the fields asked for and not given, `tries` how often each was asked for, `known` what the customer
    gave or the bot found, `assumed` which of it was only taken for granted, `given` the articles sent, `waiting` that
    the bot has asked whether the last one helped.
    """

    intent: str = ""
    question: str = ""
    language: str = ""
    pending: tuple[str, ...] = ()
    tries: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    waiting: bool = False
    turns: int = 0
    first_message: int = 0
    last_message: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a decision rests on.

    `said` are the customer's messages in all threads, the newest first, `message` among them. `heard` is what we wrote
    to them in all threads, but for bots, and `bot_said` what the bot said in this thread, the newest first, too.
    `recalled` is what earlier sessions learned. `hits` are None while nobody has looked for articles.
    """

    message: Said
    person: Person
    said: tuple[Said, ...]
    now: datetime
    progress: Progress = Progress()
    purchases: tuple[Purchase, ...] = ()
    recalled: Mapping[str, str] = field(default_factory=dict)
    bot_said: tuple[str, ...] = ()
    sent_today: int = 0
    person_answered: bool = False
    switched_off: bool = False
    hits: tuple[Hit, ...] | None = None
    threshold: float = 1.0
    heard: tuple[Said, ...] = ()
