"""Slack exports: channels, threads, bots and markup, and a damaged day that costs only itself."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, ReadOptions, Source
from convo.importers.slack import IMPORTER
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from tests.shared_data import shared

Json = dict[str, object]

USERS: list[Json] = [
    {"id": "U1", "team_id": "T1", "name": "ann", "real_name": "Ann Lee", "profile": {"email": "ann@example.org"}},
    {"id": "U2", "team_id": "T1", "name": "bob", "profile": {"real_name": "Bob", "display_name": "bobby"}},
    {"id": "U9", "team_id": "T1", "name": "shop", "real_name": "The Shop", "profile": {"email": "desk@shop.example"}},
    {"id": "UB", "team_id": "T1", "name": "helper", "is_bot": True, "profile": {}},
]
CHANNELS: list[Json] = [{"id": "C1", "name": "general", "members": ["U1", "U2", "U9"]}]


def source_of(path: Path) -> Source:
    return Source(path, path.read_bytes()[:HEAD_BYTES])


def zipped(members: Mapping[str, object]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return buffer.getvalue()


def read_zip(folder: Path, members: Mapping[str, object], own: tuple[str, ...] = ()) -> list[Item]:
    path = folder / "export.zip"
    path.write_bytes(zipped(members))
    return list(IMPORTER.read(source_of(path), ReadOptions(own=frozenset(one.casefold() for one in own))))


def read(folder: Path, *records: object, own: tuple[str, ...] = ()) -> list[Item]:
    return read_zip(
        folder, {"users.json": USERS, "channels.json": CHANNELS, "general/2024-03-01.json": list(records)}, own
    )


def message(second: int, who: str = "U1", text: object = "hi", **more: object) -> Json:
    return {"type": "message", "user": who, "text": text, "ts": f"{1709290800 + second}.000100"} | more


def stamp(second: int) -> str:
    return f"{1709290800 + second}.000100"


def messages(items: list[Item]) -> list[Envelope]:
    return [item for item in items if isinstance(item, Envelope)]


def whom(items: list[Item]) -> list[tuple[str, str]]:
    return [(one.direction.value, one.customer[0].value) for one in messages(items)]


def reasons(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Skipped | Unreadable)]


def test_a_real_export_is_read_whole() -> None:
    path = shared("chats/slack/testarchive.zip")
    assert IMPORTER.recognises(source_of(path))
    items = list(IMPORTER.read(source_of(path), ReadOptions(own=frozenset({"hamza faran"}))))
    with zipfile.ZipFile(path) as archive:
        days = [name for name in archive.namelist() if "/" in name and name.endswith(".json")]
        records = [record for name in days for record in json.loads(archive.read(name))]
    assert len(items) == len(records) == 158
    assert not [item for item in items if isinstance(item, Unreadable)]
    bots = [record for record in records if record.get("subtype") == "bot_message"]
    assert reasons(items).count("a bot wrote it") == len(bots) > 50
    found = messages(items)
    assert {one.author for one in found if one.direction == "outbound"} == {"Hamza Faran"}
    assert found[0].text.startswith("what should setup.py do?")
    assert [one.sent_at for one in found if one.external_id and one.external_id.startswith("C0JGLMMNX")] == sorted(
        one.sent_at for one in found if one.external_id and one.external_id.startswith("C0JGLMMNX")
    )
    assert any(part.name == "10_cities.js" for one in found for part in one.parts)
    assert not any("<http" in one.text or "&amp;" in one.text for one in found)


def test_a_message_brings_its_person_time_and_key(tmp_path: Path) -> None:
    [found] = messages(read(tmp_path, message(1)))
    assert found.customer == (Handle("slack", "T1:U1", "Ann Lee"), Handle("email", "ann@example.org", "Ann Lee"))
    assert (found.author, found.external_id) == ("Ann Lee", f"C1:{stamp(1)}")
    assert found.sent_at == datetime(2024, 3, 1, 11, 0, 1, 100, tzinfo=UTC)
    assert (found.thread_key, found.references) == (None, ())
    assert (found.source, found.place) == ("export.zip", "general/2024-03-01.json, message 1")


def test_days_are_read_in_the_order_of_their_dates(tmp_path: Path) -> None:
    members = {
        "general/2024-03-02.json": [message(86400, text="second")],
        "general/2023-12-31.json": [message(0, text="first")],
        "channels.json": CHANNELS,
    }
    assert [one.text for one in messages(read_zip(tmp_path, members))] == ["first", "second"]


def test_an_archive_of_folders_alone_still_works(tmp_path: Path) -> None:
    items = read_zip(tmp_path, {"random/2024-03-01.json": [message(1, user_profile={"real_name": "Ann Lee"})]})
    assert IMPORTER.recognises(source_of(tmp_path / "export.zip"))
    [found] = messages(items)
    assert found.customer == (Handle("slack", ":U1", "Ann Lee"),)
    assert found.external_id == f"random:{stamp(1)}"


def test_an_export_packed_again_with_its_folder_still_works(tmp_path: Path) -> None:
    members = {
        "Export/users.json": USERS,
        "Export/channels.json": CHANNELS,
        "Export/general/2024-03-01.json": [message(1)],
        "__MACOSX/general/2024-03-01.json": b"\x00\x05\x16\x07",
    }
    [found] = read_zip(tmp_path, members)
    assert isinstance(found, Envelope)
    assert found.external_id == f"C1:{stamp(1)}"


def test_a_thread_has_its_root_as_key_and_reference(tmp_path: Path) -> None:
    root = message(1, thread_ts=stamp(1), reply_count=1)
    first, second, third = messages(read(tmp_path, root, message(2, "U2", thread_ts=stamp(1)), message(3)))
    key = f"C1:{stamp(1)}"
    assert [(one.thread_key, one.references) for one in (first, second, third)] == [
        (key, ()),
        (key, (key,)),
        (None, ()),
    ]


def test_what_we_write_goes_to_the_root_of_the_thread_else_to_the_last_who_wrote(tmp_path: Path) -> None:
    items = read(
        tmp_path,
        message(0, "U9", "good morning"),
        message(1, "U1", thread_ts=stamp(1)),
        message(2, "U2"),
        message(3, "U9", thread_ts=stamp(1)),
        message(4, "U9"),
        message(5, "U9", thread_ts=stamp(5)),
        message(6, "U1"),
        message(7, "U9", thread_ts=stamp(5)),
        message(8, "U1", thread_ts=stamp(5)),
        message(9, "U9", thread_ts=stamp(5)),
        message(10, "U9", thread_ts="1600000000.000100", parent_user_id="U2"),
        own=("The Shop",),
    )
    assert reasons(items) == ["we wrote it before anybody else in this chat, so whom it was for cannot be told"]
    assert whom(items) == [
        ("inbound", "T1:U1"),
        ("inbound", "T1:U2"),
        ("outbound", "T1:U1"),
        ("outbound", "T1:U2"),
        ("outbound", "T1:U2"),
        ("inbound", "T1:U1"),
        ("outbound", "T1:U2"),
        ("inbound", "T1:U1"),
        ("outbound", "T1:U1"),
        ("outbound", "T1:U2"),
    ]


@pytest.mark.parametrize("own", ["U9", "T1:U9", "shop", "@shop", "The Shop", "desk@shop.example"])
def test_we_are_known_by_any_of_our_names(tmp_path: Path, own: str) -> None:
    assert whom(read(tmp_path, message(1), message(2, "U9"), own=(own,)))[1] == ("outbound", "T1:U1")


def test_a_direct_conversation_is_with_its_other_member(tmp_path: Path) -> None:
    members = {
        "users.json": USERS,
        "dms.json": [{"id": "D1", "members": ["U9", "U2"]}],
        "D1/2024-03-01.json": [message(1, "U9", "hello"), message(2, "U2")],
    }
    assert whom(read_zip(tmp_path, members, ("shop",))) == [("outbound", "T1:U2"), ("inbound", "T1:U2")]
    assert whom(read_zip(tmp_path, members)) == [("inbound", "T1:U9"), ("inbound", "T1:U2")]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (message(1, subtype="channel_join"), "a notice of Slack's (channel_join), no message"),
        (message(1, subtype="tombstone"), "the message was deleted before the export"),
        (message(1, subtype="bot_message", user=None, username="CI"), "a bot wrote it"),
        (message(1, "UB"), "a bot wrote it"),
        (message(1, "UX", bot_id="B1", bot_profile={"name": "App"}), "a bot wrote it"),
        (message(1, "USLACKBOT"), "a bot wrote it"),
        (message(1, text=""), "a message without words or files"),
        ({"type": "event", "ts": stamp(1)}, "a notice of Slack's (unnamed), no message"),
    ],
)
def test_what_nobody_said_is_skipped(tmp_path: Path, record: Json, reason: str) -> None:
    assert reasons(read(tmp_path, record)) == [reason]


def test_a_person_who_writes_through_an_app_is_no_bot(tmp_path: Path) -> None:
    assert whom(read(tmp_path, message(1, bot_id="B1"))) == [("inbound", "T1:U1")]


def test_our_own_bot_speaks_for_us_and_says_that_it_is_one(tmp_path: Path) -> None:
    bot = message(2, subtype="bot_message", bot_id="B7", username="Shop bot") | {"user": None}
    for own in ("Shop bot", "B7"):
        found = messages(read(tmp_path, message(1), bot, own=(own,)))
        assert [(one.direction.value, one.automatic) for one in found] == [("inbound", False), ("outbound", True)]


def test_files_are_named_without_their_secret_addresses(tmp_path: Path) -> None:
    url = "https://files.slack.com/x?t=xoxe-secret"
    new = message(1, text="", files=[{"name": "bill.pdf", "mimetype": "application/pdf", "url_private": url}])
    old = message(2, text="", subtype="file_share", file={"title": "a/b.png", "url_private": url})
    gone = message(3, text="", files=[{"mode": "tombstone"}])
    found = messages(read(tmp_path, new, old, gone))
    assert [one.parts for one in found] == [
        (Part("bill.pdf", "application/pdf"),),
        (Part("b.png", "image/png"),),
        (Part("file"),),
    ]
    assert "secret" not in repr(found)


def test_a_message_of_attachments_alone_has_their_words(tmp_path: Path) -> None:
    shared_message = message(
        1, text="", attachments=[{"title": "Re: bike", "text": "is <#C1> it &amp; ok", "fallback": "x"}]
    )
    preview = message(2, text="see <https://example.org>", attachments=[{"text": "preview"}])
    fallback = message(3, text="", attachments=[{"fallback": "short"}])
    assert [one.text for one in messages(read(tmp_path, shared_message, preview, fallback))] == [
        "Re: bike\nis #general it & ok",
        "see https://example.org",
        "short",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ts": 1709290800.0001}, "its 'ts' is a number where text belongs"),
        ({"ts": "yesterday"}, "its 'ts' is no time of Slack's"),
        ({"ts": "999999999999.000000"}, "its time is outside the calendar"),
        ({"text": {"x": 1}}, "its 'text' is an object where text belongs"),
        ({"user": None}, "it names no sender"),
        ({"thread_ts": 7}, "its 'thread_ts' is a number where text belongs"),
    ],
)
def test_a_broken_message_is_unreadable_with_its_json_and_the_others_survive(
    tmp_path: Path, change: Json, reason: str
) -> None:
    broken = message(2) | change
    items = read(tmp_path, message(1), broken, message(3))
    assert [type(item) for item in items] == [Envelope, Unreadable, Envelope]
    unreadable = items[1]
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.reason, unreadable.place) == (reason, "general/2024-03-01.json, message 2")
    assert json.loads(unreadable.raw) == broken


def test_a_damaged_day_costs_that_day_only(tmp_path: Path) -> None:
    members = {
        "general/2024-03-01.json": json.dumps([message(1), message(2)]).encode()[:-30],
        "general/2024-03-02.json": b"not json",
        "general/2024-03-03.json": [message(3)],
        "users.json": b"\xff\xff",
    }
    items = read_zip(tmp_path, members)
    assert [type(item) for item in items] == [Unreadable, Envelope, Unreadable, Unreadable, Envelope]
    assert items[2].place == "general/2024-03-01.json, after message 2"


def test_a_day_whose_bytes_are_damaged_is_told_of(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a/2024-03-01.json", json.dumps([message(1, text="spoiled")]))
        archive.writestr("a/2024-03-02.json", json.dumps([message(2)]))
    path = tmp_path / "export.zip"
    path.write_bytes(buffer.getvalue().replace(b"spoiled", b"spoilt!", 1))
    items = list(IMPORTER.read(source_of(path), ReadOptions()))
    assert reasons(items) == ["a/2024-03-01.json in export.zip is damaged or incomplete"]
    assert len(messages(items)) == 1


def test_a_truncated_export_is_recognised_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"channels.json": CHANNELS, "general/2024-03-01.json": [message(1)]})[:-30])
    assert IMPORTER.recognises(source_of(path))
    with pytest.raises(BadInput, match="damaged or incomplete"):
        list(IMPORTER.read(source_of(path), ReadOptions()))


def test_other_files_are_not_recognised(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    others: list[dict[str, object]] = [{"_chat.txt": b"x"}, {"2024-03-01.json": []}, {}]
    for members in others:
        path.write_bytes(zipped(members))
        assert not IMPORTER.recognises(source_of(path))
    path.write_bytes(b"[]")
    assert not IMPORTER.recognises(source_of(path))


def test_an_archive_without_channels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no Slack channel"):
        read_zip(tmp_path, {"users.json": USERS})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["U1", stamp(1)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "id", "text", "user"]), inner),
    max_leaves=6,
)
KEYS = [*message(1), "subtype", "thread_ts", "files", "file", "attachments", "bot_id", "bot_profile", "user_profile"]
RECORDS = st.dictionaries(st.sampled_from([*KEYS, "comment", "username", "parent_user_id"]), ANYTHING, max_size=5)


@settings(max_examples=150, deadline=None)
@given(
    changes=st.lists(RECORDS, max_size=4),
    users=ANYTHING,
    user=st.dictionaries(st.sampled_from([*USERS[0], "is_bot"]), ANYTHING),
    channel=st.dictionaries(st.sampled_from(["id", "name", "members"]), ANYTHING),
    own=st.sampled_from([(), ("Ann Lee",), ("shop",)]),
)
def test_no_type_in_any_field_stops_the_reading(
    changes: list[Json],
    users: object,
    user: Json,
    channel: Json,
    own: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    members = {
        "users.json": [USERS[0] | user, users],
        "channels.json": users,
        "dms.json": [{"id": "general", "members": ["U1", "U2"]} | channel],
        "general/2024-03-01.json": [message(n) | change for n, change in enumerate(changes)],
    }
    items = read_zip(tmp_path_factory.getbasetemp(), members, own)
    of_the_day = [item for item in items if item.place.startswith("general/2024-03-01.json")]
    assert len(of_the_day) == len(changes)
    for item in messages(items):
        item.text.encode()


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=100))
def test_any_bytes_give_items_or_a_refusal(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    items = read_zip(folder, {"general/2024-03-01.json": data, "users.json": data[::-1]})
    assert all(isinstance(item, Unreadable) for item in items) or data.strip() in (b"[]", b"")
    path = folder / "noise.zip"
    path.write_bytes(b"PK\x03\x04" + data)
    with pytest.raises(BadInput):
        list(IMPORTER.read(source_of(path), ReadOptions()))
