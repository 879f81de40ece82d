"""An HTTP/1.1 server on loopback in threads, for APIs that tests play: calls come in parsed, answers go out as JSON."""

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    media_type: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `fields` are its query, form, multipart and JSON fields together, `headers` in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, Any]
    uploads: Mapping[str, Upload]
    raw: bytes

    @property
    def bearer(self) -> str:
        """The token of its Authorization header, or nothing."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `body` as JSON, or as it is when it is bytes."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpThread:
    """A running server that asks `answer` for each call; None hangs up without a word. Threads answer side by side."""

    def __init__(self, answer: Callable[[Call], Answer | None]) -> None:
        self._answer = answer
        self.port = 0
        self._lines: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the same port as ever."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                outer._lines.add(self.request)
                super().setup()

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()
                outer._lines.discard(self.request)

            def handle_any(self) -> None:
                answer = outer._answer(_parsed(self))
                if answer is None:
                    self.close_connection = True
                    return
                raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in ({"Content-Type": "application/json"} | dict(answer.headers)).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                with contextlib.suppress(OSError):  # whoever asked may have gone
                    self.end_headers()
                    self.wfile.write(raw)

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    super().handle()

            def log_message(self, *_: object) -> None:
                """Nothing."""

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 100

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Hang up on everyone and listen no more."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _parsed(handler: BaseHTTPRequestHandler) -> Call:
    raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    parts = urlsplit(handler.path)
    fields: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    uploads: dict[str, Upload] = {}
    kind = handler.headers.get_content_type()
    if kind == "application/json" and raw:
        fields |= json.loads(raw)
    elif kind == "application/x-www-form-urlencoded":
        fields |= parse_qsl(raw.decode(), keep_blank_values=True)
    elif kind == "multipart/form-data":
        _read_multipart(raw, handler.headers.get_boundary() or "", fields, uploads)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return Call(handler.command, unquote(parts.path), headers, fields, uploads, raw)


def _read_multipart(raw: bytes, boundary: str, fields: dict[str, Any], uploads: dict[str, Upload]) -> None:
    for part in (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        said = head.decode()
        name = re.search(r'[; ]name="([^"]*)"', said)
        file = re.search(r'filename="([^"]*)"', said)
        if name is None:
            continue
        if file is None:
            fields[name[1]] = content.decode()
        else:
            media_type = re.search(r"(?im)^content-type: *(\S+)", said)
            uploads[name[1]] = Upload(file[1], media_type[1] if media_type else "application/octet-stream", content)
