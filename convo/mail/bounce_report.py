"""The machine's half of a delivery report: message/delivery-status (RFC 3464), read tolerantly."""

import re
from collections.abc import Iterator

from convo.mail.bounce_diagnosis import diagnose, one_sentence, status_in
from convo.mail.bounce_outcome import Fate, Outcome
from convo.mail.encoded_words import decode_words
from convo.mail.headers import Headers, Overgrown, read_headers

_MAX_RECIPIENTS = 100
_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")


def read_report(data: bytes, lines: list[str]) -> list[Outcome]:
    """The outcomes that a delivery-status part tells; `lines` are those of the human's half, for what is missing.

    Never raises. At most 100 recipients are read.
    """
    found: dict[str, Outcome] = {}
    for group in _groups(data):
        outcome = _outcome(group, lines)
        if outcome is not None:
            found.setdefault(outcome.recipient.casefold(), outcome)
        if len(found) >= _MAX_RECIPIENTS:
            break
    return list(found.values())


def _groups(data: bytes) -> Iterator[Headers]:
    """The groups of fields; blank lines part them, and a line that is no field is passed over."""
    at = 0
    while at < len(data):
        try:
            group, after = read_headers(data, at, len(data))
        except Overgrown:
            return
        if after <= at:
            after = data.find(b"\n", at) + 1 or len(data)
        at = after
        if group:
            yield group


def _outcome(group: Headers, lines: list[str]) -> Outcome | None:
    recipient = _address(group.first("original-recipient")) or _address(group.first("final-recipient"))
    if not recipient:
        return None
    status = _status(group.first("status"))
    fate = _fate(group.first("action").strip().lower(), status)
    if fate is None:
        return None
    diagnostic = one_sentence(decode_words(group.first("diagnostic-code")).partition(";")[2])
    if fate in (Fate.PERMANENT, Fate.TEMPORARY, Fate.DELAYED):
        told = diagnose(lines, recipient) if not diagnostic else ""
        diagnostic = diagnostic or told
        better = status_in(diagnostic)
        if better and (not status or (status.endswith(".0.0") and better[0] == status[0])):
            status = better
    return Outcome(recipient, fate, status, diagnostic)


def _fate(action: str, status: str) -> Fate | None:
    """What an Action means; a missing one is told by the status. OpenSMTPD says `error` where others say `failed`."""
    if action.startswith(("fail", "error")):
        return Fate.TEMPORARY if status.startswith("4") else Fate.PERMANENT
    if action.startswith("delay"):
        return Fate.DELAYED
    if action.startswith("deliver"):
        return Fate.DELIVERED
    if action.startswith(("relay", "expand")):
        return Fate.RELAYED
    return {"5": Fate.PERMANENT, "4": Fate.DELAYED, "2": Fate.DELIVERED}.get(status[:1])


def _address(field: str) -> str:
    """The address of `rfc822; jo@example.org`, in brackets or not, with or without its type."""
    kind, typed, address = field.partition(";")
    address = decode_words(address if typed else kind).strip().strip("<>").strip()
    return "".join(address.split())[:320] if "@" in address else ""


def _status(field: str) -> str:
    found = _STATUS.match(field)
    return f"{found[1]}.{int(found[2])}.{int(found[3])}" if found else ""
