"""Private files for drafts that the store cannot take: one for each store and thread, until it can again."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import uuid4

import platformdirs

_LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class SpareDraft:
    """A draft in a file; `base` is what the store held when it was last seen, which this was written in place of."""

    thread: int
    note: bool
    channel: str
    body: str
    base: str


class SpareDrafts:
    """The files of one operator on one store, which only their user can read; safe to use from several threads.

    A file is written beside its place and then put there, so that a crash leaves the old one or the new one.
    """

    def __init__(self, store: str, operator: str, *, folder: Path | None = None) -> None:
        state = Path(platformdirs.user_state_dir("convo", appauthor=False))
        self._folder = (folder or state) / "drafts"
        # The place of a store may hold a password: only its digest is written down.
        self._prefix = sha256(f"{store}\0{operator}".encode(errors="surrogatepass")).hexdigest()[:32]
        self._lock = Lock()

    def write(self, draft: SpareDraft) -> bool:
        """Keep a draft in place of what was kept of it; whether there was room for it."""
        with self._lock:
            others = [one for one in self._read(draft.thread) if one.note != draft.note]
            return self._put(draft.thread, [*others, draft])

    def drop(self, thread: int, note: bool) -> None:
        """Forget a draft, if one is kept."""
        with self._lock:
            held = self._read(thread)
            rest = [one for one in held if one.note != note]
            if len(rest) != len(held):
                self._put(thread, rest)

    def held(self, thread: int) -> tuple[SpareDraft, ...]:
        """What is kept for a thread."""
        with self._lock:
            return tuple(self._read(thread))

    def all(self) -> tuple[SpareDraft, ...]:
        """Everything that is kept for this operator and store."""
        try:
            names = sorted(path.stem for path in self._folder.glob(f"{self._prefix}-*.json"))
        except OSError:
            return ()
        threads = [name.rpartition("-")[2] for name in names]
        return tuple(draft for thread in threads if thread.isdecimal() for draft in self.held(int(thread)))

    def _path(self, thread: int) -> Path:
        return self._folder / f"{self._prefix}-{thread}.json"

    def _read(self, thread: int) -> list[SpareDraft]:
        try:
            path = self._path(thread)
            if path.stat().st_size > _LARGEST:
                return []
            told = json.loads(path.read_bytes())
            return [_draft(thread, one) for one in told["drafts"]]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return []

    def _put(self, thread: int, drafts: list[SpareDraft]) -> bool:
        path = self._path(thread)
        try:
            if not drafts:
                path.unlink(missing_ok=True)
                return True
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_name(f"{uuid4().hex}.part")
            number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(json.dumps({"drafts": [asdict(draft) for draft in drafts]}).encode())
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(path)
            except OSError:
                with suppress(OSError):
                    beside.unlink()
                raise
        except OSError:
            return False
        return True


def _draft(thread: int, told: dict[str, object]) -> SpareDraft:
    """A draft as a file tells it; raises TypeError or KeyError for what is none."""
    words = [told[name] for name in ("channel", "body", "base")]
    if not all(isinstance(word, str) for word in words) or not isinstance(told["note"], bool):
        raise TypeError("not a draft")
    channel, body, base = map(str, words)
    return SpareDraft(thread, told["note"], channel, body, base)
