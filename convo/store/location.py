"""Which store a path or URL names."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from convo.errors import BadInput

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Location:
    """A store's place: `path` for a file (SQLite), `url` for a server (PostgreSQL); exactly one of them is set."""

    path: Path | None = None
    url: str = ""

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return "sqlite" if self.path is not None else "postgresql"

    @property
    def sqlalchemy_url(self) -> str:
        """The URL that SQLAlchemy opens."""
        if self.path is not None:
            return f"sqlite:///{self.path}"
        return "postgresql+psycopg://" + self.url.split("://", 1)[1]

    def __str__(self) -> str:
        """The place as a person may read it: a URL without its password."""
        if self.path is not None:
            return str(self.path)
        parts = urlsplit(self.url)
        if parts.password is None:
            return self.url
        return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":…@", 1)))


def locate(target: str | Path) -> Location:
    """The store that `target` names: a path, `sqlite:///PATH` or `postgresql://…`; raises BadInput for others."""
    if isinstance(target, Path):
        return Location(path=target.expanduser().absolute())
    match = _SCHEME.match(target)
    if match is None:
        if not target.strip():
            raise BadInput("the store's name is empty", hint="give a file's path or a postgresql:// URL")
        return Location(path=Path(target).expanduser().absolute())
    scheme = match.group(1).lower()
    if scheme == "sqlite":
        path = target.split("://", 1)[1].removeprefix("/")
        if not path or path == ":memory:":
            raise BadInput("a store in memory would forget everything", hint="give a file: sqlite:///shop.convo")
        return Location(path=Path(path).expanduser().absolute())
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        return Location(url="postgresql://" + target.split("://", 1)[1])
    raise BadInput(
        f"a store cannot be at a {scheme}:// URL",
        hint="use a file's path, sqlite:///PATH or postgresql://USER@HOST/DATABASE",
    )
