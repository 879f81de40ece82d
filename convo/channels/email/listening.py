"""Waits for an IMAP server to say something (IDLE), in plain and over TLS, and takes nothing of what it says."""

import imaplib
import io
import select
import ssl
import time
from typing import cast

import imap_tools


def listen(box: imap_tools.BaseMailBox, seconds: float) -> bool:
    """Let the server tell when something changes in the chosen folder; whether it did so in time.

    Raises imaplib.IMAP4.abort and OSError when the connection ends. A line may come in pieces and several may come at
    once, also together with the answer to IDLE, where no look at the socket sees them: so the first byte is enough,
    and the rest is read with the answer to DONE.
    """
    box.idle.start()  # type: ignore[no-untyped-call]
    told = _says_something(box.client, time.monotonic() + seconds)
    box.idle.stop()  # type: ignore[no-untyped-call]
    return told


def _says_something(client: imaplib.IMAP4, until: float) -> bool:
    poll = select.poll()
    poll.register(client.sock, select.POLLIN)
    while not _first_bytes(client):
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return False
        if _first_bytes(client) == b"":
            raise imaplib.IMAP4.abort("the server hung up")
    return True


def _first_bytes(client: imaplib.IMAP4) -> bytes | None:
    """What is there and not yet read; empty when nothing is or the server hung up, None when TLS alone has spoken."""
    timeout = client.sock.gettimeout()
    client.sock.settimeout(0)
    try:
        return cast("io.BufferedReader", client.file).peek(1)
    except ssl.SSLWantReadError:
        return None
    finally:
        client.sock.settimeout(timeout)
