"""An address as SMTP and the header take it: its domain in ASCII (IDNA), nothing in it ends a line or a bracket."""

import re

import idna

from convo.errors import BadInput
from convo.text import safe

_MAX_LENGTH = 320
_ATOM = re.compile(r"[^\s\"(),:;<>@\[\]\\\x00-\x20\x7f-\xa0]+")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f-\x9f]|\\[\x20-\x7e])*+"')
_LITERAL = re.compile(r"\[[0-9A-Za-z:.\-]{2,60}\]")
_HINT = "an address looks like name@example.org"


def wire_address(address: str) -> str:
    """`address` with its domain in ASCII; only its local part may be of other letters. Raises BadInput."""
    written = address.strip()
    local, at, domain = written.rpartition("@")
    plausible = len(written) <= _MAX_LENGTH and (_ATOM.fullmatch(local) or _QUOTED.fullmatch(local))
    if not at or not plausible or not local.isprintable():
        raise BadInput(f"{safe(written[:80], single_line=True)!r} is no mail address", hint=_HINT)
    wire = f"{local}@{_wire_domain(domain)}"
    if len(wire.encode()) > _MAX_LENGTH:
        raise BadInput(f"{safe(written[:80], single_line=True)!r} is too long for a mail address", hint=_HINT)
    return wire


def _wire_domain(domain: str) -> str:
    if _LITERAL.fullmatch(domain):
        return domain
    try:
        if domain.isascii():
            # Underscores and the like are met in real domains, and a server may well know them.
            labels = domain.lower().split(".")
            if all(re.fullmatch(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels):
                return domain.lower()
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError, ValueError) as problem:
        shown = safe(domain[:80], single_line=True)
        raise BadInput(f"{shown!r} is no domain that mail can be sent to", hint=_HINT) from problem
