"""Puts one store in the place of another, at once for everybody who has that one open."""

import sqlite3
from contextlib import closing

from convo.store.copy import copy_store, refuse_full
from convo.store.store import Store


def replace_store(source: Store, target: Store, *, force: bool) -> None:
    """Make `target` hold what `source`, a file store, holds; both are open and of this version.

    Raises Conflict when the target holds anything and `force` is not set. The target changes in one transaction, which
    other processes see at their next read; a crash leaves it as it was or as it will be.
    """
    path = source.location.path
    if path is None or not target.is_sqlite:
        copy_store(source, target, replace=force)
        return
    with target.maintain() as connection:
        if not force:
            refuse_full(target, connection)
        wanted = list(source.blobs.names())
        for sha256 in wanted:
            target.blobs.put(source.blobs.get(sha256))
        driver = connection.connection.driver_connection
        with closing(sqlite3.connect(path)) as pages:
            pages.backup(driver)  # type: ignore[arg-type]  # a file store's driver is sqlite3
        for sha256 in set(target.blobs.names()).difference(wanted):
            target.blobs.drop(sha256)
