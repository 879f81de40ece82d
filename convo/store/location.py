"""Which store a path or URL names."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from convo.errors import BadInput

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SECRET = re.compile(r"((?:^|&)(?:ssl)?pass(?:word|file)?=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Location:
    """A store's place: `path` for a file (SQLite), `url` for a server (PostgreSQL); exactly one of them is set."""

    path: Path | None = None
    url: str = ""

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return "sqlite" if self.path is not None else "postgresql"

    def __str__(self) -> str:
        """The place as a person may read it: a URL without its password."""
        if self.path is not None:
            return str(self.path)
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        if ":" in user:
            user = user.split(":", 1)[0] + ":…"
        return urlunsplit(parts._replace(netloc=user + at + host, query=_SECRET.sub(r"\1…", parts.query)))


def locate(target: str | Path) -> Location:
    """The store that `target` names: a path, `sqlite:///PATH` or `postgresql://…`; raises BadInput for others."""
    if isinstance(target, Path):
        return _file(str(target))
    match = _SCHEME.match(target)
    if match is None:
        return _file(target)
    scheme = match.group(1).lower()
    rest = target[match.end() :]
    if scheme == "sqlite":
        path = rest.removeprefix("/")
        if not path or path == ":memory:":
            raise BadInput("a store in memory would forget everything", hint="give a file: sqlite:///shop.convo")
        return _file(path)
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        return _server(rest)
    raise BadInput(
        f"a store cannot be at a {scheme}:// URL",
        hint="use a file's path, sqlite:///PATH or postgresql://USER@HOST/DATABASE",
    )


def _file(path: str) -> Location:
    if not path.strip():
        raise BadInput("the store's name is empty", hint="give a file's path or a postgresql:// URL")
    if "\0" in path:
        raise BadInput("a file's name cannot hold a NUL character", hint="give a file's path or a postgresql:// URL")
    try:
        return Location(path=Path(path).expanduser().absolute())
    except RuntimeError as error:
        raise BadInput(f"{path} names a home folder that is not there", hint="write the path in full") from error


def _server(rest: str) -> Location:
    url = "postgresql://" + rest
    try:
        parts = urlsplit(url)
        whole = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        whole = False
    if not whole or any(ord(character) <= 32 for character in url):
        raise BadInput(
            "the store's postgresql:// URL is not a URL", hint="such as postgresql://desk:secret@db.example:5432/convo"
        )
    return Location(url=url)
