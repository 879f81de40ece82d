"""A local Slack with Socket Mode and the Web API that a bot needs, for one app in one workspace."""

import contextlib
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.servers.http_thread import Answer, Call, HttpThread
from tests.servers.planned import Planned
from tests.servers.slack_workspace import APP, APP_TOKEN, BOT_TOKEN, Message, Refused, Workspace

MOST_SOCKETS = 10


class SlackSocket:
    """A running Slack: `workspace` is what members do, `calls` and `workspace.sent` are what the bot did.

    An event goes to one open socket, in turn, and is due until it is acknowledged: one that found no socket, or whose
    socket closed first, goes out on the next socket; `redeliver` sends the unacknowledged again, as Slack does after
    three seconds.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, Call]] = []
        self.acknowledged: list[str] = []
        self.opened = 0
        self.workspace = Workspace(self._event_happens)
        self._planned = Planned()
        self._due: dict[str, dict[str, Any]] = {}
        self._attempts: dict[str, int] = {}
        self._sockets: list[ServerConnection] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._server = serve(self._serve_socket, "127.0.0.1", 0)
        self._socket_port = self._server.socket.getsockname()[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._http = HttpThread(self._answer)
        self.workspace.url = self._http.url

    @property
    def url(self) -> str:
        """What stands in for `https://slack.com/api/`."""
        return f"{self._http.url}/api/"

    @property
    def sockets(self) -> int:
        """How many sockets are open."""
        return len(self._sockets)

    @property
    def unacknowledged(self) -> list[str]:
        """The ids of the events that no socket has acknowledged."""
        return list(self._due)

    def refuses(self, method: str, error: str, *, times: int = 1) -> None:
        """Answer the next calls of a method with an error such as `channel_not_found`, and do nothing."""
        self._planned.refuse(method, Answer({"ok": False, "error": error}), times)

    def floods(self, method: str = "chat.postMessage", *, retry_after: int = 3, times: int = 1) -> None:
        """Answer the next calls of a method with 429."""
        headers = {"Retry-After": str(retry_after)}
        self._planned.refuse(method, Answer({"ok": False, "error": "ratelimited"}, 429, headers), times)

    def drops(self, method: str = "chat.postMessage", *, times: int = 1) -> None:
        """Do what the next calls of a method ask, but hang up before saying so."""
        self._planned.drop(method, times)

    def redeliver(self) -> None:
        """Send every unacknowledged event again, with the same event id in a new envelope."""
        for event in list(self._due):
            self._deliver(event)

    def refresh(self) -> None:
        """Ask every socket to connect anew, and close it, as Slack does every few hours."""
        told = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink-tests"}}
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionClosed):
                socket.send(json.dumps(told))
            socket.close()

    def cut_sockets(self) -> None:
        """Lose every socket without a word."""
        for socket in list(self._sockets):
            socket.close_socket()

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Message]:
        """What the bot has sent, once it is so many messages; raises TimeoutError."""
        sent, changed = self.workspace.sent, self.workspace.changed
        with changed:
            if not changed.wait_for(lambda: len(sent) >= count, seconds):
                raise TimeoutError(f"{len(sent)} of {count} messages were sent in {seconds} s")
            return list(sent)

    def wait_for_sockets(self, count: int, seconds: float = 20.0) -> None:
        """Return once so many sockets are open; raises TimeoutError."""
        self._wait(lambda: self.sockets == count, f"{count} sockets", seconds)

    def wait_for_opened(self, count: int, seconds: float = 20.0) -> None:
        """Return once so many sockets have been opened in all, closed or not; raises TimeoutError."""
        self._wait(lambda: self.opened >= count, f"{count} sockets opened", seconds)

    def wait_until_acknowledged(self, count: int, seconds: float = 20.0) -> None:
        """Return once so many events have been acknowledged in all; raises TimeoutError."""
        self._wait(lambda: len(self.acknowledged) >= count, f"{count} acknowledgements", seconds)

    def close(self) -> None:
        """End, and lose everyone."""
        self.cut_sockets()
        self._server.shutdown()
        self._http.stop()

    def _wait(self, holds: Any, what: str, seconds: float) -> None:
        with self.workspace.changed:
            if not self.workspace.changed.wait_for(holds, seconds):
                raise TimeoutError(
                    f"no {what} in {seconds} s; {self.sockets} are open, {self.acknowledged} acknowledged"
                )

    def _answer(self, call: Call) -> Answer | None:
        _, kind, *rest = call.path.split("/")
        if kind == "upload":
            self.workspace.stored[rest[-1]] = call.raw
            return Answer(b"OK", headers={"Content-Type": "text/plain"})
        if kind == "files-pri":
            return self._download(rest[0].partition("-")[2], call)
        method = rest[-1]
        self.calls.append((method, call))
        refusal, dropped = self._planned.next(method)
        if refusal is not None:
            return refusal
        try:
            answer = self._open(call) if method == "apps.connections.open" else self._do(method, call)
        except Refused as refused:
            return Answer({"ok": False, "error": str(refused)})
        return None if dropped else Answer({"ok": True, **answer})

    def _download(self, number: str, call: Call) -> Answer:
        """A file for who has the token; others get a page to sign in, with 200, as Slack gives it."""
        if call.bearer != BOT_TOKEN or number not in self.workspace.stored:
            return Answer(b"<!DOCTYPE html><title>Sign in</title>", headers={"Content-Type": "text/html"})
        described = self.workspace.files[number]
        return Answer(self.workspace.stored[number], headers={"Content-Type": described["mimetype"]})

    def _do(self, method: str, call: Call) -> dict[str, Any]:
        told = dict(call.fields)
        if (call.bearer or told.get("token")) != BOT_TOKEN:
            raise Refused("invalid_auth" if call.bearer or told.get("token") else "not_authed")
        for name in ("files", "metadata", "blocks"):
            if isinstance(told.get(name), str):
                told[name] = json.loads(told[name])
        return self.workspace.do(method, told)

    def _open(self, call: Call) -> dict[str, Any]:
        if call.bearer != APP_TOKEN:
            raise Refused("not_allowed_token_type" if call.bearer == BOT_TOKEN else "invalid_auth")
        if self.sockets >= MOST_SOCKETS:
            raise Refused("too_many_websockets")
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self._socket_port}/link/?ticket={ticket}&app_id={APP}"}

    def _serve_socket(self, socket: ServerConnection) -> None:
        path = socket.request.path if socket.request is not None else ""
        ticket = path.partition("ticket=")[2].partition("&")[0]
        if ticket not in self._tickets:
            return
        self._tickets.remove(ticket)
        about = {"num_connections": self.sockets + 1, "connection_info": {"app_id": APP}}
        socket.send(json.dumps({"type": "hello", "debug_info": {"host": "applink-tests"}, **about}))
        with self.workspace.changed:
            self._sockets.append(socket)
            self.opened += 1
            self.workspace.changed.notify_all()
        try:
            for event in list(self._due):
                self._deliver(event)
            for said in socket:
                self._acknowledge(json.loads(said))
        except ConnectionClosed:
            pass
        finally:
            with self.workspace.changed:
                self._sockets.remove(socket)
                self.workspace.changed.notify_all()

    def _acknowledge(self, said: dict[str, Any]) -> None:
        event = said.get("envelope_id", "").partition("/")[0]
        with self.workspace.changed:
            if self._due.pop(event, None) is not None:
                self.acknowledged.append(event)
                self.workspace.changed.notify_all()

    def _event_happens(self, payload: dict[str, Any]) -> None:
        self._due[payload["event_id"]] = payload
        self._deliver(payload["event_id"])

    def _deliver(self, event: str) -> None:
        with self.workspace.changed:
            payload = self._due.get(event)
            if payload is None or not self._sockets:
                return
            self._sockets.append(self._sockets.pop(0))
            socket = self._sockets[-1]
            attempt = self._attempts.get(event, 0)
            self._attempts[event] = attempt + 1
        told: dict[str, Any] = {"type": "events_api", "envelope_id": f"{event}/{attempt}", "payload": payload}
        told |= {
            "accepts_response_payload": False,
            "retry_attempt": attempt,
            "retry_reason": "timeout" if attempt else "",
        }
        with contextlib.suppress(ConnectionClosed):
            socket.send(json.dumps(told))


def missing() -> str:
    """It can run everywhere."""
    return ""


@contextmanager
def slack_socket() -> Iterator[SlackSocket]:
    """A Slack that runs while it is needed."""
    with contextlib.closing(SlackSocket()) as server:
        yield server
