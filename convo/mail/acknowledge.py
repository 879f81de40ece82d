"""Whether a mail may be answered automatically: only to a verified person, and never into a loop (RFC 3834)."""

import re

from convo.mail.address import Address, parse_addresses
from convo.mail.authentication import authenticate, is_forged
from convo.mail.automatic import why_automatic
from convo.mail.headers import Headers
from convo.mail.ourselves import Ourselves
from convo.model.words import Authentication

_MAX_LOCAL = 320
_LISTS = ("x-beenthere", "x-mailing-list", "mailing-list", "x-loop")
_PRECEDENCES = frozenset({"bulk", "list", "junk", "auto_reply"})
_SPAM = ("x-spam-flag", "x-spam", "x-spam-status")
_UNREAD = re.compile(
    r"(?:no|not|do[._-]?not)[._-]?reply.*|(?:un)?bounces?(?:[._+-].*)?|owner-.*|.*-(?:request|owner|bounces?)"
    r"|listserv|majordomo|mailman|nobody|null|root|daemon"
)


def why_not_answer(headers: Headers, ourselves: Ourselves) -> str:
    """Why no automatic answer may leave to the mail of a header, in words that follow "because"; empty where one may.

    Such an answer goes to the address of the From alone, and only where our own server vouches for it: else whoever
    writes it there makes us send mail to anybody. How often one address is answered is for the caller to bound. Never
    raises.
    """
    if not headers:
        return "its header cannot be read"
    senders = [address for value in headers.all("from") for address in parse_addresses(value, headers.charset)]
    if len(senders) != 1 or "@" not in senders[0].address:
        return "it does not come from one address"
    (sender,) = senders
    return (
        _ourselves(sender, ourselves)
        or why_automatic(headers, sender.address)
        or _unwanted(headers, sender)
        or _unverified(headers, sender, ourselves)
    )


def is_spam(headers: Headers) -> bool:
    """Whether our own server has marked a mail as spam."""
    return any(headers.first(name).strip().lower().startswith("yes") for name in _SPAM)


def _ourselves(sender: Address, ourselves: Ourselves) -> str:
    local, _, domain = sender.address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return "we wrote it ourselves" if ourselves.is_own(sender.address) or ourselves.is_own(plain) else ""


def _unwanted(headers: Headers, sender: Address) -> str:
    """Why an answer would reach nobody, or too many."""
    if any(name.startswith("list-") for name in headers) or any(name in headers for name in _LISTS):
        return "it came through a mailing list"
    precedence = headers.first("precedence").strip().lower()
    if precedence in _PRECEDENCES:
        return f"its Precedence is {precedence}"
    if _UNREAD.fullmatch(sender.address.rpartition("@")[0][:_MAX_LOCAL].casefold()):
        return "nobody reads the mailbox it comes from"
    if is_spam(headers):
        return "our server takes it for spam"
    return ""


def _unverified(headers: Headers, sender: Address, ourselves: Ourselves) -> str:
    if is_forged(headers, [sender], sender):
        return "its From shows two senders"
    match authenticate(headers, sender, ourselves.authserv_id):
        case Authentication.PASS:
            return ""
        case Authentication.FAIL:
            return "our server says that its sender is forged"
        case _ if not ourselves.authserv_id:
            return "the name of our mail server is not known, so that nobody can vouch for its sender"
        case _:
            return "our server does not vouch for its sender"
