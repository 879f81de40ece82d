"""What a bot can do next, with the words it would say and why."""

from dataclasses import dataclass
from enum import StrEnum

from convo.bot.situation import Progress


class Reason(StrEnum):
    """Why a bot hands a thread over, keeps silent or lets go."""

    PERSON = "asked for a person"
    MOOD = "the mood falls"
    UNSURE = "unsure what this is about"
    COMPLETE = "has what was missing; a person does the rest"
    NOT_HELPED = "the answer did not help"
    INVALID = "what was asked for was not given"
    CANNOT = "the customer does not have what was asked for"
    TURNS = "too many turns"
    ATTACHMENT = "an attachment that it cannot read"
    REPEATED = "the customer repeats themselves"
    ECHO = "hears its own words"
    DAILY = "said enough to this customer today"
    LANGUAGE = "does not speak the language"
    NO_TRANSLATION = "has the answer only in another language"
    UNREACHABLE = "cannot reach the customer by this channel"
    TOO_LONG = "its answer is too long for this channel"
    OPERATOR = "a person has taken over"
    DISABLED = "the bot is switched off"
    HELPED = "the answer helped"
    AUTOMATIC = "a machine wrote this"
    UNVERIFIED = "the sender is not verified"
    BLOCKED = "the customer is blocked"


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for these fields."""

    fields: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer with an article."""

    article: str
    confidence: float
    body: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the thread to people with a note; an empty `body` says nothing to the customer."""

    reason: Reason
    body: str
    note: str


@dataclass(frozen=True, slots=True)
class Finish:
    """End a session in which the answer helped."""

    body: str


@dataclass(frozen=True, slots=True)
class Silent:
    """Say nothing, and go on listening."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Release:
    """End the session without a word: a person has the thread."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Look:
    """Look for articles that answer this before deciding."""

    question: str
    language: str


Move = Ask | Answer | HandOver | Finish | Silent | Release | Look


@dataclass(frozen=True, slots=True)
class Decision:
    """A move, the session as it is after it, and what spoke for it."""

    move: Move
    progress: Progress
    because: tuple[str, ...] = ()
