"""A language model's endpoint on this machine that answers as a test wants: well, slowly, badly or not at all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Endpoint:
    """What it answers (`status`, `headers`, `body`, after `wait` is set) and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = completion("Dear Ana, it left on Tuesday.")
        self.wait: threading.Event | None = None
        self.drips = False
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/v1"


def completion(text: object) -> bytes:
    """The body of an answer with this text."""
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """A server that runs while it is needed."""
    state = Endpoint()
    over = threading.Event()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers.get("Authorization"))
            if state.wait is not None:
                state.wait.wait(30)
            try:
                self.send_response(state.status)
                for name, value in state.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(state.body)))
                self.end_headers()
                if state.drips:
                    for place in range(len(state.body)):
                        self.wfile.write(state.body[place : place + 1])
                        self.wfile.flush()
                        if over.wait(0.05):
                            return
                else:
                    self.wfile.write(state.body)
            except OSError:
                pass  # Whoever asked has gone, as they should.

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    state.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield state
    finally:
        over.set()
        if state.wait is not None:
            state.wait.set()
        server.shutdown()
        server.server_close()
        serving.join()
