"""What a database's error means to the person at the desk: busy, full, damaged, refused, or a fault of this program."""

import errno

from sqlalchemy.exc import DBAPIError, OperationalError

from convo.errors import Busy, ConvoError, StoreError
from convo.store.location import Location

_SOUND = "nothing that was stored before is lost"
_RESTORE = "convo store check tells more; convo store restore FILE brings a backup back"

# SQLite's extended codes begin with the name of their family: SQLITE_IOERR_WRITE, SQLITE_BUSY_SNAPSHOT.
_SQLITE_FAMILIES = {
    "SQLITE_BUSY": "busy",
    "SQLITE_LOCKED": "busy",
    "SQLITE_PROTOCOL": "busy",
    "SQLITE_FULL": "full",
    "SQLITE_IOERR": "unwritable",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_READONLY": "readonly",
    "SQLITE_CANTOPEN": "readonly",
    "SQLITE_PERM": "readonly",
    "SQLITE_TOOBIG": "too big",
}
# SQLSTATE classes and codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_STATES = {
    "53100": "full",
    "25006": "readonly",
    "42501": "refused",
    "28": "refused",
    "3D": "refused",
    "XX001": "damaged",
    "XX002": "damaged",
    "58": "unwritable",
    "54": "too big",
    "08": "away",
    "53": "away",
    "57": "away",
    "40": "busy",
    "55P03": "busy",
}
_REFUSALS = ("authentication failed", "no pg_hba.conf entry", "does not exist", "no password supplied", "permission")


def explain(location: Location, error: DBAPIError) -> Exception:
    """The ConvoError for a database's error, or the error itself where it is a fault of this program."""
    reason = _reason(error)
    kind = _sqlite_kind(error) if location.path is not None else _postgresql_kind(error, reason)
    return _say(kind, location, reason) or error


def explain_os(location: Location, error: OSError, doing: str) -> ConvoError:
    """The StoreError for a failed file operation; `doing` goes on with "cannot be", such as "made"."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StoreError(f"the disk that holds {location} is full", hint=f"free some space; {_SOUND}")
    return StoreError(
        f"{location} cannot be {doing}: {error.strerror or error}", hint="check the folder and its permissions"
    )


def _say(kind: str, location: Location, reason: str) -> ConvoError | None:
    match kind:
        case "busy":
            return Busy(f"another process is writing to {location}", hint="try again")
        case "away":
            return Busy(f"the store at {location} does not answer: {reason}", hint="try again")
        case "full":
            return StoreError(f"the disk that holds {location} is full", hint=f"free some space; {_SOUND}")
        case "unwritable":
            return StoreError(f"the disk that holds {location} failed: {reason}", hint=_SOUND)
        case "damaged":
            return StoreError(f"{location} is damaged: {reason}", hint=_RESTORE)
        case "readonly":
            return StoreError(f"{location} cannot be opened or written to: {reason}", hint="check its permissions")
        case "refused":
            return StoreError(f"{location} refuses: {reason}", hint="check the user, the password and the database")
        case "too big":
            return StoreError(f"something is too big for {location}: {reason}", hint="the limit is the database's own")
        case _:
            return None


def _sqlite_kind(error: DBAPIError) -> str:
    name = getattr(error.orig, "sqlite_errorname", "")
    return next((kind for family, kind in _SQLITE_FAMILIES.items() if name.startswith(family)), "")


def _postgresql_kind(error: DBAPIError, reason: str) -> str:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL_STATES.get(state) or _POSTGRESQL_STATES.get(state[:2], "")
    if not isinstance(error, OperationalError):
        return ""
    # A refused connection carries no SQLSTATE; what is not known to be final may work in a moment.
    return "refused" if any(words in reason for words in _REFUSALS) else "away"


def _reason(error: DBAPIError) -> str:
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    attempts = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    chosen = (attempts or lines or ["it does not say why"])[0]
    return chosen.removeprefix("connection failed: ")
