"""The MIME structure of a mail as a flat list of leaves with their exact bytes, found in one pass without recursion."""

import re
from dataclasses import dataclass

from convo.mail.headers import Headers, Overgrown, read_headers
from convo.mail.parameters import Parameters, parse_parameters

MAX_DEPTH = 100
MAX_PARTS = 1_000
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_MAX_BOUNDARY_LINE = 1_024


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that is no multipart: `raw[start:end]` is its body, still in its transfer encoding.

    `alternative` numbers the innermost multipart/alternative around it, 0 when there is none; `container` is the
    subtype of the multipart that holds it, empty for a mail that is one part.
    """

    headers: Headers
    content: Parameters
    start: int
    end: int
    alternative: int = 0
    container: str = ""

    @property
    def media_type(self) -> str:
        """The media type in lower case; text/plain where none is given, octet-stream for an impossible one."""
        kind, _, subtype = self.content.value.partition("/")
        if not kind.strip() or not subtype.strip():
            return "message/rfc822" if self.container == "digest" else "text/plain"
        written = f"{kind.strip()}/{subtype.split()[0]}"
        return written if _MEDIA_TYPE.fullmatch(written) else "application/octet-stream"


@dataclass(slots=True)
class _Frame:
    boundary: bytes
    subtype: str
    alternative: int
    headers: Headers
    start: int
    parts: int = 0


def find_leaves(raw: bytes, headers: Headers, body: int) -> list[Leaf]:
    """The leaves of the mail whose header is `headers` and whose body starts at `body`, in their order.

    A boundary line closes whatever is open below it, so that truncated inner parts do no harm. What is nested deeper
    than MAX_DEPTH stays one leaf. A multipart without any part becomes plain text. Raises Overgrown for more than
    MAX_PARTS leaves. message/rfc822 is a leaf: its bytes are kept as they are.
    """
    return _Walk(raw).run(headers, body)


class _Walk:
    """One pass over the lines that begin with two hyphens, with a stack of the multiparts that are open."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.leaves: list[Leaf] = []
        self.frames: list[_Frame] = []
        self.open: dict[bytes, int] = {}
        self.alternatives = 0
        self.leaf: tuple[Headers, Parameters, int] | None = None

    def run(self, headers: Headers, body: int) -> list[Leaf]:
        raw = self.raw
        self.begin(headers, body)
        at = body
        # The search begins one byte back: a boundary may follow a header block at once.
        while self.frames and (start := raw.find(b"\n--", max(at - 1, 0)) + 1):
            stop = raw.find(b"\n", start, start + _MAX_BOUNDARY_LINE)
            at = stop + 1 if stop >= 0 else min(start + _MAX_BOUNDARY_LINE, len(raw))
            line = raw[start + 2 : at].rstrip(b" \t\r\n")
            level = self.open.get(line)
            closing = False
            if level is None and line.endswith(b"--"):
                level = self.open.get(line[:-2])
                closing = True
            if level is None:
                continue
            self.end(start, level + 1)
            if not closing:
                frame = self.frames[level]
                frame.parts += 1
                part, at = read_headers(raw, at, len(raw))
                self.begin(part, at)
        self.end(len(raw), 0)
        return self.leaves

    def begin(self, headers: Headers, body: int) -> None:
        """Open the part whose header was read: a frame for a multipart, else a leaf."""
        content = parse_parameters(headers.first("content-type"))
        boundary = content.raw.get("boundary", "").rstrip().encode("latin-1")
        multipart = content.value.startswith("multipart/")
        if multipart and boundary and boundary not in self.open and len(self.frames) < MAX_DEPTH:
            subtype = content.value.removeprefix("multipart/").strip()
            around = self.frames[-1].alternative if self.frames else 0
            if subtype == "alternative":
                self.alternatives += 1
                around = self.alternatives
            self.open[boundary] = len(self.frames)
            self.frames.append(_Frame(boundary, subtype, around, headers, body))
        else:
            self.leaf = (headers, Parameters() if multipart and len(self.frames) < MAX_DEPTH else content, body)

    def end(self, at: int, level: int) -> None:
        """Close the open leaf at the line that starts at `at`, and the frames from `level` on."""
        if at < len(self.raw):
            at -= 1
            if at > 0 and self.raw[at - 1] == 13:
                at -= 1
        if self.leaf is not None:
            headers, content, start = self.leaf
            self.keep(headers, content, start, at, self.frames[-1] if self.frames else None)
            self.leaf = None
        while len(self.frames) > level:
            frame = self.frames.pop()
            del self.open[frame.boundary]
            if not frame.parts:
                self.keep(frame.headers, Parameters(), frame.start, at, self.frames[-1] if self.frames else None)

    def keep(self, headers: Headers, content: Parameters, start: int, end: int, frame: _Frame | None) -> None:
        if len(self.leaves) >= MAX_PARTS:
            raise Overgrown(f"it has more than {MAX_PARTS:,} parts")
        alternative, container = (frame.alternative, frame.subtype) if frame else (0, "")
        self.leaves.append(Leaf(headers, content, start, max(start, end), alternative, container))
