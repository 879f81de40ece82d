"""The operations on the store itself, as every face calls them."""

from pathlib import Path

import pytest
from sqlalchemy import select

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.errors import Conflict, NotAllowed, StoreError
from convo.model import tables
from convo.model.words import Role
from convo.store import migrate
from convo.store.store import Store
from tests.store.filled import FILES, fill


def audited(desk: Desk) -> list[tuple[str, object]]:
    audit = tables.audit
    with desk.store.read() as connection:
        rows = connection.execute(select(audit.c.operation, audit.c.after).order_by(audit.c.id)).all()
    return [(operation, after) for operation, after in rows if operation.startswith("stores.")]


def test_the_info_says_where_how_big_and_how_many(desk: Desk) -> None:
    fill(desk.store)
    info = desk.stores.info()
    assert info.place == str(desk.store.location)
    assert info.engine == desk.store.location.engine
    assert info.version == migrate.SCHEMA_VERSION
    assert info.size is not None
    assert info.size > 100_000
    assert (info.attachments, info.attachment_bytes) == (3, sum(map(len, FILES)))
    assert info.rows["message"] == 3
    assert info.rows["team"] == 1
    assert "blob" not in info.rows


def test_a_check_finds_a_sound_store_sound(desk: Desk) -> None:
    fill(desk.store)
    findings = desk.stores.check()
    assert [finding for finding in findings if not finding.ok] == []
    assert len(findings) == 7


def test_a_backup_is_written_and_noted(desk: Desk, tmp_path: Path) -> None:
    fill(desk.store)
    report = desk.stores.backup(tmp_path / "b")
    assert report.path == tmp_path / "b"
    assert report.attachments == 3
    assert audited(desk) == [("stores.backup", {"backup": str(tmp_path / "b")})]


def test_a_backup_stands_even_where_it_cannot_be_noted(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(type(desk.stores), "record", full)
    assert desk.stores.backup(tmp_path / "b").path.exists()


def test_compacting_is_noted_with_what_it_did(desk: Desk) -> None:
    fill(desk.store)
    desk.store.blobs.put(b"nobody's")
    assert desk.stores.compact().dropped == 1
    ((operation, after),) = audited(desk)
    assert operation == "stores.compact"
    assert after["compact"]["dropped"] == 1  # type: ignore[index]


def test_reindexing_tells_how_many_messages_it_took_in(desk: Desk) -> None:
    fill(desk.store)
    assert desk.stores.reindex() == 3
    assert audited(desk) == [("stores.reindex", {"reindex": 3})]


def test_a_copy_goes_to_the_other_engine_and_tells_what_it_copied(
    desk: Desk, second_sqlite_path: Path, second_postgresql_url: str
) -> None:
    fill(desk.store)
    target = second_postgresql_url if desk.store.is_sqlite else str(second_sqlite_path)
    copied = desk.stores.copy_to(target)
    assert copied["message"] == 3
    assert copied["blob"] == 3
    assert "missing" not in copied
    with pytest.raises(Conflict):
        desk.stores.copy_to(target)
    (noted,) = audited(desk)
    assert noted[0] == "stores.copy_to"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
def test_only_an_admin_may_do_more_than_ask_how_it_is(sqlite_store: Store, tmp_path: Path, role: Role) -> None:
    desk = Desk(sqlite_store, Settings(), Actor("ana", role))
    assert desk.stores.info().engine == "sqlite"
    for refused in (
        desk.stores.check,
        desk.stores.compact,
        desk.stores.reindex,
        lambda: desk.stores.backup(tmp_path / "b"),
        lambda: desk.stores.copy_to(str(tmp_path / "c.convo")),
    ):
        with pytest.raises(NotAllowed, match="takes admin"):
            refused()
    assert {p.name for p in tmp_path.iterdir()} <= {"shop.convo", "shop.convo-wal", "shop.convo-shm", "shop.convo.lock"}
