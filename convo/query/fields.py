"""The one table of the query language's fields: the parser, the errors, the help and the completion read it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from convo.model.words import Priority, ThreadStatus
from convo.query.op import Op


class Takes(Enum):
    """The type of a field's value, and how the help names it."""

    CHOICE = "one of"
    NAME = "a name"
    PERSON = "a name or an address"
    TAG = "a tag"
    WORDS = "words"
    NUMBER = "a number"
    MONEY = "an amount"
    DATE = "a date"
    AGE = "a time"
    ID = "an id"
    ATTRIBUTE = "a value"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it takes, of what it speaks, and how it is explained.

    `choices` are the only values of a CHOICE; `special` are unquoted words with a meaning of their own; `compares`
    tells that < <= > >= and low..high are understood, and `alone` what a time without one of them means.
    """

    name: str
    takes: Takes
    of: str
    help: str
    examples: tuple[str, ...]
    choices: tuple[str, ...] = ()
    special: Mapping[str, Op] = field(default_factory=dict)
    compares: bool = False
    aliases: tuple[str, ...] = ()
    alone: Op = Op.AT_LEAST

    @property
    def lists(self) -> bool:
        """Whether several values may follow, with commas between them."""
        return self.takes not in {Takes.NUMBER, Takes.MONEY, Takes.DATE, Takes.AGE}

    @property
    def expected(self) -> str:
        """What the field takes, in words that end an error's sentence."""
        special = "".join(f", or {word}" for word in self.special)
        if self.takes is Takes.CHOICE:
            return f"one of {', '.join(self.choices)}{special}"
        return f"{self.takes.value} such as {', '.join(self.examples[:2])}{special}"


FLAGS = (
    "open",
    "pending",
    "snoozed",
    "resolved",
    "unread",
    "assigned",
    "unassigned",
    "inbound",
    "outbound",
    "note",
    "automatic",
    "unverified",
    "blocked",
    "waiting",
    "answered",
    "queued",
    "breached",
)
_NONE_OR_ANY = {"none": Op.NONE, "*": Op.ANY}
_UNKNOWN_OR_ANY = {"unknown": Op.NONE, "*": Op.ANY}

