"""Archives from strangers: every fault is one clear refusal, and no size that a writer claims is believed."""

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.archive import open_archive, peek_names
from convo.importers.base import HEAD_BYTES, Source


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_flag_of_encryption(data: bytes) -> bytes:
    """The same archive with the flag that says "encrypted" set on every member, in both of its directories."""
    changed = bytearray(data)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + place] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "given.zip"


def take(path: Path, name: str | None, **options: int) -> None:
    with open_archive(path) as archive:
        if name is not None:
            archive.read(name, **options)


def refused(path: Path, name: str | None = None, **options: int) -> str:
    with pytest.raises(BadInput) as refusal:
        take(path, name, **options)
    return refusal.value.message


def test_members_are_read_by_name_and_folders_are_no_members(place: Path) -> None:
    place.write_bytes(zipped({"folder/": b"", "folder/a.txt": b"one", "b.txt": b"two"}))
    with open_archive(place) as archive:
        assert archive.names == ["folder/a.txt", "b.txt"]
        assert archive.read("folder/a.txt") == b"one"
        with archive.open("b.txt") as stream:
            assert stream.readline() == b"two"


def test_a_name_that_points_elsewhere_is_only_a_label(place: Path, tmp_path: Path) -> None:
    place.write_bytes(zipped({"../../escaped.txt": b"harmless"}))
    with open_archive(place) as archive:
        assert archive.read(archive.names[0]) == b"harmless"
    assert sorted(tmp_path.parent.rglob("escaped.txt")) == []


def test_an_archive_within_an_archive_stays_closed(place: Path) -> None:
    inner = zipped({"inside.txt": b"hidden"})
    place.write_bytes(zipped({"inner.zip": inner}))
    with open_archive(place) as archive:
        assert archive.names == ["inner.zip"]
        assert archive.read("inner.zip") == inner


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_truncated_archive_is_called_incomplete(place: Path, kept: float) -> None:
    data = zipped({"a.txt": bytes(range(256)) * 40})
    place.write_bytes(data[: int(len(data) * kept)])
    assert refused(place) == "given.zip is damaged or incomplete: it has no readable zip directory"


def test_an_empty_file_and_a_missing_one_are_refused(place: Path) -> None:
    assert "damaged or incomplete" in refused(place)
    place.write_bytes(b"")
    assert "damaged or incomplete" in refused(place)


def test_a_damaged_member_is_refused_and_the_others_are_read(place: Path) -> None:
    data = bytearray(zipped({"a.txt": b"first " * 50, "b.txt": b"second"}, zipfile.ZIP_STORED))
    data[data.find(b"first ") + 3] ^= 0xFF
    place.write_bytes(data)
    assert refused(place, "a.txt") == "a.txt in given.zip is damaged or incomplete"
    with open_archive(place) as archive:
        assert archive.read("b.txt") == b"second"


def test_an_encrypted_archive_is_called_encrypted(place: Path) -> None:
    place.write_bytes(with_flag_of_encryption(zipped({"a.txt": b"secret"})))
    assert refused(place) == "given.zip is encrypted"


def test_one_encrypted_member_is_refused_alone(place: Path) -> None:
    data = bytearray(zipped({"a.txt": b"secret", "b.txt": b"open"}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    place.write_bytes(data)
    assert refused(place, "a.txt") == "a.txt in given.zip is encrypted"
    with open_archive(place) as archive:
        assert archive.read("b.txt") == b"open"


def test_a_bomb_is_known_by_its_ratio_before_it_is_unpacked(place: Path) -> None:
    place.write_bytes(zipped({"bomb.txt": bytes(20_000_000)}))
    assert refused(place, "bomb.txt") == "bomb.txt in given.zip unpacks to over 200 times its size: not opened"


def test_a_member_over_the_limit_is_refused_by_its_declared_size(place: Path) -> None:
    place.write_bytes(zipped({"a.bin": bytes(3_000_000)}, zipfile.ZIP_STORED))
    assert refused(place, "a.bin", limit=1_048_576) == "a.bin in given.zip is larger than 1 MB"


def test_a_member_that_lies_about_its_size_yields_no_more_than_it_declares(place: Path) -> None:
    data = bytearray(zipped({"a.txt": b"x" * 1_000_000}))
    central = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 1000)
    place.write_bytes(data)
    assert refused(place, "a.txt") == "a.txt in given.zip is damaged or incomplete"


def test_members_that_share_their_bytes_are_no_honest_archive(place: Path) -> None:
    data = zipped({"a.txt": b"y" * 500}, zipfile.ZIP_STORED)
    start = data.find(b"PK\x01\x02")
    end = data.find(b"PK\x05\x06")
    entry = data[start:end]
    directory = entry * 40
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 40, 40, len(directory))
    place.write_bytes(data[:start] + directory + bytes(tail))
    message = refused(place)
    assert message == "given.zip is no honest archive: its files overlap" or "damaged" in message


def test_too_many_members_are_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convo.importers.archive.MEMBERS", 3)
    place.write_bytes(zipped({f"{n}.txt": b"" for n in range(4)}))
    assert refused(place) == "given.zip holds more than 3 files"


def test_the_names_of_a_truncated_archive_are_still_seen(place: Path) -> None:
    data = zipped({"channels.json": b"[]", "general/2024-01-01.json": b"[]" * 100})
    place.write_bytes(data[:-40])
    source = Source(place, place.read_bytes()[:HEAD_BYTES])
    assert peek_names(source) == ["channels.json", "general/2024-01-01.json"]


@settings(max_examples=150, deadline=None)
@given(noise=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=12), cut=st.integers(0, 60))
def test_no_damage_raises_anything_but_a_refusal(
    noise: list[tuple[int, int]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(zipped({"a.txt": b"hello " * 30, "b/c.json": b"[1, 2]", "d.bin": bytes(range(256))}))
    for at, byte in noise:
        data[at % len(data)] = byte
    path = tmp_path_factory.mktemp("damaged") / "given.zip"
    path.write_bytes(data[: len(data) - cut])
    with suppress(BadInput), open_archive(path) as archive:
        for name in archive.names:
            archive.read(name)
