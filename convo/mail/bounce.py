"""Whether a mail is a bounce or another delivery report, and what it says about which of our mails."""

import re

from convo.mail.address import parse_addresses
from convo.mail.automatic import is_daemon, is_null_path
from convo.mail.body import read_body
from convo.mail.bounce_diagnosis import report_lines
from convo.mail.bounce_guess import guess_outcomes, outcome_of
from convo.mail.bounce_original import RETURNED_TYPES, Original, read_original
from convo.mail.bounce_outcome import Bounce, Outcome
from convo.mail.bounce_report import read_report
from convo.mail.decode import MAX_MAIL_BYTES
from convo.mail.headers import Headers, Overgrown, beginning, read_headers
from convo.mail.mime import Leaf, find_leaves
from convo.mail.transfer import decode_transfer

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_OTHER_REPORTS = frozenset({"message/disposition-notification", "message/feedback-report"})
_MAX_REPORT_BYTES = 1 << 18
_MAX_REPORTS = 10
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,6}")
_SAID_IN_SUBJECT = (
    *("undeliver", "returned mail", "returning message", "delivery status", "delivery failure", "delivery has failed"),
    *("delivery failed", "failure notice", "mail delivery", "could not be delivered", "unzustellbar", "non remis"),
)


def read_bounce(raw: bytes) -> Bounce | None:
    """What the bytes of an incoming mail report about a mail of ours; None for any other mail. Never raises.

    The machine's half (RFC 3464) is believed first, in whatever multipart it came; without it, a mail from a mail
    system is searched for what such systems write. An absence notice and a receipt of reading are no bounces.
    """
    if not raw or len(raw) > MAX_MAIL_BYTES:
        return None
    try:
        headers, body = read_headers(raw, beginning(raw), len(raw))
        if not looks_official(headers):
            return None  # most mail: its body need not be looked at
        leaves = find_leaves(raw, headers, body)
    except Overgrown:
        return None
    reports = [leaf for leaf in leaves if leaf.media_type in _STATUS_TYPES][:_MAX_REPORTS]
    if not reports and any(leaf.media_type in _OTHER_REPORTS for leaf in leaves):
        return None
    returned = any(leaf.media_type in RETURNED_TYPES for leaf in leaves)
    if not _may_be_bounce(headers, has_report=bool(reports), returned=returned):
        return None
    text = read_body(raw, leaves).text
    lines = report_lines(text)
    original = read_original(raw, headers, leaves, text)
    outcomes = _reported(raw, reports, lines) or _told(headers, text, lines, original)
    if not outcomes and not reports and not _says_failure(headers):
        return None
    return Bounce(tuple(outcomes), original.message_id)


def _reported(raw: bytes, reports: list[Leaf], lines: list[str]) -> list[Outcome]:
    found: dict[str, Outcome] = {}
    for leaf in reports:
        data = raw[leaf.start : min(leaf.end, leaf.start + _MAX_REPORT_BYTES)]
        for outcome in read_report(decode_transfer(data, leaf.headers.first("content-transfer-encoding")), lines):
            found.setdefault(outcome.recipient.casefold(), outcome)
    return list(found.values())


def _told(headers: Headers, text: str, lines: list[str], original: Original) -> list[Outcome]:
    """What the text says, where no part is a machine's half: a report pasted into it, or words of a known system.

    Failing these, a mail that came back did not reach those whom it was for.
    """
    if "final-recipient:" in text[:_MAX_REPORT_BYTES].lower() and (
        pasted := read_report(text[:_MAX_REPORT_BYTES].encode("utf-8", "replace"), lines)
    ):
        return pasted
    known = guess_outcomes(headers, lines) or [outcome_of(recipient, lines) for recipient in original.recipients]
    return known or [outcome_of(recipient, lines) for recipient in _named(headers, lines)]


def _named(headers: Headers, lines: list[str]) -> list[str]:
    """The only address that the text names beside those of the mail's own header."""
    own = " ".join(headers.text(name) for name in ("from", "to", "reply-to", "delivered-to")).casefold()
    found = {address.casefold(): address for line in lines for address in _ADDRESS.findall(line)}
    strange = [address for plain, address in found.items() if plain not in own]
    return strange if len(strange) == 1 else []


def looks_official(headers: Headers) -> bool:
    """Whether anything in the header says that a mail system wrote the mail."""
    return "x-failed-recipients" in headers or _is_null(headers) or _is_report(headers) or is_daemon(_sender(headers))


def _is_null(headers: Headers) -> bool:
    return any(is_null_path(path) for path in headers.all("return-path"))


def _is_report(headers: Headers) -> bool:
    return headers.first("content-type").strip().lower().startswith("multipart/report")


def _may_be_bounce(headers: Headers, *, has_report: bool, returned: bool) -> bool:
    """Whether a mail system, as far as its header shows, wrote the mail, and not about nothing.

    A report that a person forwards is that person's mail, and so is what a postmaster writes by hand. An absence
    notice has the null Return-Path of a bounce, but a person's address.
    """
    if "x-failed-recipients" in headers:
        return True
    null, as_report = _is_null(headers), _is_report(headers)
    answering = any(name in headers for name in ("auto-submitted", "x-auto-response-suppress", "x-autoreply"))
    failure = returned or _says_failure(headers)
    if is_daemon(_sender(headers)):
        return null or has_report or as_report or answering or failure
    return (has_report and (null or as_report)) or (null and not answering and failure)


def _says_failure(headers: Headers) -> bool:
    subject = headers.text("subject").lower()[:1_000]
    return any(words in subject for words in _SAID_IN_SUBJECT)


def _sender(headers: Headers) -> str:
    for field in ("from", "sender"):
        for address in parse_addresses(headers.first(field), headers.charset)[:1]:
            return address.address or address.name
    return ""
