"""The socket on which Slack tells what happens: slack-sdk's client in its threads, heard and answered from the loop."""

import asyncio
import logging
import queue
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.web import WebClient

from convo.channels.trouble import ChannelDown
from convo.text.json_fields import Fields

_PING = 5.0
_BUFFER = 65_536
"""Bytes read at once: slack-sdk calls itself once for each such piece of a message."""
_CONNECT_SECONDS = 20.0
_FAREWELL_SECONDS = 1.0

# slack-sdk tells what it receives and the tickets of its sockets.
_SILENT = logging.getLogger("convo.channels.slack.socket.sdk")
_SILENT.addFilter(lambda record: False)


class Socket:
    """A connection that Slack may replace at any time; `heard` gets each envelope in the loop, in order.

    `changed` is called there when the connection came or went. `opened` counts the connections there were.
    """

    def __init__(
        self, url: Callable[[], Awaitable[str]], heard: Callable[[Fields], None], changed: Callable[[], None]
    ) -> None:
        self.opened = 0
        self._url = url
        self._heard = heard
        self._changed = changed
        self._client: _Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._answering: threading.Thread | None = None

    @property
    def connected(self) -> bool:
        """Whether it is open, or just being replaced, as far as is known."""
        client = self._client
        return client is not None and (client.is_connected() or client.connect_operation_lock.locked())

    async def connect(self) -> None:
        """Open it when it is not; raises ChannelDown, ChannelRefused."""
        if self.connected:
            return
        self._drop()
        self._loop = asyncio.get_running_loop()
        url = await self._url()
        client = self._client = _Client(self._url_from_thread)
        client.wss_uri = url
        client.message_listeners.append(self._message)
        client.on_error_listeners.append(lambda error: self._tell(self._changed))
        client.on_close_listeners.append(lambda code, reason: self._tell(self._changed))
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await asyncio.to_thread(client.connect)
        except TimeoutError:
            raise ChannelDown("Slack's socket did not open in time") from None
        if not client.is_connected():
            raise ChannelDown("Slack's socket cannot be opened")
        self._answers = queue.SimpleQueue()
        self._answering = threading.Thread(
            target=_answer, args=(client, self._answers), name="slack-answers", daemon=True
        )
        self._answering.start()

    def acknowledge(self, envelope: str) -> None:
        """Tell Slack that an envelope need not come again; lost when the connection is."""
        self._answers.put(envelope)

    def close(self) -> None:
        """Let go of it; its threads end by themselves."""
        self._drop()

    def _drop(self) -> None:
        self._answers.put(None)
        client, self._client = self._client, None
        if client is not None:
            client.ended = True
            # It waits for its threads, of which one waits for a byte of Slack's.
            threading.Thread(target=_end, args=(client, self._answering), name="slack-close", daemon=True).start()

    def _url_from_thread(self) -> str:
        loop = self._loop
        if loop is None or self._client is None:
            raise ChannelDown("the socket is closed")
        return asyncio.run_coroutine_threadsafe(self._ask_url(), loop).result(_CONNECT_SECONDS)

    async def _ask_url(self) -> str:
        return await self._url()

    def _message(self, client: Any, message: Fields, raw: str | None) -> None:
        if client is self._client:
            self._tell(self._take, message)

    def _take(self, message: Fields) -> None:
        if message.get("type") == "hello":
            self.opened += 1
            self._changed()
        elif isinstance(message.get("envelope_id"), str):
            self._heard(message)

    def _tell(self, call: Callable[..., None], *args: Any) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(call, *args)


class _Client(SocketModeClient):
    """slack-sdk's client, whose first connection is made by us, and which asks us for the address of later ones."""

    def __init__(self, url: Callable[[], str]) -> None:
        super().__init__(
            "",
            logger=_SILENT,
            web_client=WebClient(logger=_SILENT),
            auto_reconnect_enabled=False,
            ping_interval=_PING,
            receive_buffer_size=_BUFFER,
            concurrency=1,  # more would hear envelopes in any order
        )
        self._new_url = url
        self.ended = False

    def issue_new_wss_url(self) -> str:
        """The address of the next connection."""
        return self._new_url()

    def connect(self) -> None:
        """Connect, in place of the connection there was."""
        super().connect()
        session = self.current_session
        if session is not None and self.ended:
            session.close()  # it was let go of meanwhile, and Slack would go on telling it a part of everything
        elif session is not None and session.sock is not None:
            session.sock = _Ending(session.sock)  # type: ignore[assignment]  # it is all of a socket that is used


class _Ending:
    """A socket that says when its other end is gone: slack-sdk asks again and again for what never comes."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def recv(self, size: int) -> bytes:
        """Bytes; raises ConnectionResetError at the end."""
        data: bytes = self._sock.recv(size)
        if not data:
            raise ConnectionResetError("the other end is gone")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def _answer(client: SocketModeClient, answers: "queue.SimpleQueue[str | None]") -> None:
    """Acknowledge one envelope after the other until None comes."""
    while (envelope := answers.get()) is not None:
        with suppress(Exception):  # it is not acknowledged then, comes again, and is known
            client.send_socket_mode_response({"envelope_id": envelope})


def _end(client: SocketModeClient, answering: threading.Thread | None) -> None:
    """Close a client once its last acknowledgements are said, or a moment later."""
    if answering is not None:
        answering.join(_FAREWELL_SECONDS)
    client.close()
