"""Asks a person on a terminal for values, secrets without showing them; never asks where nobody can answer."""

import sys

from convo.channels.settings import Secret
from convo.errors import UsageError

from . import notices

_LONGEST = 100_000


def can_ask() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty()


def ask_value(question: str, default: str = "") -> str:
    """What a person types, or the default for an empty line; raises UsageError at the end of input."""
    told = f"{question} [{default}] " if default else f"{question} "
    answer = notices.ask(told)
    if not answer:
        raise UsageError("nobody answered", hint="give it with --set NAME=VALUE")
    return answer.strip() or default


def ask_secret(question: str) -> Secret:
    """What a person types unseen; empty for nothing; raises UsageError at the end of input."""
    try:
        return Secret(notices.ask_unseen(question).strip())
    except EOFError:
        raise UsageError("nobody answered", hint="give it with --secret-from NAME=FILE") from None


def piped_secret() -> Secret:
    """The first line on standard input; raises UsageError when there is none."""
    data = sys.stdin.buffer.read(_LONGEST + 1)
    return secret_of(data, "standard input")


def secret_of(data: bytes, place: str) -> Secret:
    """The secret that a file holds, without the end of its line; raises UsageError when it holds none, or no text."""
    try:
        value = data.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(f"{place} holds no UTF-8 text") from None
    if not value or len(data) > _LONGEST:
        raise UsageError(f"{place} holds no secret: it is {'empty' if not value else 'too long'}")
    return Secret(value)
