"""WhatsApp's error codes in words, and whether a message that met one may still go.

From the Cloud API's table of error codes. Some come as an answer to sending, some later in a status, some as either.
"""

from convo.channels.meta.refusals import SHARED, Cure, Meaning

_WINDOW = "the 24-hour window is closed: only an approved template can go (--template)"

KNOWN: dict[int, Meaning] = {
    33: Meaning(Cure.PERSON, "Meta does not know our number: look at phone_number_id"),
    80007: Meaning(Cure.REST, "the WhatsApp account has reached its rate limit", 60),
    130403: Meaning(Cure.NOTHING, "the customer has blocked us, or we them"),
    130429: Meaning(Cure.REST, "more messages a second than our number may send", 5),
    130472: Meaning(Cure.NOTHING, "Meta does not deliver marketing to this person, who is part of an experiment"),
    130497: Meaning(Cure.NOTHING, "the account may not write to people of this country"),
    131000: Meaning(Cure.TIME, "WhatsApp had an unknown error"),
    131005: Meaning(Cure.PERSON, "the access token lacks whatsapp_business_messaging"),
    131008: Meaning(Cure.NOTHING, "WhatsApp misses something in it"),
    131009: Meaning(Cure.NOTHING, "WhatsApp does not take something in it"),
    131016: Meaning(Cure.TIME, "WhatsApp does not work now"),
    131021: Meaning(Cure.NOTHING, "it goes to our own number"),
    131026: Meaning(
        Cure.NOTHING, "WhatsApp cannot deliver it: the number may not be on WhatsApp, or has not taken its new terms"
    ),
    131030: Meaning(Cure.NOTHING, "our test number may write only to numbers that were entered at Meta"),
    131031: Meaning(Cure.PERSON, "Meta has locked the WhatsApp account"),
    131037: Meaning(Cure.PERSON, "the number's display name is not approved yet"),
    131042: Meaning(Cure.PERSON, "Meta could not charge for it: look at the payment method"),
    131045: Meaning(Cure.PERSON, "our number is not registered with the Cloud API"),
    131047: Meaning(Cure.NOTHING, _WINDOW),
    131048: Meaning(Cure.REST, "many people blocked or reported our number, so Meta slows it down", 3600),
    131049: Meaning(
        Cure.NOTHING,
        "WhatsApp did not deliver it to keep marketing few: wait a day or more, or answer by another channel",
    ),
    131050: Meaning(Cure.NOTHING, "the customer wants no marketing from us by WhatsApp"),
    131051: Meaning(Cure.NOTHING, "WhatsApp does not know this type of message"),
    131052: Meaning(Cure.NOTHING, "WhatsApp could not fetch the file"),
    131053: Meaning(Cure.NOTHING, "WhatsApp does not take the file: look at its type and size"),
    131056: Meaning(Cure.TIME, "too many messages to this customer in a short time", 30),
    131057: Meaning(Cure.REST, "our account is being moved or maintained by Meta", 300),
    132000: Meaning(Cure.NOTHING, "the template has another number of values"),
    132001: Meaning(Cure.NOTHING, "there is no such approved template in this language"),
    132005: Meaning(Cure.NOTHING, "the template is too long with these values"),
    132007: Meaning(Cure.NOTHING, "the template breaks one of WhatsApp's policies"),
    132012: Meaning(Cure.NOTHING, "a value is not as the template wants it"),
    132015: Meaning(Cure.NOTHING, "the template is paused, as people did not like it"),
    132016: Meaning(Cure.NOTHING, "the template is disabled for good"),
    132068: Meaning(Cure.NOTHING, "the form in it is blocked"),
    132069: Meaning(Cure.TIME, "the form in it was sent too often in the last hour", 600),
    133004: Meaning(Cure.TIME, "WhatsApp's server does not work now"),
    133010: Meaning(Cure.PERSON, "our number is not registered with the Cloud API"),
    135000: Meaning(Cure.NOTHING, "WhatsApp does not take something in it"),
    470: Meaning(Cure.NOTHING, _WINDOW),
}


def reason_of(code: int, place: int = 1) -> str:
    """Why a message that had been taken was not delivered; `place` above 1 is that of a file that went with it."""
    meaning = KNOWN.get(code) or SHARED.get(code)
    sentence = meaning.sentence if meaning is not None else "WhatsApp did not deliver it"
    before = f"its file number {place - 1} did not arrive: " if place > 1 else ""
    return f"{before}{sentence}" + (f" (error {code})" if code else "")
