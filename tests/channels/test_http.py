"""The HTTP that channels share: bounded in time and memory, sure of what may have gone, and silent about tokens."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from convo import clock
from convo.channels.http import Answer, Http
from convo.channels.trouble import ChannelDown, SendLater, SendUnsure, Trouble
from tests.servers import http_thread
from tests.servers.fault_proxy import FaultProxy, fault_proxy
from tests.servers.http_thread import Call, HttpThread

SECRET = "a-token-in-the-path"

T = TypeVar("T")


@pytest.fixture
def server() -> Iterator[HttpThread]:
    def answer(call: Call) -> http_thread.Answer:
        if call.path.endswith("big"):
            return http_thread.Answer(b"x" * 200_000)
        if call.path.endswith("elsewhere"):
            return http_thread.Answer(b"", 302, {"Location": "file:///etc/passwd"})
        return http_thread.Answer({"came": call.path, **{name: str(value) for name, value in call.fields.items()}})

    made = HttpThread(answer)
    yield made
    made.stop()


@pytest.fixture
def line(server: HttpThread) -> Iterator[FaultProxy]:
    with fault_proxy(server.port) as proxy:
        yield proxy


def using(port: int, use: Callable[[Http], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        http = Http("Far", f"http://127.0.0.1:{port}/{SECRET}")
        try:
            async with asyncio.timeout(20):
                return await use(http)
        finally:
            await http.close()

    return asyncio.run(run())


def trouble(port: int, use: Callable[[Http], Coroutine[Any, Any, Any]]) -> Trouble:
    with pytest.raises(Trouble) as raised:
        using(port, use)
    assert SECRET not in raised.value.reason
    assert raised.value.__cause__ is None
    return raised.value


def test_a_line_that_breaks_while_asking_says_so_and_after_telling_leaves_it_open(line: FaultProxy) -> None:
    for faults in ({"cut_after": 10}, {"garble_after": 0}, {"stall_after": 10}):
        line.set(**faults)
        assert isinstance(trouble(line.port, lambda http: http.ask("GET", "/x", seconds=0.3)), ChannelDown)
        unsure = trouble(line.port, lambda http: http.tell("POST", "/x", body={}, seconds=0.3))
        assert isinstance(unsure, SendUnsure)
        assert unsure.reason in (
            "the connection to Far broke, so it may have gone or not",
            "Far did not answer in time, so it may have gone or not",
        )
        assert isinstance(trouble(line.port, lambda http: http.download("/x", most=99, seconds=0.3)), ChannelDown)
        line.faults = type(line.faults)()


def test_what_was_never_reached_is_told_later(server: HttpThread) -> None:
    server.stop()
    later = trouble(server.port, lambda http: http.tell("POST", "/x", body={}))
    assert isinstance(later, SendLater)
    assert (later.whole_channel, later.reason) == (True, "Far cannot be reached: is this machine online?")


def test_a_server_that_drips_is_left_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convo.channels.http._CONNECT_SECONDS", 0.2)

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"x")
                await asyncio.sleep(0.02)

    async def run() -> None:
        async with await asyncio.start_server(drip, "127.0.0.1", 0) as dripping:
            http = Http("Far", f"http://127.0.0.1:{dripping.sockets[0].getsockname()[1]}")
            async with asyncio.timeout(5):
                with pytest.raises(ChannelDown, match="in time"):
                    await http.ask("GET", "/x", seconds=0.1)
            await http.close()

    asyncio.run(run())


def test_an_answer_that_is_too_large_is_left_and_a_file_is_none(server: HttpThread) -> None:
    assert "far too much" in trouble(server.port, lambda http: http.ask("GET", "/big", most=1000)).reason
    assert using(server.port, lambda http: http.download("/big", most=199_999)) is None
    assert using(server.port, lambda http: http.download("/big", most=200_000)) == b"x" * 200_000


def test_a_redirect_is_not_followed_unless_asked_and_never_to_a_file(server: HttpThread) -> None:
    assert using(server.port, lambda http: http.download("/elsewhere", most=1000)) is None
    down = trouble(server.port, lambda http: http.download("/elsewhere", most=1000, redirects=True))
    assert down.reason == "the address given for Far is none"


def test_what_is_asked_after_closing_or_while_closing_ends(line: FaultProxy) -> None:
    line.set(stall_after=0)

    async def use(http: Http) -> None:
        waiting = asyncio.create_task(http.ask("GET", "/x", seconds=15))
        while not line.connections:
            await asyncio.sleep(0.005)
        await http.close()
        with pytest.raises(ChannelDown):
            await waiting
        await http.ask("GET", "/x")

    assert trouble(line.port, use).reason == "the connection to Far is closed"


@pytest.mark.parametrize("steps", range(0, 12, 2))
def test_closing_ends_also_a_call_that_is_still_connecting(line: FaultProxy, steps: int) -> None:
    line.set(stall_after=0)

    async def use(http: Http) -> None:
        waiting = asyncio.create_task(http.ask("GET", "/x", seconds=15))
        for _ in range(steps):
            await asyncio.sleep(0)
        await http.close()
        async with asyncio.timeout(5):
            await waiting

    assert trouble(line.port, use).reason == "the connection to Far is closed"


def test_no_log_has_the_token(server: HttpThread, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert using(server.port, lambda http: http.ask("POST", "/x", form={"a": "ü"})).object()["a"] == "ü"
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("Tue, 17 Nov 2026 12:00:30 GMT", 30.0),
        ("Tue, 17 Nov 2026 11:00:00 GMT", 0.0),
        ("-5", 0.0),
        ("9e99", 86_400.0),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_however_it_is_said(said: str, seconds: float | None) -> None:
    with clock.fixed(datetime(2026, 11, 17, 12, tzinfo=UTC)):
        assert Answer("Far", 429, {"retry-after": said}, b"").retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b"\xff"])
def test_a_body_that_is_no_json_is_told_or_left(body: bytes) -> None:
    answer = Answer("Far", 200, {}, body)
    with pytest.raises(ChannelDown, match="no JSON"):
        answer.json()
    assert answer.object() == {}
