"""Brings a backup back: into a new store, or with force in the place of one."""

import tempfile
from pathlib import Path

from convo import clock
from convo.errors import StoreError
from convo.model.views import StoreInfo
from convo.store.explain import explain_os
from convo.store.info import store_info
from convo.store.location import Location, locate
from convo.store.opening import open_store
from convo.store.replace import replace_store
from convo.store.store import Store, remove_files
from convo.store.unpack import unpack


def restore(backup: Path, target: str | Path, *, force: bool = False) -> StoreInfo:
    """Make the store at `target` (a path or URL) hold what the backup holds; says what it holds then.

    The backup is checked whole before the target is touched. A store that holds anything is refused with Conflict
    unless `force` is set; what is there then goes, but a file that cannot be opened as a store is kept under another
    name, ending in `.bak`. Raises NotFound, BadInput or StoreError for a backup that cannot be used.
    """
    location = locate(target)
    try:
        parent = None if location.path is None else location.path.parent
        if parent is not None:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".convo-restore-", dir=parent) as folder:
            source = unpack(backup.expanduser().absolute(), Path(folder))
            try:
                return _put(source, location, force=force)
            finally:
                source.close()
    except OSError as error:
        raise explain_os(location, error, "made") from error


def _put(source: Store, location: Location, *, force: bool) -> StoreInfo:
    path = location.path
    new = path is not None and not path.exists()
    try:
        target = _open(location, force=force)
        try:
            replace_store(source, target, force=force)
            return store_info(target)
        finally:
            target.close()
    except BaseException:
        if new and path is not None:
            remove_files(path)
        raise


def _open(location: Location, *, force: bool) -> Store:
    try:
        return open_store(location)
    except StoreError:
        path = location.path
        if not force or path is None or not path.is_file():
            raise
        aside = path.with_name(f"{path.name}.{clock.now():%Y%m%dT%H%M%S%fZ}.bak")
        path.rename(aside)
        for end in ("-wal", "-shm"):
            beside = Path(f"{path}{end}")
            if beside.exists():
                beside.rename(f"{aside}{end}")
        return open_store(location)
