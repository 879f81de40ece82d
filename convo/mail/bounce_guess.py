"""Bounces without a machine's half: flufl.bounce knows how some dozens of mail systems write them."""

import logging
import re
from dataclasses import replace
from email.message import Message
from itertools import islice

from convo.mail.bounce_diagnosis import diagnose, status_in
from convo.mail.bounce_outcome import Fate, Outcome
from convo.mail.headers import Headers

_MAX_RECIPIENTS = 50
_MAX_TEXT = 16_384
_DELAYED = re.compile(
    r"not yet (?:been|be|able)|(?:will|shall) (?:be retried|keep trying|retry|continue to (?:try|attempt))|still trying"
    r"|no action is required|warning message only|this is (?:just )?a warning|delivery .{0,30}delayed",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(r"\b4[2-5]\d\b")
_FIELDS = ("from", "to", "subject", "x-mailer", "x-failed-recipients")


def guess_outcomes(headers: Headers, lines: list[str]) -> list[Outcome]:
    """The outcomes that the text of a report tells, at most 50; never raises.

    flufl.bounce sees a copy that is bounded, flat and built here: the standard library's parser recurses, and some
    of the patterns take quadratic time on long lines.
    """
    from flufl.bounce import all_failures

    # It logs what it fails on with a traceback, and a stranger decides what that is.
    logging.getLogger("flufl.bounce").disabled = True
    try:
        temporary, permanent = all_failures(_copy(headers, "\n".join(lines)[:_MAX_TEXT]))
    except Exception:  # its detectors were not written for hostile mail
        return []
    delayed, failed = _readable(temporary), _readable(permanent)
    found = [outcome_of(recipient, lines) for recipient in sorted(failed)[:_MAX_RECIPIENTS]]
    waiting = sorted(delayed - failed)[: _MAX_RECIPIENTS - len(found)]
    return found + [replace(outcome_of(recipient, lines), fate=Fate.DELAYED) for recipient in waiting]


def outcome_of(recipient: str, lines: list[str]) -> Outcome:
    """What a report, by its text alone, says of a recipient whom it names or means."""
    diagnostic = diagnose(lines, recipient)
    status = status_in(diagnostic)
    if any(_DELAYED.search(line) for line in lines):
        fate = Fate.DELAYED
    elif status.startswith("4") or (not status and _TEMPORARY.search(diagnostic)):
        fate = Fate.TEMPORARY
    else:
        fate = Fate.PERMANENT
    return Outcome(recipient, fate, status, diagnostic)


def _copy(headers: Headers, text: str) -> Message:
    """The mail in the shape in which detectors know bounces, plain or a flat multipart."""
    copy = Message()
    for name in _FIELDS:
        if name in headers:
            copy[name] = headers.text(name)[:_MAX_TEXT]
    if not headers.first("content-type").strip().lower().startswith("multipart/"):
        copy.set_payload(text)
        return copy
    copy["Content-Type"] = "multipart/mixed"
    for kind, description, payload in (("text/plain", "Notification", text), ("text/rfc822-headers", "Headers", "")):
        part = Message()
        part["Content-Type"] = kind
        part["Content-Description"] = description
        part.set_payload(payload)
        copy.attach(part)
    return copy


def _readable(found: frozenset[bytes] | set[bytes]) -> set[str]:
    addresses = (address.decode("ascii", "replace").strip().strip("<>") for address in islice(found, 1_000))
    return {address for address in addresses if "@" in address and address.isprintable() and len(address) <= 320}
