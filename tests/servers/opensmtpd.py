"""A real OpenSMTPD on loopback: mail for example.org goes to an LMTP server, all other mail to a far end."""

import contextlib
import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.process import Process, free_port, port_greets

DOMAIN = "example.org"
_SETTINGS = """
table people {{ "@{domain}" = nobody }}
listen on 127.0.0.1 port {port} hostname mx.{domain}
action "deliver" lmtp "127.0.0.1:{lmtp_port}" rcpt-to virtual <people>
action "relay" relay host "smtp://127.0.0.1:{relay_port}"
match from any for domain "{domain}" action "deliver"
match from any for any action "relay"
"""
# Its queue and its socket are where it was compiled to have them, so it sees folders of its own there.
_APART = ("unshare", "--mount", "--propagation", "private", "sh", "-c")
_EMPTY_FOLDERS = "mount -t tmpfs -o mode=755 none /var/spool && mount -t tmpfs -o mode=755 none /run"


class OpenSMTPD:
    """A running OpenSMTPD, with a queue of its own that is gone when it stops."""

    def __init__(self, lmtp_port: int, relay_port: int) -> None:
        self.port = free_port()
        self._process = Process("smtpd")
        settings = self._process.folder / "smtpd.conf"
        settings.write_text(_SETTINGS.format(domain=DOMAIN, port=self.port, lmtp_port=lmtp_port, relay_port=relay_port))
        self._process.command = (*_APART, f'{_EMPTY_FOLDERS} && exec smtpd -d -f "$0"', settings)

    def start(self) -> None:
        """Listen, on the same port as ever, with an empty queue; raises ServerFailed."""
        self._process.start(lambda: port_greets(self.port))

    def stop(self) -> None:
        """Listen no more, and forget what is still in the queue."""
        self._process.stop()

    def close(self) -> None:
        """Stop for good."""
        self._process.close()

    def log(self) -> str:
        """What it has logged: each delivery and relay with its result."""
        return self._process.log()


def missing() -> str:
    """Why OpenSMTPD cannot run here, or nothing."""
    if shutil.which("smtpd") is None:
        return "OpenSMTPD is not installed (Debian: opensmtpd)"
    if os.geteuid() != 0:
        return "OpenSMTPD has to be started by root"
    if not _can_be_apart():
        return "OpenSMTPD needs folders of its own, and mounting is not allowed here"
    return ""


@contextmanager
def opensmtpd(lmtp_port: int, relay_port: int) -> Iterator[OpenSMTPD]:
    """An OpenSMTPD that runs while it is needed."""
    with contextlib.closing(OpenSMTPD(lmtp_port, relay_port)) as server:
        server.start()
        yield server


@functools.cache
def _can_be_apart() -> bool:
    return subprocess.run([*_APART, _EMPTY_FOLDERS], check=False, capture_output=True).returncode == 0
