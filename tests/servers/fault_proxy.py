"""A bad line on purpose: a TCP proxy before any server, which delays, cuts, garbles, stalls or refuses when told to."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.servers.loop_thread import LoopThread

_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the line; bytes are counted per connection, from the server to the client alone."""

    delay: float = 0.0
    """Seconds that every chunk waits, both ways."""
    cut_after: int | None = None
    """Hang up on both sides once so many bytes have gone to the client."""
    garble_after: int | None = None
    """From this byte on turn every bit that reaches the client."""
    stall_after: int | None = None
    """From this byte on let nothing reach the client, and keep the line open."""
    cut_upward_after: int | None = None
    """Hang up once so many bytes have gone to the server, which gets exactly those."""
    refuse: bool = False
    """Reset whoever calls, before the server hears of it."""


class FaultProxy:
    """A running proxy on `port`; it is transparent until told otherwise."""

    def __init__(self, target_port: int) -> None:
        self.faults = Faults()
        self.connections = 0
        self.heard = b""
        """All that clients said, one after another."""
        self.port = 0
        self._target_port = target_port
        self._lines: set[asyncio.StreamWriter] = set()
        self._thread = LoopThread("fault proxy")
        self._server = self._thread.run(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]

    def set(self, **faults: float | bool | None) -> None:
        """Add to what is wrong, also for lines that are open: `set(delay=0.2)`, `set(cut_after=100)`."""
        self.faults = replace(self.faults, **faults)  # type: ignore[arg-type]

    def heal(self) -> None:
        """Let everything through again."""
        self.faults = Faults()

    def cut_all(self) -> None:
        """Reset everyone who is connected now."""
        self._thread.run(self._cut_all())

    def close(self) -> None:
        """Hang up on everyone and end."""
        self._thread.run(self._close())
        self._thread.close()

    async def _cut_all(self) -> None:
        for line in list(self._lines):
            _reset(line)

    async def _close(self) -> None:
        self._server.close()
        await self._cut_all()

    async def _carry(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.faults.refuse:
            _reset(to_client)
            return
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            _reset(to_client)
            return
        self._lines |= {to_client, to_server}
        upward = asyncio.create_task(self._upward(from_client, to_server))
        downward = asyncio.create_task(self._downward(from_server, to_client))
        try:
            await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
            if upward.done() and not upward.result():
                await asyncio.wait({downward}, timeout=5)  # what the server still says to one who said goodbye
        finally:
            for task in (upward, downward):
                task.cancel()
            self._lines -= {to_client, to_server}
            for line in (to_client, to_server):
                line.close()

    async def _upward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Carry the client's bytes; whether the line was cut, rather than closed by the client."""
        gone = 0
        while chunk := await _read(reader):
            await asyncio.sleep(self.faults.delay)
            cut = self.faults.cut_upward_after
            if cut is not None and gone + len(chunk) >= cut:
                await _write(writer, chunk[: max(cut - gone, 0)])
                return True
            gone += len(chunk)
            self.heard += chunk
            await _write(writer, chunk)
        with contextlib.suppress(OSError):
            writer.write_eof()
        return False

    async def _downward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = 0
        while chunk := await _read(reader):
            await asyncio.sleep(self.faults.delay)
            faults = self.faults
            if faults.garble_after is not None:
                clear = max(faults.garble_after - gone, 0)
                chunk = chunk[:clear] + bytes(byte ^ 0xFF for byte in chunk[clear:])
            if faults.stall_after is not None and gone + len(chunk) > faults.stall_after:
                await _write(writer, chunk[: max(faults.stall_after - gone, 0)])
                await asyncio.Event().wait()
            if faults.cut_after is not None and gone + len(chunk) >= faults.cut_after:
                await _write(writer, chunk[: max(faults.cut_after - gone, 0)])
                return
            gone += len(chunk)
            await _write(writer, chunk)


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(_CHUNK)
    except OSError:
        return b""


async def _write(writer: asyncio.StreamWriter, chunk: bytes) -> None:
    with contextlib.suppress(OSError):
        writer.write(chunk)
        await writer.drain()


def _reset(line: asyncio.StreamWriter) -> None:
    """Hang up so that the other side sees a reset, not an end."""
    with contextlib.suppress(OSError):  # it has hung up by itself
        line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.transport.abort()


def missing() -> str:
    """It can run everywhere."""
    return ""


@contextmanager
def fault_proxy(target_port: int) -> Iterator[FaultProxy]:
    """A proxy before a server on loopback, for as long as it is needed."""
    with contextlib.closing(FaultProxy(target_port)) as proxy:
        yield proxy
