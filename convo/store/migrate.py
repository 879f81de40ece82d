"""Brings a store to this version: makes a new one, upgrades an older one after a copy, refuses a newer one."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from convo.errors import StoreError
from convo.store.engine import connect
from convo.store.location import Location

SCHEMA_VERSION = "0001"


def stored_version(connection: Connection) -> str | None:
    """The store's version, None where there is none (a new store, or a stranger's database)."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(location: Location) -> None:
    """Run the migrations that are missing, all in one transaction, with foreign keys checked at its end."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(folder / "versions").replace("%", "%%"))
    engine = connect(location, foreign_keys=False)
    try:
        with engine.connect().execution_options(convo_write=True) as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if location.path is not None:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise StoreError(
                        f"the upgrade of {location} was taken back: {len(broken)} rows point at nothing",
                        hint="convo store check tells which",
                    )
    finally:
        engine.dispose()
