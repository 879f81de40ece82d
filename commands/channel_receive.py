"""`convo channel receive`: takes in a request that a provider pushed, as a web server or a script hands it over."""

import sys
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import typer

from convo.channels.base import Request
from convo.errors import UsageError
from convo.model.transport import PushView

from . import live_names, output
from .command import gives
from .session import session_of

_MOST_BYTES = 10_000_000


def add_to(app: typer.Typer) -> None:
    """Make `receive` one of the verbs of `convo channel`."""
    app.command(cls=gives(PushView))(receive)


def receive(
    context: typer.Context,
    channel: Annotated[
        str, typer.Argument(metavar="CHANNEL", help="The channel's name.", autocompletion=live_names.channels)
    ],
    headers: Annotated[
        list[str] | None, typer.Option("--header", metavar="'NAME: VALUE'", help="A header of the request.")
    ] = None,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="The public URL that was asked, with its query.")
    ] = "",
    method: Annotated[str, typer.Option("--method", metavar="METHOD", help="How it was asked.")] = "POST",
) -> None:
    """Take in a request that a provider pushed.

    The body comes from standard input, byte for byte, as the signature is over its bytes. What the provider wants to
    hear, as when it verifies the URL by a GET, is printed and nothing else.
    """
    session = session_of(context)
    has_body = method.upper() != "GET"
    if has_body and sys.stdin.isatty():
        raise UsageError(
            "what the provider pushed comes on standard input", hint=f"convo channel receive {channel} < payload"
        )
    body = sys.stdin.buffer.read(_MOST_BYTES + 1) if has_body else b""
    if len(body) > _MOST_BYTES:
        raise UsageError(f"standard input holds more than {_MOST_BYTES // 1_000_000} MB")
    request = Request(method.upper(), url, headers_of(headers or ()), query_of(url), body)
    with session.desk() as desk:
        pushed = desk.channels.receive(channel, request)
    if pushed.answer and not session.json:
        output.text(pushed.answer + "\n")
    else:
        output.done(session, pushed, told(pushed))


def headers_of(lines: Iterable[str]) -> dict[str, str]:
    """Headers by lower-case name; raises UsageError for a line without a colon."""
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"{line[:60]!r} is no header", hint="such as 'X-Hub-Signature-256: sha256=…'")
        found[name.strip().lower()] = value.strip()
    return found


def query_of(url: str) -> dict[str, str]:
    """The names and values in a URL's query; raises UsageError for what is no URL."""
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        raise UsageError(f"{url[:60]!r} is no URL") from None


def told(pushed: PushView) -> str:
    """What came of a request, in one sentence."""
    parts = [f"{pushed.stored} stored", f"{pushed.skipped} skipped", f"{pushed.quarantined} quarantined"]
    reports = f", {pushed.reports} reports on what was sent" if pushed.reports else ""
    why = f" ({'; '.join(pushed.reasons)})" if pushed.reasons else ""
    return f"{pushed.channel}: {', '.join(parts)}{why}{reports}"
