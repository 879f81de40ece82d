"""A backup: one private file that holds everything, and that is trusted with nothing when it comes back."""

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from convo.desk.restore import restore
from convo.errors import BadInput, Conflict, NotFound, StoreError
from convo.model import tables
from convo.store import migrate, search_index
from convo.store.backup import back_up
from convo.store.blobs import FileBlobs
from convo.store.check import check_store
from convo.store.content import fingerprint
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.store.filled import AT, FILES, fill


def everything(store: Store) -> dict[str, tuple[int, str]]:
    with store.read() as connection:
        return {table.name: fingerprint(connection, table) for table in tables.ORDER if table is not tables.blob}


def place(store: Store) -> str:
    return str(store.location.path or store.location.url)


def teams(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(select(tables.team.c.name)).scalars())


def add_team(store: Store, name: str) -> None:
    with store.write() as connection:
        connection.execute(insert(tables.team), {"name": name, "created_at": AT})


@pytest.fixture
def backup(sqlite_store: Store, tmp_path: Path) -> Path:
    """A backup of a store that is filled."""
    fill(sqlite_store)
    return back_up(sqlite_store, tmp_path / "shop.convo-backup").path


def rewritten(backup: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The same backup with its members changed, in order, by whoever wants to do harm."""
    with tarfile.open(backup) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    change(members)
    path = backup.with_name("changed")
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def edit_manifest(members: dict[str, bytes], **changes: object) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()


@pytest.fixture(params=["new file", "empty store", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to restore to: somewhere with nothing in it."""
    if request.param == "new file":
        return str(tmp_path / "new" / "restored.convo")
    return str(
        request.getfixturevalue("second_sqlite_path" if request.param == "empty store" else "second_postgresql_url")
    )


def test_what_was_backed_up_comes_back_whole(store: Store, tmp_path: Path, target: str) -> None:
    fill(store)
    report = back_up(store, tmp_path / "b")
    assert (report.attachments, report.missing) == (3, ())
    assert report.size == (tmp_path / "b").stat().st_size

    told = restore(tmp_path / "b", target)

    with closing(open_store(locate(target), create=False)) as restored:
        assert everything(restored) == everything(store)
        assert sorted(restored.blobs.get(name) for name in restored.blobs.names()) == sorted(FILES)
        assert all(finding.ok for finding in check_store(restored))
        with restored.read() as connection:
            assert search_index.count(connection) == 3
    assert told.rows["message"] == 3
    assert told.attachments == 3


def test_a_backup_is_one_file_for_its_owner_only_and_leaves_nothing_beside_it(store: Store, tmp_path: Path) -> None:
    fill(store)
    folder = tmp_path / "usb"
    folder.mkdir()
    back_up(store, folder / "b")
    assert [p.name for p in folder.iterdir()] == ["b"]
    assert stat.S_IMODE((folder / "b").stat().st_mode) == 0o600


def test_a_backup_never_overwrites(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")
    with pytest.raises(Conflict, match="there already"):
        back_up(sqlite_store, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "precious"


def test_a_backup_into_a_folder_that_is_not_there_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        back_up(sqlite_store, tmp_path / "nowhere" / "b")


def test_attachments_that_are_lost_or_damaged_are_told_and_stop_no_backup(sqlite_store: Store, tmp_path: Path) -> None:
    lost, damaged, _ = fill(sqlite_store)
    assert isinstance(sqlite_store.blobs, FileBlobs)
    sqlite_store.blobs.remove(lost)
    sqlite_store.blobs.path(damaged).write_bytes(b"rotten")
    report = back_up(sqlite_store, tmp_path / "b")
    assert set(report.missing) == {lost, damaged}
    assert restore(tmp_path / "b", tmp_path / "r.convo").attachments == 1


def test_a_store_that_holds_anything_is_refused_without_force_and_unchanged(backup: Path, store: Store) -> None:
    other = open_store(locate(backup.with_name("other.convo"))) if store.is_sqlite else store
    add_team(other, "mine")
    with pytest.raises(Conflict, match="not empty"):
        restore(backup, place(other))
    assert teams(other) == {"mine"}
    assert list(other.blobs.names()) == []
    other.close()


def test_force_replaces_everything_at_once_even_for_a_process_that_has_the_store_open(
    backup: Path, sqlite_store: Store, second_sqlite_path: Path, second_postgresql_url: str
) -> None:
    for where in (str(second_sqlite_path), second_postgresql_url):
        with closing(open_store(locate(where))) as other:
            add_team(other, "mine")
            old = other.blobs.put(b"old bytes")
            with closing(open_store(locate(where))) as reader, reader.read() as connection:
                before = connection.execute(select(tables.team.c.name)).scalars().all()
                if other.is_sqlite:
                    restore(backup, where, force=True)
                    assert connection.execute(select(tables.team.c.name)).scalars().all() == before
            if not other.is_sqlite:
                restore(backup, where, force=True)
            assert everything(other) == everything(sqlite_store)
            assert old not in set(other.blobs.names())
            add_team(other, "and it goes on")
            assert all(finding.ok for finding in check_store(other))


def test_force_brings_a_store_back_whose_file_is_damaged_and_keeps_the_damaged_one(
    backup: Path, sqlite_store: Store, tmp_path: Path
) -> None:
    place = tmp_path / "damaged.convo"
    place.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    with pytest.raises(StoreError):
        restore(backup, place)
    assert place.read_bytes().endswith(b"\xff")
    restore(backup, place, force=True)
    with closing(open_store(locate(place))) as restored:
        assert everything(restored) == everything(sqlite_store)
    (kept,) = tmp_path.glob("damaged.convo.*.bak")
    assert kept.read_bytes().endswith(b"\xff")


def test_an_older_backup_is_upgraded_and_a_newer_one_refused_naming_both_versions(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = rewritten(backup, lambda m: edit_manifest(m, store_version="0999"))
    with pytest.raises(StoreError, match=f"0999.*{migrate.SCHEMA_VERSION}"):
        restore(newer, tmp_path / "r.convo")
    with pytest.raises(StoreError, match="newer convo"):
        restore(rewritten(backup, lambda m: edit_manifest(m, format_version=2)), tmp_path / "r.convo")
    assert not (tmp_path / "r.convo").exists()


def _swap(members: dict[str, bytes], name: str, data: bytes) -> None:
    members[name] = data


def _program(members: dict[str, bytes]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(members["store.convo"])
        connection.execute("CREATE TRIGGER t AFTER INSERT ON team BEGIN DELETE FROM message; END")
        connection.commit()
        changed = connection.serialize()
    _database(members, changed)


def _database(members: dict[str, bytes], data: bytes) -> None:
    import hashlib

    members["store.convo"] = data
    edit_manifest(members, database={"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)})


HOSTILE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a path upwards": lambda m: _swap(m, "../../escaped", b"x"),
    "an absolute path": lambda m: _swap(m, "/tmp/escaped", b"x"),
    "a path inside an attachment's name": lambda m: _swap(m, "files/../../" + "a" * 58, b"x"),
    "a stray member": lambda m: _swap(m, "notes.txt", b"x"),
    "a swapped attachment": lambda m: _swap(m, next(n for n in m if n.startswith("files/")), b"x"),
    "a missing attachment": lambda m: m.pop(next(n for n in m if n.startswith("files/"))),
    "an attachment nobody listed": lambda m: _swap(m, "files/" + "a" * 64, b"x"),
    "a swapped database": lambda m: _swap(m, "store.convo", m["store.convo"][:-1] + b"x"),
    "a database with another word": lambda m: _swap(
        m, "store.convo", m["store.convo"].replace(b"treadmill", b"treadmilk")
    ),
    "no database": lambda m: m.pop("store.convo"),
    "no manifest": lambda m: m.pop("manifest.json"),
    "a manifest of nothing": lambda m: _swap(m, "manifest.json", b"null"),
    "a manifest too deep": lambda m: _swap(m, "manifest.json", b"[" * 100_000),
    "a manifest of another program": lambda m: edit_manifest(m, format="photos"),
    "a database with a program in it": _program,
    "a database of something else": lambda m: _database(m, b"GIF89a" * 1000),
    "a database cut short": lambda m: _database(m, m["store.convo"][:8192]),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_backup_that_somebody_changed_is_refused_and_touches_nothing(
    backup: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], object]
) -> None:
    changed = rewritten(backup, change)
    folder = tmp_path / "target"
    folder.mkdir()
    with pytest.raises((BadInput, StoreError)) as refused:
        restore(changed, folder / "r.convo")
    assert "\n" not in refused.value.message
    assert refused.value.hint
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "escaped").exists()
    assert not Path("/tmp/escaped").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_folders_and_devices_in_a_backup_are_refused(backup: Path, tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "changed"
    with tarfile.open(backup) as source, tarfile.open(path, "w") as archive:
        for member in source:
            archive.addfile(member, source.extractfile(member))
        entry = tarfile.TarInfo("files/" + "b" * 64)
        entry.type = kind
        entry.linkname = "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(BadInput, match="it holds"):
        restore(path, tmp_path / "r.convo")


def test_a_backup_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no backup at"):
        restore(tmp_path / "b", tmp_path / "r.convo")
    with pytest.raises(StoreError, match="directory"):
        restore(tmp_path, tmp_path / "r.convo")
    assert not (tmp_path / "r.convo").exists()


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_backup_cut_short_or_scratched_anywhere_is_refused_or_whole(
    backup: Path, tmp_path: Path, data: st.DataObject
) -> None:
    whole = backup.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    broken = tmp_path / "broken"
    broken.write_bytes(whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    target = tmp_path / "target" / "r.convo"
    try:
        told = restore(broken, target)
    except (BadInput, StoreError):
        assert not target.exists()
        return
    assert told.rows["message"] == 3
    assert told.attachments == 3
    restore(backup, target, force=True)
    for own in target.parent.iterdir():
        if own.is_file():
            own.unlink()
