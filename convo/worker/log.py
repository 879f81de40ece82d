"""The worker's log: one JSON object a line, that tells what happened to which thing, and never what was said.

What came in and what answers it bear the same `trail`, so that a message can be followed from its envelope to its
delivery. No text, address, name of a person or secret stands in any line.
"""

import hashlib
import json
import sys
from datetime import UTC
from typing import TextIO

from convo import clock


def trail(channel: int, external_id: str | None, *, thread: int | None = None) -> str:
    """What links an envelope of a channel (its id) with what answers it; by its thread where it has no id."""
    if external_id is None:
        return f"thread-{thread}"
    return hashlib.sha256(f"{channel}:{external_id}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Log:
    """Writes lines to a stream; quiet without one."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def tell(self, event: str, **facts: object) -> None:
        """Write one line: when, what, and the facts that are not None."""
        if self._stream is None:
            return
        line = {"at": clock.now().astimezone(UTC).isoformat(timespec="milliseconds"), "event": event}
        told = {name: value for name, value in facts.items() if value is not None}
        self._stream.write(json.dumps(line | told, ensure_ascii=True, default=str) + "\n")
        self._stream.flush()


def to_stderr() -> Log:
    """A log on standard error."""
    return Log(sys.stderr)