FIELDS = (
    Field("is", Takes.CHOICE, "thread or message", "what state it is in", ("is:open", "-is:unread"), FLAGS),
    Field(
        "unread",
        Takes.CHOICE,
        "thread",
        "the same as is:unread and -is:unread",
        ("unread:yes", "unread:no"),
        ("yes", "no"),
    ),
    Field(
        "has",
        Takes.CHOICE,
        "thread or message",
        "an attachment or an HTML form on the message; a reply or a note in the thread",
        ("has:attachment", "-has:reply"),
        ("attachment", "reply", "note", "html"),
    ),
    Field(
        "status",
        Takes.CHOICE,
        "thread",
        "where the thread stands",
        ("status:pending", "status:open,snoozed"),
        tuple(ThreadStatus),
    ),
    Field(
        "priority",
        Takes.CHOICE,
        "thread",
        "how urgent it is",
        ("priority:urgent", "priority:>=high"),
        tuple(Priority),
        compares=True,
    ),
    Field(
        "assignee",
        Takes.NAME,
        "thread",
        "the operator it is assigned to",
        ("assignee:me", "assignee:ana,ben"),
        special={"me": Op.ME, **_NONE_OR_ANY},
    ),
    Field("team", Takes.NAME, "thread", "the team it is assigned to", ("team:repairs",), special=_NONE_OR_ANY),
    Field("channel", Takes.NAME, "channel", "the channel's name", ("channel:shop-mail",)),
    Field("kind", Takes.NAME, "channel", "the channel's kind", ("kind:email", "kind:whatsapp,telegram")),
    Field(
        "from",
        Takes.PERSON,
        "message",
        "who wrote the message: part of a name, a whole address or number, or @domain",
        ("from:ana@example.org", 'from:"Ana Ruiz"', "from:@example.org"),
    ),
    Field(
        "customer",
        Takes.PERSON,
        "customer",
        "whose conversation it is: an id, part of a name, a whole address or number, or @domain",
        ("customer:12", "customer:ruiz", "customer:+34600111222"),
    ),
    Field(
        "tag",
        Takes.TAG,
        "thread or customer",
        "a tag of the thread or of its customer",
        ("tag:vip", "tag:refund,exchange"),
        special=_NONE_OR_ANY,
    ),
    Field(
        "attr",
        Takes.ATTRIBUTE,
        "customer",
        "an attribute of the customer, written attr.NAME; * means that there is one",
        ("attr.plan:gold", "attr.size:>42", 'attr."shoe size":*'),
        special={"*": Op.ANY},
        compares=True,
    ),
    Field(
        "spent",
        Takes.MONEY,
        "customer",
        "the sum of the customer's purchases in that currency, or in any one where none is named",
        ("spent:>500", "spent:>=99.50EUR", "spent:100..500"),
        compares=True,
    ),
    Field(
        "language",
        Takes.NAME,
        "message",
        "the message's language; of a list of customers also their own",
        ("language:de", "language:unknown"),
        special=_UNKNOWN_OR_ANY,
        aliases=("lang",),
    ),
    Field(
        "sentiment",
        Takes.NUMBER,
        "message",
        "how the message feels, from -1 to 1",
        ("sentiment:<-0.3", "sentiment:-0.1..0.1", "sentiment:unknown"),
        special=_UNKNOWN_OR_ANY,
        compares=True,
    ),
    Field(
        "intent",
        Takes.NAME,
        "message",
        "what the message is after",
        ("intent:refund", "-intent:spam"),
        special=_UNKNOWN_OR_ANY,
    ),
    Field(
        "subject",
        Takes.WORDS,
        "message",
        "words in the subject",
        ("subject:gain", 'subject:"sample rate"', "subject:warr*"),
    ),
    Field(
        "before",
        Takes.DATE,
        "message",
        "sent before that day, month or year began",
        ("before:2010-01-31", "before:2010", "before:today"),
    ),
    Field(
        "after",
        Takes.DATE,
        "message",
        "sent since that day, month or year began, that day included",
        ("after:2010-01-31", "after:2010-02", "after:yesterday"),
    ),
    Field(
        "sent",
        Takes.DATE,
        "message",
        "sent in that day, month or year, or from one to another",
        ("sent:2010-01", "sent:2010-01-10..2010-01-20", "sent:today"),
        compares=True,
    ),
    Field(
        "newer",
        Takes.AGE,
        "message",
        "sent in the last so many min, h(ours), d(ays), w(eeks), m(onths) or y(ears)",
        ("newer:3d", "newer:2h", "newer:6m"),
    ),
    Field("older", Takes.AGE, "message", "sent longer ago than that", ("older:1w", "older:1y")),
    Field(
        "waiting",
        Takes.AGE,
        "thread",
        "how long the customer has been waiting for us",
        ("waiting:>2d", "waiting:<1h", "waiting:1h..2d"),
        compares=True,
    ),
    Field(
        "due",
        Takes.AGE,
        "thread",
        "how soon the nearest promise of its SLA policy is due; one that has passed is due sooner than any time",
        ("due:<2h", "due:1d", "due:none"),
        special=_NONE_OR_ANY,
        compares=True,
        alone=Op.AT_MOST,
    ),
    Field("sla", Takes.NAME, "thread", "the SLA policy it is under", ("sla:gold", "sla:none"), special=_NONE_OR_ANY),
    Field("id", Takes.ID, "what is listed", "the id of what is listed: message, thread or customer", ("id:7,9",)),
    Field("thread", Takes.ID, "thread", "the thread's id", ("thread:7",)),
    Field("message", Takes.ID, "message", "the message's id", ("message:7",)),
)

_BRIEF = 40

BY_NAME: Mapping[str, Field] = {name: found for found in FIELDS for name in (found.name, *found.aliases)}


def brief(text: str) -> str:
    """What somebody wrote, quoted for a sentence and cut when it is long."""
    return repr(str(text) if len(text) <= _BRIEF else text[:_BRIEF] + "…")


def nearest(word: str, among: tuple[str, ...] | None = None) -> str | None:
    """The field, or the one of the given words, that is spelled most like `word`; None when none is near."""
    found = difflib.get_close_matches(word.lower()[:40], among or tuple(BY_NAME), n=1, cutoff=0.6)
    return found[0] if found else None
