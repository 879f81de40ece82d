"""What Twilio's statuses and error codes mean, in words (https://www.twilio.com/docs/api/errors)."""

from convo.model.words import DeliveryStatus

OPTED_OUT = 21610
FAILURES = {
    21211: "the number is none that can be reached",
    21217: "the number is none that can be reached",
    21265: "the number is a short code, which takes no messages",
    21266: "it would go to the number that sends it",
    21408: "the account may not send to that country: allow it in Twilio's console",
    21602: "there is nothing in it to send",
    21604: "there is no number to send it to",
    21608: "a trial account reaches only numbers that it has verified",
    21610: "they opted out by STOP",
    21612: "Twilio knows no way from our number to theirs",
    21614: "the number is no mobile one",
    21617: "Twilio finds the text too long",
    21635: "the number is a landline",
    30001: "too much was waiting at Twilio",
    30002: "Twilio has suspended the account",
    30003: "the phone is switched off or out of reach",
    30004: "the recipient or the carrier blocks it",
    30005: "the number is not in use",
    30006: "the number is a landline, or its carrier cannot be reached",
    30007: "the carrier took it for spam",
    30008: "the carrier did not say why",
    30009: "a part of it was lost on the way",
    30010: "it costs more than the account allows",
    30022: "the carrier takes fewer messages a second of our registered campaign",
    30023: "the carrier takes no more messages of ours today",
    30032: "our toll-free number is not verified yet",
    30034: "our number is not registered for business messages (A2P 10DLC)",
    30410: "the carrier did not answer in time",
    30450: "Twilio holds messages to that number back for half an hour, as it suspects fraud (SMS pumping)",
    30453: "Twilio holds messages to that number back for some hours, as it suspects fraud (SMS pumping)",
}
OURS = frozenset((20003, 20005, 20006, 20404, 21212, 21601, 21603, 21606, 21659, 21660, 21661, 21701, 21703))
"""Codes that say that something is wrong with our account or number, not with the message."""
STATUSES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
"""The statuses that are news; accepted, queued, scheduled and sending are not."""


def reason(code: int | None, status: str) -> str:
    """Why a message did not arrive."""
    if code is None:
        return (
            "it was cancelled at Twilio's" if status == "canceled" else f"Twilio calls it {status} and does not say why"
        )
    return f"{FAILURES.get(code, 'Twilio could not deliver it')} ({code})"


def number(told: object) -> int | None:
    """An error code as a number, however it is told; None for none."""
    try:
        found = int(str(told)) if isinstance(told, int | str) else 0
    except ValueError:
        return None
    return found or None
