"""Brings a store's tables to this version: runs the migrations that are missing, whole or not at all."""

import zlib
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from convo.errors import StoreError
from convo.store.engine import connect
from convo.store.explain import explain
from convo.store.location import Location

SCHEMA_VERSION = "0005"
MIGRATIONS = Path(__file__).with_name("migrations")

_OURS = {"customer", "thread", "message", "ledger"}


def stored_version(connection: Connection) -> str | None:
    """The store's version, None where there is none (a new store, or a stranger's database)."""
    names = set(inspect(connection).get_table_names())
    if "alembic_version" not in names or not names >= _OURS:
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(location: Location, *, told_as: Location | None = None) -> None:
    """Run the migrations that are missing, all in one transaction, with foreign keys checked at its end.

    Where another process is at it, wait for that one and find nothing left to do. Errors name `told_as` instead, where
    the file at work is only a draft of that one.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(MIGRATIONS / "versions").replace("%", "%%"))
    engine = connect(location, foreign_keys=False)
    try:
        with engine.connect().execution_options(convo_write=True) as connection, connection.begin():
            if location.path is None:
                connection.execute(select(func.pg_advisory_xact_lock(zlib.crc32(b"upgrade"))))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if location.path is not None:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise StoreError(
                        f"the upgrade of {location} was taken back: {len(broken)} rows point at nothing",
                        hint="convo store check tells which",
                    )
    except DBAPIError as error:
        raise explain(told_as or location, error) from error
    finally:
        engine.dispose()
