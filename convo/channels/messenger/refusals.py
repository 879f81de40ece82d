"""Messenger's error codes in words, and whether a message that met one may still go."""

from convo.channels.meta.graph import GraphError
from convo.channels.meta.refusals import Cure, Meaning, trouble_of
from convo.channels.trouble import SendRefused, Trouble

OUTSIDE_WINDOW = frozenset({2018278, 2018065, 2534022})
"""Subcodes of code 10 for what comes too long after the customer's last message."""

_KNOWN = {
    100: Meaning(Cure.NOTHING, "Messenger does not take something in it"),
    551: Meaning(Cure.NOTHING, "the customer takes no messages from us now"),
    1200: Meaning(Cure.TIME, "Messenger had a passing trouble"),
    1545041: Meaning(Cure.NOTHING, "the customer takes no messages from us now"),
}
_BY_SUBCODE = {
    2018001: "Messenger knows no such person for our page",
    2018008: "Messenger could not take the file",
    2018047: "Messenger does not take files of this type",
    2018074: "Messenger knows the uploaded file no more",
    2018108: "the customer takes no messages from us now",
    1545041: "the customer takes no messages from us now",
    2018028: "an app that Meta has not reviewed yet may write only to its own testers",
}


def is_outside_window(error: GraphError) -> bool:
    """Whether the message came too long after the customer's last one."""
    return error.subcode in OUTSIDE_WINDOW


def meaning_of(error: GraphError) -> Trouble:
    """What a refusal means for the message that was being sent."""
    if is_outside_window(error):
        return SendRefused(
            f"the time in which Messenger lets us answer is over: "
            f"nothing can go until the customer writes again (error {error.code}/{error.subcode})"
        )
    if error.subcode in _BY_SUBCODE:
        return SendRefused(f"{_BY_SUBCODE[error.subcode]} (error {error.code}/{error.subcode})")
    return trouble_of(error, _KNOWN)
