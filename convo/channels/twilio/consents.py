"""The words by which people leave and join by SMS, as Twilio and the carriers know them.

https://help.twilio.com/articles/223134027 - Twilio itself blocks a number whose owner wrote one of them alone.
"""

from datetime import datetime

from convo.channels.base import Consent
from convo.model.envelope import Handle
from convo.model.words import ConsentKind

_LEAVE = frozenset(
    ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "arret", "arrêt", "arrete")
)
_JOIN = frozenset(("start", "unstop"))
_LONGEST = 20


def said_in(text: str, who: Handle, at: datetime) -> tuple[Consent, ...]:
    """What a message says of consent: only one of the words alone does. YES is left out, as it answers questions."""
    word = text.strip().strip(".!").casefold() if len(text) <= _LONGEST else ""
    if word in _LEAVE:
        return (Consent(who, ConsentKind.MARKETING, False, f"wrote {word.upper()} by SMS", at),)
    if word in _JOIN:
        return (Consent(who, ConsentKind.MARKETING, True, f"wrote {word.upper()} by SMS", at),)
    return ()
