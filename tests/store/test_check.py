"""What a check finds, and that it finds it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from convo.model import tables
from convo.model.views import Finding
from convo.store import search_index
from convo.store.blobs import FileBlobs
from convo.store.check import check_store
from convo.store.store import Store
from tests.store.filled import fill


def found(store: Store) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_store(store)}


def troubles(store: Store) -> set[str]:
    return {name for name, finding in found(store).items() if not finding.ok}


def path_of(store: Store) -> Path:
    assert store.location.path is not None
    return store.location.path


def test_a_sound_store_has_no_trouble_and_stays_as_it_is(store: Store) -> None:
    assert troubles(store) == set()
    fill(store)
    findings = found(store)
    assert {name for name, finding in findings.items() if not finding.ok} == set()
    assert set(findings) == {
        "version", "database", "references", "search index", "attachments", "ledger", "permissions"
    }  # fmt: skip
    assert "all 3 messages" in findings["search index"].detail


@pytest.mark.parametrize(
    ("trouble", "mention", "damage"),
    [
        ("version", "0999", lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0999'"))),
        ("search index", "2 in the index", lambda c: search_index.remove(c, [_key(c, 1)])),
        ("search index", "such as 3", lambda c: _reword(c, 3, "the warranty of another thing")),
        (
            "attachments",
            "1 are missing",
            lambda c: c.execute(update(tables.attachment).where(tables.attachment.c.id == 4).values(sha256="0" * 64)),
        ),
        ("ledger", "1 import runs", lambda c: c.execute(update(tables.import_run).values(stored=2))),
        ("ledger", "1 import runs", lambda c: c.execute(update(tables.import_run).values(fetched=4))),
        ("ledger", "1 import runs", lambda c: c.execute(delete(tables.ledger).where(tables.ledger.c.id == 2))),
        (
            "ledger",
            "not there",
            lambda c: c.execute(update(tables.ledger).where(tables.ledger.c.id == 1).values(message_id=99)),
        ),
    ],
)
def test_a_trouble_is_found_and_named(store: Store, trouble: str, mention: str, damage: Callable[..., object]) -> None:
    fill(store)
    with store.write() as connection:
        damage(connection)
    findings = found(store)
    assert {name for name, finding in findings.items() if not finding.ok} == {trouble}
    assert mention in findings[trouble].detail


def _key(connection: object, number: int) -> int:
    key = connection.execute(text("SELECT sort_key FROM message WHERE id = :id"), {"id": number}).scalar()  # type: ignore[attr-defined]
    assert isinstance(key, int)
    return key


def _reword(connection: object, number: int, words: str) -> None:
    name, column = ("message_fts", "rowid") if connection.dialect.name == "sqlite" else ("message_search", "sort_key")  # type: ignore[attr-defined]
    connection.execute(  # type: ignore[attr-defined]
        text(f"UPDATE {name} SET body = :body WHERE {column} = :key"), {"body": words, "key": _key(connection, number)}
    )


def test_a_message_that_the_index_holds_but_does_not_find_is_found(sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store.write() as connection:
        connection.execute(
            text("UPDATE message_fts_content SET c1 = 'other words' WHERE id = :key"), {"key": _key(connection, 3)}
        )
        connection.execute(text("UPDATE message SET body = 'other words' WHERE id = 3"))
        connection.execute(text("UPDATE message SET subject = ''"))
        connection.execute(text("UPDATE message_fts_content SET c0 = ''"))
    assert "such as 3" in found(sqlite_store)["search index"].detail


def test_an_attachment_whose_bytes_have_changed_is_found(store: Store) -> None:
    name = fill(store)[2]
    if isinstance(store.blobs, FileBlobs):
        store.blobs.path(name).write_bytes(b"other")
    else:
        with store.write() as connection:
            connection.execute(update(tables.blob).where(tables.blob.c.sha256 == name).values(data=b"other"))
    assert troubles(store) == {"attachments"}
    assert "1 are damaged" in found(store)["attachments"].detail


def test_an_attachment_that_cannot_be_read_is_told_and_the_other_checks_still_run(sqlite_store: Store) -> None:
    name = fill(sqlite_store)[2]
    assert isinstance(sqlite_store.blobs, FileBlobs)
    sqlite_store.blobs.path(name).unlink()
    sqlite_store.blobs.path(name).mkdir(mode=0o700)
    findings = found(sqlite_store)
    assert "cannot be read" in findings["attachments"].detail
    assert len(findings) == 7


def test_attachments_that_no_message_has_are_told_but_no_trouble(store: Store) -> None:
    store.blobs.put(b"nobody's")
    assert troubles(store) == set()
    assert "1 more" in found(store)["attachments"].detail


def test_erased_messages_may_be_missing_from_what_the_ledger_names(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        connection.execute(update(tables.ledger).where(tables.ledger.c.id == 1).values(message_id=99, key="erased:ab"))
    assert troubles(store) == set()


def test_rows_that_point_at_nothing_are_found(sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store.engine.connect().execution_options(convo_plain=True) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM team")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    finding = found(sqlite_store)["references"]
    assert not finding.ok
    assert "1 rows of team_member" in finding.detail
    assert "1 rows of thread" in finding.detail


def test_a_damaged_page_is_found_and_the_other_checks_still_run(sqlite_store: Store) -> None:
    fill(sqlite_store)
    path = path_of(sqlite_store)
    with sqlite_store.maintain() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'ledger'").scalar_one()
    sqlite_store.close()
    with path.open("r+b") as file:
        file.seek((int(root) - 1) * 4096)
        file.write(b"\xff" * 4096)
    with closing(Store(sqlite_store.location)) as damaged:
        findings = found(damaged)
    assert not findings["database"].ok
    assert not findings["ledger"].ok
    assert "damaged" in findings["ledger"].detail
    assert findings["attachments"].ok


def test_files_that_others_can_read_are_named(sqlite_store: Store) -> None:
    name = fill(sqlite_store)[0]
    assert isinstance(sqlite_store.blobs, FileBlobs)
    sqlite_store.blobs.path(name).chmod(0o644)
    path_of(sqlite_store).chmod(0o640)
    detail = found(sqlite_store)["permissions"].detail
    assert "shop.convo" in detail
    assert name in detail
