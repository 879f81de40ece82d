"""A consistent copy of a store file under a new name, private and checked before it counts."""

import os
import sqlite3
from pathlib import Path

from convo.errors import StoreError
from convo.store.blobs import sync_folder
from convo.store.engine import create_private


def copy_file(path: Path, target: Path) -> None:
    """Copy a SQLite file as of one moment, while others may write to it; the copy is readable by its owner only.

    Raises FileExistsError when `target` is there, StoreError when the copy is not sound or the disk is full; nothing
    is left behind then.
    """
    create_private(target)
    try:
        _vacuum_into(path, target)
        verdict = integrity(target)
        if verdict != "ok":
            raise StoreError(
                f"the copy {target} is not sound: {verdict}", hint="convo store check looks at the original"
            )
        with target.open("rb") as file:
            os.fsync(file.fileno())
        sync_folder(target.parent)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{path} could not be copied: {error}", hint="is there room on the disk?") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def integrity(path: Path) -> str:
    """What SQLite's own check says of a file, its first complaint, or `ok`; raises sqlite3.Error when it cannot."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    finally:
        connection.close()


def _vacuum_into(path: Path, target: Path) -> None:
    source = sqlite3.connect(path, isolation_level=None)
    try:
        # Into the empty file that is there already, so that its permissions are never wider than they should be.
        source.execute("VACUUM INTO ?", (str(target),))
    finally:
        source.close()
