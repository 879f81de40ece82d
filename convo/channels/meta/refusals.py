"""What Meta's refusals mean for a message: tried again, never, or not before a person mended the account."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from convo.channels.meta.graph import GraphError
from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, Trouble


class Cure(Enum):
    """What helps."""

    NOTHING = auto()
    """This message will never go."""
    TIME = auto()
    """This message goes later."""
    REST = auto()
    """All messages of the account go later."""
    PERSON = auto()
    """Nothing goes before a person mends the account."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means: what helps, the sentence, and after how many seconds it is tried again at the soonest."""

    cure: Cure
    sentence: str
    seconds: float = 0.0


SHARED: Mapping[int, Meaning] = {
    0: Meaning(Cure.PERSON, "Meta does not know who we are: the access token is not valid, so make a new one"),
    1: Meaning(Cure.TIME, "Meta had an unknown error"),
    2: Meaning(Cure.TIME, "Meta's service does not work now"),
    3: Meaning(Cure.PERSON, "the app may not use this part of Meta's API: give it the permission"),
    4: Meaning(Cure.REST, "Meta takes no more calls of the app for now", 60),
    10: Meaning(Cure.PERSON, "the app has not the permission for this: give it to the token's user"),
    17: Meaning(Cure.REST, "Meta takes no more calls of the token's user for now", 60),
    32: Meaning(Cure.REST, "Meta takes no more calls for the page for now", 60),
    102: Meaning(Cure.PERSON, "the access token is not valid any more: make a new one"),
    190: Meaning(Cure.PERSON, "the access token has run out or was withdrawn: make a new one"),
    200: Meaning(Cure.PERSON, "the app has not the permission for this: give it to the token's user"),
    368: Meaning(Cure.PERSON, "Meta has blocked the account for a while for breaking its policies"),
    613: Meaning(Cure.REST, "Meta takes no more calls for now", 60),
}
"""Codes that every part of the Graph API gives (its error-handling guide); 200 to 299 are missing permissions."""


def trouble_of(error: GraphError, known: Mapping[int, Meaning]) -> Trouble:
    """What a refusal means for the message that was being sent, in one sentence without anything secret."""
    meaning = known.get(error.code) or SHARED.get(error.code)
    if meaning is None and 200 <= error.code < 300:
        meaning = SHARED[200]
    if meaning is None:
        meaning = Meaning(Cure.TIME if error.passing else Cure.NOTHING, "Meta refused it")
    details = f": {' '.join(error.details.split())}" if error.details else ""
    sentence = f"{meaning.sentence}{details} (error {error.code}{f'/{error.subcode}' if error.subcode else ''})"
    wait = max(meaning.seconds, error.retry_after or 0.0) or None
    match meaning.cure:
        case Cure.NOTHING:
            return SendRefused(sentence)
        case Cure.TIME | Cure.REST:
            return SendLater(sentence, retry_after=wait, whole_channel=meaning.cure == Cure.REST)
        case Cure.PERSON:
            return ChannelRefused(sentence)


def is_gone(error: GraphError) -> bool:
    """Whether what was asked for will not be there later either."""
    meaning = SHARED.get(error.code)
    return not error.passing and (meaning is None or meaning.cure == Cure.NOTHING)
