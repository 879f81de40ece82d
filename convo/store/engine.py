"""Opens connections the way DESIGN.md settles it: explicit transactions, one writer at a time, no surprises."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import Pool

from convo.store.location import Location

BUSY_MS = 10_000

_PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
    # Always on, so that an erase finds no older copy of a word in what an update or a merge of the index let go.
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
)

CACHED = 32_000
"""How many thousand bytes of a file's pages a connection keeps in memory."""

# A server that went away without a word is noticed within half a minute, also by who only listens.
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


def create_private(path: Path) -> None:
    """Make an empty file, and its folder, that only the owner can read; raises FileExistsError if it is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def connect(
    location: Location, *, foreign_keys: bool = True, pool: type[Pool] | None = None, cached: int = CACHED
) -> Engine:
    """An engine for the store; on SQLite it begins transactions itself.

    `pool` is the kind that holds connections, each of which keeps `cached` thousand bytes of a file's pages.
    Connections take the execution option `convo_write` for a transaction that writes, and `convo_plain` for none.
    """
    if location.path is None:
        return create_engine(
            make_url(location.url).set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            poolclass=pool,
            connect_args={"connect_timeout": 10, "application_name": "convo", **_KEEPALIVES},
        )
    url = URL.create("sqlite", database=str(location.path))
    engine = create_engine(url, poolclass=pool, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000})
    pragmas = [*_PRAGMAS, f"PRAGMA cache_size = -{cached}", f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}"]

    @event.listens_for(engine, "connect")
    def _set_up(driver_connection: Any, _record: Any) -> None:
        cursor = driver_connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("convo_plain", False):
            return
        writes = options.get("convo_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
