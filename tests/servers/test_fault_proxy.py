"""The fault proxy before a real server: transparent at first, and then as bad a line as the test asks for."""

import asyncio
import smtplib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.servers.far_end import FarEnd
from tests.servers.fault_proxy import FaultProxy, fault_proxy
from tests.servers.loop_thread import LoopThread
from tests.servers.process import wait_until

MAIL = b"From: desk@example.org\r\nSubject: Answer\r\n\r\nIt is in stock.\r\n"
SENTENCE = b"two hundred and six bones"


class Echo:
    """A server that says back what it hears, and keeps it."""

    def __init__(self) -> None:
        self.heard = b""
        self._thread = LoopThread("echo")
        self._server = self._thread.run(asyncio.start_server(self._answer, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(4096):
            self.heard += chunk
            writer.write(chunk)
        writer.close()

    def close(self) -> None:
        self._thread.loop.call_soon_threadsafe(self._server.close)
        self._thread.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[FaultProxy]:
    with fault_proxy(echo.port) as made:
        yield made


def call(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def read_all(line: socket.socket) -> bytes:
    whole = b""
    while chunk := line.recv(4096):
        whole += chunk
    return whole


def test_a_mail_goes_through_it_untouched(far_end_server: FarEnd) -> None:
    with (
        fault_proxy(far_end_server.port) as proxy,
        smtplib.SMTP("127.0.0.1", proxy.port, timeout=10) as smtp,
    ):
        smtp.sendmail("desk@example.org", ["ana@example.net"], MAIL)
        assert proxy.connections == 1
    assert far_end_server.received[0].raw == MAIL


def test_it_delays_both_ways(proxy: FaultProxy) -> None:
    proxy.set(delay=0.05)
    with call(proxy) as line:
        started = time.monotonic()
        line.sendall(SENTENCE)
        assert line.recv(100) == SENTENCE
        assert time.monotonic() - started >= 0.1


def test_it_cuts_after_so_many_bytes(proxy: FaultProxy) -> None:
    proxy.set(cut_after=5)
    with call(proxy) as line:
        line.sendall(SENTENCE)
        assert read_all(line) == SENTENCE[:5]


def test_it_cuts_what_the_server_hears(proxy: FaultProxy, echo: Echo) -> None:
    proxy.set(cut_upward_after=5)
    with call(proxy) as line:
        line.sendall(SENTENCE)
        assert read_all(line) in (b"", SENTENCE[:5])
    wait_until(lambda: echo.heard == SENTENCE[:5])


def test_it_garbles_from_a_byte_on_and_heals_while_the_line_is_open(proxy: FaultProxy) -> None:
    proxy.set(garble_after=3)
    with call(proxy) as line:
        line.sendall(SENTENCE)
        assert line.recv(100) == SENTENCE[:3] + bytes(byte ^ 0xFF for byte in SENTENCE[3:])
        proxy.heal()
        line.sendall(SENTENCE)
        assert line.recv(100) == SENTENCE


def test_it_stalls_with_the_line_open(proxy: FaultProxy) -> None:
    proxy.set(stall_after=4)
    with call(proxy) as line:
        line.sendall(SENTENCE)
        assert line.recv(4, socket.MSG_WAITALL) == SENTENCE[:4]
        line.settimeout(0.1)
        with pytest.raises(TimeoutError):
            line.recv(1)


def test_it_refuses_and_cuts_everyone_off(proxy: FaultProxy) -> None:
    with call(proxy) as line:
        line.sendall(SENTENCE)
        assert line.recv(100) == SENTENCE
        proxy.cut_all()
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    proxy.set(refuse=True)
    with pytest.raises(ConnectionResetError), call(proxy) as line:
        line.recv(1)


def test_a_server_that_is_away_is_a_line_that_breaks() -> None:
    server = Echo()
    server.close()
    with fault_proxy(server.port) as proxy, pytest.raises(ConnectionResetError), call(proxy) as line:
        line.recv(1)
