"""What can go wrong, said so that the reader knows what to do: one error type a kind, one exit code each."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """The exit codes of the `convo` command; `convo help exit-codes` prints this table."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    TRY_AGAIN = 3
    NOT_ALLOWED = 4
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One sentence for a reader of the table."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.REFUSED: "refused: something is missing, wrong or not possible; the message says what to do",
    ExitCode.USAGE: "usage: the command line or the query is not understood",
    ExitCode.TRY_AGAIN: "try again: the store is busy, unreachable or locked by another process",
    ExitCode.NOT_ALLOWED: "not allowed: your role does not permit it",
    ExitCode.INTERRUPTED: "interrupted by Ctrl-C",
}


class ConvoError(Exception):
    """Anything convo refuses; `message` is one sentence, `hint` is what to do next, `code` is stable for scripts."""

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, hint: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def as_json(self) -> dict[str, object]:
        """The error as the JSON object that `--json` prints on stderr."""
        shown: dict[str, object] = {"error": self.code, "message": self.message}
        if self.hint:
            shown["hint"] = self.hint
        return shown | self.details


class NotFound(ConvoError):
    """A name or number that the store does not hold."""

    code = "not_found"


class Conflict(ConvoError):
    """What was asked contradicts what is there: a name already taken, a customer already merged."""

    code = "conflict"


class Overtaken(Conflict):
    """Somebody wrote in the thread since the writer looked; `details["messages"]` are the ids of what came."""

    code = "overtaken"


class BadInput(ConvoError):
    """A file, a value or a setting that cannot be used as it is."""

    code = "bad_input"


class StoreError(ConvoError):
    """The store is damaged, too new, or not a convo store."""

    code = "store"


class UsageError(ConvoError):
    """The command line is not understood."""

    exit_code = ExitCode.USAGE
    code = "usage"


class QueryError(UsageError):
    """A query that does not parse; `column` is 1-based and counts characters, `expected` says what would have done."""

    code = "query"

    def __init__(self, message: str, *, query: str, column: int, expected: str = "") -> None:
        super().__init__(message, hint=expected and f"expected {expected}", column=column, query=query)
        self.query = query
        self.column = column
        self.expected = expected


class Busy(ConvoError):
    """Another process holds what is needed, or the server does not answer; the same call may work in a moment."""

    exit_code = ExitCode.TRY_AGAIN
    code = "try_again"


class NotAllowed(ConvoError):
    """The acting operator's role does not permit the operation."""

    exit_code = ExitCode.NOT_ALLOWED
    code = "not_allowed"
