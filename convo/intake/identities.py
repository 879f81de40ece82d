"""Handles in their one form, so that the same person's handle is the same row however it was written."""

import re
import unicodedata

from convo.errors import BadInput
from convo.intake.phone_numbers import e164, looks_like_phone
from convo.model.words import IdentityKind

LONGEST = 320

_KINDS = frozenset(kind.value for kind in IdentityKind)
_PLAIN_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)
_ATOMS = re.compile(r"[^\s\"(),:;<>@\[\\\]]+")
_WHATSAPP_NUMBER = re.compile(r"\+?[\d ().-]{7,24}", re.ASCII)
_TELEGRAM_USER = re.compile(r"user(\d+)", re.ASCII | re.IGNORECASE)
_MATRIX = re.compile(r"@([^:\s]+):(\S+)")


def normalise(kind: str, value: str, *, home_region: str) -> str:
    """The one form of a handle; `home_region` (ISO 3166) is where numbers without a country code are from.

    The same handle gives the same form however it is written, and a form is its own form. E-mail: lower case, an ASCII
    domain (RFC 5321, UTS 46); plus and dots are left, since they make different addresses. Phone: E.164, or digits.
    Raises BadInput in one sentence for what cannot be a handle of that kind.
    """
    if kind == IdentityKind.EMAIL and len(value) <= LONGEST and value.isascii():
        plain = value.strip().lower()
        if _PLAIN_EMAIL.fullmatch(plain):
            return plain
    if kind not in _KINDS:
        raise BadInput(f"{kind[:40]!r} is no kind of identity", hint="the kinds are " + ", ".join(IdentityKind))
    trimmed = _trim(value)
    if not trimmed:
        raise BadInput(f"an empty text is no {kind} identity")
    if len(trimmed) > LONGEST:
        raise BadInput(f"{trimmed[:40]!r}… is too long for a {kind} identity: more than {LONGEST} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in trimmed):
        raise BadInput(f"{trimmed[:80]!r} is no {kind} identity: it holds control characters")
    form = _form(kind, trimmed, home_region)
    if len(form) > LONGEST:
        raise BadInput(f"{trimmed[:40]!r}… is too long for a {kind} identity: more than {LONGEST} characters")
    return form


def guess_kind(value: str) -> str | None:
    """The kind of handle that a text looks like: email, phone, matrix (@name:server) or telegram (@name)."""
    trimmed = _trim(value)
    if trimmed.startswith("@"):
        if " " in trimmed or len(trimmed) < 2:
            return None
        return IdentityKind.MATRIX.value if ":" in trimmed else IdentityKind.TELEGRAM.value
    if "@" in trimmed:
        return IdentityKind.EMAIL.value
    return IdentityKind.PHONE.value if looks_like_phone(trimmed) else None


def _form(kind: str, value: str, home_region: str) -> str:
    match kind:
        case IdentityKind.EMAIL:
            return _email(value)
        case IdentityKind.PHONE:
            return e164(value, home_region)
        case IdentityKind.WHATSAPP if _WHATSAPP_NUMBER.fullmatch(value):
            return e164(value if value.startswith("+") else "+" + value, home_region)
        case IdentityKind.TELEGRAM:
            found = _TELEGRAM_USER.fullmatch(value)
            return found[1] if found else unicodedata.normalize("NFC", value.casefold())
        case IdentityKind.SLACK:
            return unicodedata.normalize("NFC", value.upper())
        case IdentityKind.MATRIX:
            found = _MATRIX.fullmatch(value)
            if found is None:
                raise BadInput(f"{value[:80]!r} is no Matrix identity", hint="such as @name:example.org")
            return f"@{found[1]}:{found[2].lower()}"
        case _:
            return value


def _trim(value: str) -> str:
    start, end = 0, len(value)
    while start < end and _is_edge(value[start]):
        start += 1
    while end > start and _is_edge(value[end - 1]):
        end -= 1
    return unicodedata.normalize("NFC", value[start:end])


def _is_edge(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


def _email(value: str) -> str:
    bare = "".join(c for c in value if unicodedata.category(c) != "Cf")
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1]
    local, _, domain = bare.rpartition("@")
    name, place = _local(local.strip()), _domain(domain.strip())
    if not name or not place:
        raise BadInput(f"{value[:80]!r} is no e-mail address", hint="such as ann@example.org")
    return f"{name}@{place}"


def _local(written: str) -> str:
    """The part before the @, without quotes that it does not need; empty when it cannot be one."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", written).lower())
    if len(folded) >= 2 and folded[0] == folded[-1] == '"':
        inside = re.sub(r"\\(.)", r"\1", folded[1:-1])
        if _ATOMS.fullmatch(inside):
            return inside
        escaped = inside.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"' if inside else ""
    return folded if _ATOMS.fullmatch(folded) else ""


def _domain(written: str) -> str:
    """The part after the @ in ASCII where it can be; odd ones in lower case; empty when it cannot be a domain."""
    if written.startswith("[") and written.endswith("]"):
        return written.lower() if _ATOMS.fullmatch(written[1:-1].replace(":", "")) else ""
    lowered = _in_ascii(written)
    lowered = lowered.removesuffix(".")
    return lowered if _ATOMS.fullmatch(lowered) and ".." not in lowered and not lowered.startswith(".") else ""


def _in_ascii(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFKC", domain).lower()
