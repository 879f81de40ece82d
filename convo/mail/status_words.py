"""The status codes of mail systems (RFC 3463) in plain words."""

_REASONS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such domain",
    "1.3": "the address is not written as an address should be",
    "1.6": "the mailbox has moved",
    "1.10": "no mail can be sent to that address",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large for the mailbox",
    "3.4": "the mail is too large",
    "4.1": "the other server does not answer",
    "4.2": "the connection to the other server broke",
    "4.4": "no way leads to the other server",
    "4.6": "the mail went round in a circle",
    "4.7": "it could not be delivered in time",
    "6.7": "the other server cannot take addresses of such letters",
    "7.1": "the other server refuses it",
    "7.26": "the other server cannot tell that it is from us",
}
_AREAS = {
    "1": "the address was not accepted",
    "2": "the mailbox did not take it",
    "3": "the other mail system did not take it",
    "4": "the other server could not be reached",
    "5": "the two servers did not understand each other",
    "6": "its content was not accepted",
    "7": "the other server refuses it, for safety or by its rules",
}
_FATES = {
    "permanent": "it was not delivered",
    "temporary": "it was not delivered, though it may be later",
    "delayed": "it is delayed and still being tried",
    "delivered": "it was delivered",
    "relayed": "it was passed on to a server that sends no reports",
}


def words_for(fate: str, status: str) -> str:
    """A fate and its reason in words, with the code: "it was not delivered: the mailbox is full (5.2.2)"."""
    said = _FATES[fate]
    _, _, detail = status.partition(".")
    reason = _REASONS.get(detail) or _AREAS.get(detail.partition(".")[0])
    if reason and fate not in ("delivered", "relayed"):
        said = f"{said}: {reason}"
    return f"{said} ({status})" if status else said
