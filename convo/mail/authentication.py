"""What the receiving server said about a mail's origin (RFC 8601), and the forgeries that its own headers show."""

import re
import unicodedata

from convo.mail.address import Address
from convo.mail.headers import Headers
from convo.model.words import Authentication

_MAX_LENGTH = 65_536
_RESULT = re.compile(r"\s*([a-z0-9_-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)(.*)", re.DOTALL)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*([^\s;]+)")
_FAILED = frozenset({"fail", "hardfail", "softfail"})


def authenticate(headers: Headers, person: Address, authserv_id: str = "") -> Authentication:
    """The verdict on the mail of `person`.

    With `authserv_id`, the topmost Authentication-Results header of that server is believed and every other ignored.
    Without it, anybody may have written the header: a failure in the topmost one counts, a pass never does.
    """
    values = headers.all("authentication-results")
    if authserv_id:
        wanted = authserv_id.strip().casefold()
        values = [value for value in values if _server(value) == wanted]
    if not values:
        return Authentication.NONE
    results = _results(values[0])
    dmarc = [verdict for method, verdict, _ in results if method == "dmarc"]
    if "fail" in dmarc:
        return Authentication.FAIL
    if "pass" in dmarc:
        aligned = all(_aligned(detail, person.domain) for method, _, detail in results if method == "dmarc")
        return Authentication.PASS if authserv_id and aligned and person.domain else Authentication.NONE
    spf = [verdict for method, verdict, _ in results if method == "spf"]
    dkim = [verdict for method, verdict, _ in results if method == "dkim"]
    if spf and dkim and _FAILED.issuperset(spf) and _FAILED.issuperset(dkim):
        return Authentication.FAIL
    return Authentication.NONE


def is_forged(headers: Headers, senders: list[Address], person: Address) -> bool:
    """Whether the From shows a forgery: two fields, mailboxes of two domains, or a name that is another address."""
    if len(headers.all("from")) > 1 or len({sender.domain for sender in senders if sender.domain}) > 1:
        return True
    return any(claimed != person.address.casefold() for claimed in _addresses_in(person.name))


def _addresses_in(name: str) -> list[str]:
    if not any(sign in name for sign in "@\uff20\ufe6b"):
        return []
    words = unicodedata.normalize("NFKC", name).casefold().split()
    stripped = (word.strip("\"'<>()[]{},;:.") for word in words)
    return [word for word in stripped if word.find("@") > 0 and "." in word.rpartition("@")[2]]


def _server(value: str) -> str:
    """The authserv-id of a header in lower case; empty in Microsoft's style, which gives none."""
    first = _bare(value).partition(";")[0].split()
    return first[0].casefold() if first and "=" not in "".join(first[:2]) else ""


def _results(value: str) -> list[tuple[str, str, str]]:
    found = []
    for piece in _bare(value).lower().split(";"):
        if result := _RESULT.match(piece):
            found.append((result[1], result[2], result[3]))
    return found


def _aligned(detail: str, domain: str) -> bool:
    """Whether the domain that was checked is that of the address; one the server does not name is taken as checked."""
    named = _HEADER_FROM.search(detail)
    if not named:
        return True
    checked = named[1].rpartition("@")[2].strip("<>\"'").casefold()
    return checked == domain or domain.endswith(f".{checked}")


def _bare(value: str) -> str:
    """The header without its comments and quoted strings, either of which may hold a semicolon."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for sign in value[:_MAX_LENGTH]:
        if escaped:
            escaped = False
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(sign)
    return "".join(kept)
