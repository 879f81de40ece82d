"""Whether a machine wrote a mail: what must never be answered automatically (RFC 3834 and what servers do in fact)."""

from convo.mail.headers import Headers
from convo.mail.parameters import parse_parameters

_DAEMONS = frozenset({"mailer-daemon", "postmaster"})
_MARKERS = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-failed-recipients")


def is_automatic(headers: Headers, sender: str) -> bool:
    """Whether the mail with these headers, from the address `sender`, is a bounce, an auto-reply or a bulk mail.

    A mail that a person sent through a discussion list is none of these, though lists mark it with Precedence.
    """
    return why_automatic(headers, sender) != ""


def why_automatic(headers: Headers, sender: str) -> str:
    """What shows that a machine wrote the mail, in words that follow "because"; empty when nothing does."""
    submitted = headers.first("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        return "its Auto-Submitted field says that a machine sent it"
    if any(is_null_path(path) for path in headers.all("return-path")):
        return "its Return-Path is empty, as that of a bounce is"
    if headers.first("x-auto-response-suppress").strip().lower() not in ("", "none"):
        return "its X-Auto-Response-Suppress field forbids it"
    if any(name in headers for name in _MARKERS):
        return "it is marked as an automatic reply"
    if is_daemon(sender):
        return "a mail system sent it"
    if parse_parameters(headers.first("content-type")).value == "multipart/report":
        return "it is the report of a mail system"
    return "it is a bulk mail" if _is_bulk(headers) else ""


def is_daemon(address: str) -> bool:
    """Whether the address is that of a mail system rather than of a person."""
    return address.partition("@")[0].strip("<>").lower() in _DAEMONS


def is_null_path(path: str) -> bool:
    """Whether a Return-Path is the one that must not be answered, `<>`, which bounces have."""
    address = path.strip().strip("<>").strip().lower()
    return address == "mailer-daemon" or (not address and "<" in path)


def _is_bulk(headers: Headers) -> bool:
    precedence = headers.first("precedence").strip().lower()
    discussion = "list-post" in headers and headers.first("list-post").strip().upper() != "NO"
    match precedence:
        case "list":
            return not (discussion or "list-id" in headers)
        case "bulk":
            return not discussion
        case "junk" | "auto_reply":
            return True
        case _:
            return "list-unsubscribe" in headers and not discussion
