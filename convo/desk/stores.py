"""The operations on the store itself: look it over, back it up, pack it, copy it."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convo.desk.operation import Operations, operation
from convo.errors import Busy, StoreError
from convo.model.views import Finding, StoreInfo
from convo.model.words import Role

if TYPE_CHECKING:
    from convo.store.backup import BackupReport
    from convo.store.compact import Compacted


class Stores(Operations):
    """What can be done with a store as a whole."""

    @operation(Role.VIEWER)
    def info(self) -> StoreInfo:
        """Where it is, its version, its sizes in bytes and its rows by table."""
        from convo.store.info import store_info

        return store_info(self.store)

    @operation(Role.ADMIN)
    def check(self) -> tuple[Finding, ...]:
        """Whether it is whole, consistent, indexed, complete and private; reads everything and changes nothing."""
        from convo.store.check import check_store

        return check_store(self.store)

    @operation(Role.ADMIN, batches=True)
    def backup(self, target: Path) -> "BackupReport":
        """Write everything to one new file; raises Conflict when it is there, StoreError when it cannot be written."""
        from convo.store.backup import back_up

        report = back_up(self.store, target)
        self._note({"backup": str(report.path)})
        return report

    @operation(Role.ADMIN, writes=True, batches=True)
    def compact(self) -> "Compacted":
        """Drop attachments that no message has and give back the room of what is gone; others wait meanwhile."""
        from convo.store.compact import compact_store

        done = compact_store(self.store)
        self._note({"compact": {"before": done.before, "after": done.after, "dropped": done.dropped}})
        return done

    @operation(Role.ADMIN, writes=True)
    def reindex(self) -> int:
        """Make the search index and that of articles anew, in one transaction; how many messages it holds."""
        from convo.store import article_index
        from convo.store.reindex import rebuild

        done = rebuild(self.connection)
        article_index.rebuild(self.connection)
        self.record("store", None, after={"reindex": done})
        return done

    @operation(Role.ADMIN, batches=True)
    def copy_to(self, url: str) -> dict[str, int]:
        """Copy everything into a new or empty store (a path or URL) of either engine, compared row for row.

        Returns rows by table, with attachments as `blob`, and as `missing` those that this store has lost or damaged,
        if any. Raises Conflict when the target holds anything, StoreError when the copy would differ; the target is
        then as it was.
        """
        from convo.store.copy import copy_to
        from convo.store.location import locate

        target = locate(url)
        copied = copy_to(self.store, target)
        self._note({"copy_to": str(target)})
        counts = copied.rows | {"blob": copied.attachments}
        return counts | {"missing": len(copied.missing)} if copied.missing else counts

    def _note(self, after: dict[str, Any]) -> None:
        # A full disk is a good reason to back up, and must not make a backup that is already there look failed.
        with suppress(StoreError, Busy), self.store.write():
            self.record("store", None, after=after)
