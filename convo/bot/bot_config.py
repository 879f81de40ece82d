"""How a bot behaves: what it asks for by intent, how sure it must be, when it hands over; frozen, and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from convo.bot.fields import WELL_KNOWN, Field


@dataclass(frozen=True, slots=True)
class BotConfig:
    """How a bot behaves."""

    signs_as: str = ""
    """Whose automatic answer it is, such as "Wheelhouse's assistant"; empty: it says only that it is automatic."""
    language: str = "en"
    """The language for customers whose language is not known."""
    ask: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the fields to ask for, by intent; the intent "*" is any other."""
    fields: Mapping[str, Field] = field(default_factory=lambda: dict(WELL_KNOWN))
    """Everything that may be asked for, by name."""
    person_intents: tuple[str, ...] = ("person", "talk to a person")
    """Intents that mean that a person is wanted."""
    certainty: float = 0.5
    """How sure (0..1) an intent must be to count."""
    confidence: float = 0.0
    """How sure (0..1) an article must be; never less than the desk's own threshold."""
    turns: int = 3
    """After so many messages of the bot a person comes."""
    daily: int = 10
    """At most so many messages a day to one customer, over all threads and bots."""
    mood: float = -0.7
    """A message with this sentiment (-1..1) or a worse one goes to a person, unless it is a short, calm question.

    Of 10,003 questions to a bank 4 in 100 are as bad as the default; of openly angry messages most are.
    """
    mood_drop: float = 0.6
    """So does one that is worse by so much than the best of the session."""
    recent: timedelta = timedelta(days=90)
    """How long an order or a photo is taken to be what the customer writes about."""
    other_languages: bool = False
    """Whether an article in another language than the customer's may be given, with a word that it is one."""
    after_answer: str = "resolved"
    """What becomes of a thread when the answer helped: resolved or pending."""
    tells: bool = True
    """Whether the customer is told that a person takes over."""
    wanted: str = ""
    """How a thread that is handed over is assigned, as a rule says it: least-busy support; empty: it stays open."""

    def asks(self, intent: str) -> tuple[Field, ...]:
        """The fields to ask for when this is what the customer is after."""
        names = self.ask.get(intent_name(intent)) if intent else None
        return tuple(self.fields[name] for name in (self.ask.get("*", ()) if names is None else names))

    def wants_person(self, intent: str) -> bool:
        """Whether this intent asks for a person."""
        return intent_name(intent) in self.person_intents


def intent_name(intent: str) -> str:
    """An intent's name in one form: "Order_Status" and "order status" are the same."""
    return " ".join(intent.replace("_", " ").replace("-", " ").casefold().split())
