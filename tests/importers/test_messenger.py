"""Messenger and Instagram downloads: their order, their mojibake, and who is the customer."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, ReadOptions, Source
from convo.importers.messenger import IMPORTER
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from tests.shared_data import shared

Json = dict[str, object]


def source_of(path: Path) -> Source:
    return Source(path, path.read_bytes()[:HEAD_BYTES])


def read(folder: Path, content: object, own: tuple[str, ...] = ()) -> list[Item]:
    path = folder / "message_1.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return list(IMPORTER.read(source_of(path), ReadOptions(own=frozenset(one.casefold() for one in own))))


def garbled(text: str) -> str:
    """Text as Meta writes it: the bytes of its UTF-8, each as if it were a Latin-1 character."""
    return text.encode().decode("latin-1")


def message(second: int, who: str = "Ann", content: object = "hi", **more: object) -> Json:
    return {"sender_name": who, "timestamp_ms": 1709290800000 + second * 1000, "content": content} | more


def chat(*records: object, people: tuple[str, ...] = ("Ann", "Shop"), title: str = "Ann") -> Json:
    return {
        "participants": [{"name": name} for name in people],
        "messages": list(records),
        "title": title,
        "is_still_participant": True,
        "thread_path": "inbox/ann_1",
        "magic_words": [],
    }


def messages(items: list[Item]) -> list[Envelope]:
    return [item for item in items if isinstance(item, Envelope)]


def sides(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(one.direction.value, one.customer[0].value, one.text) for one in messages(items)]


def test_another_parsers_log_gives_its_expected_messages() -> None:
    folder = shared("chats/chat-miner/test/instagram")
    source = source_of(folder / "test_export.json")
    assert IMPORTER.recognises(source)
    found = messages(list(IMPORTER.read(source, ReadOptions())))
    expected = json.loads((folder / "target.json").read_text())
    assert [
        {"timestamp": one.sent_at.strftime("%Y-%m-%dT%H:%M:%S"), "author": one.author, "message": one.text}
        for one in found
    ] == list(reversed(expected))


def test_messages_come_oldest_first_and_the_same_moment_in_reverse_of_the_file(tmp_path: Path) -> None:
    items = read(tmp_path, chat(message(9, content="d"), message(5, content="c"), message(5, content="b"), message(1)))
    assert [one.text for one in messages(items)] == ["hi", "b", "c", "d"]
    assert [item.place for item in items] == ["message 4", "message 3", "message 2", "message 1"]


def test_messages_that_stand_in_no_order_are_put_in_the_order_of_time(tmp_path: Path) -> None:
    items = read(tmp_path, chat(message(1, content="a"), message(9, content="c"), message(5, content="b")))
    assert [one.text for one in messages(items)] == ["a", "b", "c"]


def test_a_message_brings_its_person_and_time(tmp_path: Path) -> None:
    [found] = messages(read(tmp_path, chat(message(1))))
    assert found.customer == (Handle("messenger", "name:Ann", "Ann"),)
    assert found.sent_at == datetime(2024, 3, 1, 11, 0, 1, tzinfo=UTC)
    assert (found.external_id, found.thread_key, found.references) == (None, None, ())


def test_mojibake_is_repaired_string_by_string(tmp_path: Path) -> None:
    log = chat(
        message(3, garbled("Žofie"), garbled("dobrý den ❤️ 😀")),
        message(2, garbled("Žofie"), "already € right"),
        message(1, garbled("Žofie"), "caf\u00e9"),
        people=(garbled("Žofie"), "Shop"),
        title=garbled("Žofie"),
    )
    found = messages(read(tmp_path, log))
    assert [one.text for one in found] == ["café", "already € right", "dobrý den ❤️ 😀"]
    assert {one.author for one in found} == {"Žofie"}


def test_without_our_names_the_title_tells_the_customer(tmp_path: Path) -> None:
    log = chat(message(2, "Shop", "hello"), message(1))
    assert sides(read(tmp_path, log)) == [("inbound", "name:Ann", "hi"), ("outbound", "name:Ann", "hello")]


def test_our_names_tell_the_customer(tmp_path: Path) -> None:
    log = chat(message(2, "Shop", "hello"), message(1), title="Facebook user")
    told = [("inbound", "name:Ann", "hi"), ("outbound", "name:Ann", "hello")]
    assert sides(read(tmp_path, log, own=("shop",))) == told
    assert [side[0] for side in sides(read(tmp_path, log))] == ["inbound", "inbound"]


def test_what_we_wrote_first_to_one_person_is_for_that_person(tmp_path: Path) -> None:
    assert sides(read(tmp_path, chat(message(1, "Shop", "hello")))) == [("outbound", "name:Ann", "hello")]


def test_in_a_group_our_message_goes_to_the_last_who_wrote(tmp_path: Path) -> None:
    log = chat(
        message(5, "Shop"),
        message(4, "Bob"),
        message(3, "Shop"),
        message(2, "Ann"),
        message(1, "Shop"),
        people=("Ann", "Bob", "Shop"),
        title="Bikes",
    )
    items = read(tmp_path, log, own=("Shop",))
    assert [side[:2] for side in sides(items)] == [
        ("inbound", "name:Ann"),
        ("outbound", "name:Ann"),
        ("inbound", "name:Bob"),
        ("outbound", "name:Bob"),
    ]
    assert isinstance(items[0], Skipped)
    assert [side[0] for side in sides(read(tmp_path, log))] == ["inbound"] * 5


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"photos": [{"uri": "messages/inbox/ann_1/photos/1.jpg"}]}, Part("1.jpg", "image/jpeg")),
        ({"videos": [{"uri": "messages/inbox/ann_1/videos/1.mp4"}]}, Part("1.mp4", "video/mp4")),
        ({"audio_files": [{"uri": "messages/inbox/ann_1/audio/a.m4a"}]}, Part("a.m4a", "audio/mp4")),
        ({"files": [{"uri": garbled("messages/files/účet.pdf")}]}, Part("účet.pdf", "application/pdf")),
        ({"gifs": [{"uri": "messages/inbox/ann_1/gifs/1.gif"}]}, Part("1.gif", "image/gif")),
        ({"sticker": {"uri": "messages/stickers_used/1.png"}}, Part("1.png", "image/png")),
        ({"photos": [{}]}, Part("photo")),
        ({"photos": [{"uri": "..\\..\\secret.jpg"}]}, Part("secret.jpg", "image/jpeg")),
    ],
)
def test_files_are_named_and_never_opened(tmp_path: Path, more: Json, part: Part) -> None:
    [found] = messages(read(tmp_path, chat(message(1, content=None) | more)))
    assert (found.text, found.parts) == ("", (part,))


def test_a_shared_link_is_part_of_the_text_once(tmp_path: Path) -> None:
    share = {"link": "https://example.org/a", "share_text": garbled("prémiový")}
    log = chat(
        message(2, content="see https://example.org/a", share={"link": "https://example.org/a"}),
        message(1, content="see", share=share),
    )
    assert [one.text for one in messages(read(tmp_path, log))] == [
        "see\nprémiový\nhttps://example.org/a",
        "see https://example.org/a",
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (message(1, is_unsent=True), "the message was unsent"),
        (message(1, type="Call", call_duration=5), "a call, no message"),
        (message(1, type="Subscribe"), "a notice of somebody joining or leaving, no message"),
        (message(1, content=garbled("Reacted ❤ to your message ")), "a reaction, no message"),
        (message(1, content=None), "a message without words or files"),
    ],
)
def test_what_is_no_message_is_skipped(tmp_path: Path, record: Json, reason: str) -> None:
    [item] = read(tmp_path, chat(record))
    assert isinstance(item, Skipped)
    assert item.reason == reason


def test_reactions_to_a_message_leave_it_alone(tmp_path: Path) -> None:
    [found] = messages(read(tmp_path, chat(message(1, reactions=[{"reaction": "x", "actor": "Shop"}]))))
    assert found.text == "hi"


def test_the_end_to_end_encrypted_format_is_read_too(tmp_path: Path) -> None:
    log = {
        "participants": ["Žofie", "Shop"],
        "threadName": "Žofie_12",
        "messages": [
            {
                "isUnsent": False,
                "media": [{"uri": "./media/a.jpg"}],
                "senderName": "Žofie",
                "text": "",
                "timestamp": 1709290801000,
            },
            {"isUnsent": True, "media": [], "senderName": "Žofie", "text": "", "timestamp": 1709290800900},
            {"isUnsent": False, "media": [], "senderName": "Shop", "text": "ahoj ❤", "timestamp": 1709290800000},
        ],
    }
    items = read(tmp_path, log)
    assert IMPORTER.recognises(source_of(tmp_path / "message_1.json"))
    assert sides(items) == [("outbound", "name:Žofie", "ahoj ❤"), ("inbound", "name:Žofie", "")]
    assert messages(items)[1].parts == (Part("a.jpg", "image/jpeg"),)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"content": 7}, "its 'content' is a number where text belongs"),
        ({"sender_name": None}, "it names no sender"),
        ({"sender_name": []}, "its 'sender_name' is a list where text belongs"),
        ({"timestamp_ms": None}, "it has no time"),
        ({"timestamp_ms": "1"}, "its 'timestamp_ms' is text where a whole number belongs"),
        ({"timestamp_ms": 10**17}, "its time is outside the calendar"),
        ({"timestamp_ms": 10**30}, "its 'timestamp_ms' is larger than any number of its kind"),
        ({"photos": 3}, "its 'photos' is a number where a list belongs"),
        ({"photos": [3]}, "an entry of its 'photos' is a number where an object belongs"),
        ({"files": [{"uri": 1}]}, "its 'uri' is a number where text belongs"),
    ],
)
def test_a_broken_message_is_unreadable_with_its_json_and_the_others_survive(
    tmp_path: Path, change: Json, reason: str
) -> None:
    broken = message(2) | change
    items = read(tmp_path, chat(message(3), broken, message(1)))
    assert len(messages(items)) == 2
    [unreadable] = [item for item in items if isinstance(item, Unreadable)]
    assert (unreadable.reason, unreadable.place) == (reason, "message 2")
    assert json.loads(unreadable.raw) == broken


def test_a_truncated_file_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    data = json.dumps(chat(message(3), message(2), message(1))).encode()
    items = read(tmp_path, data[: data.rindex(b'"content"')])
    assert [one.sent_at.second for one in messages(items)] == [2, 3]
    assert isinstance(items[-1], Unreadable)
    assert "incomplete" in items[-1].reason


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"messages": {}}', b"\xff\xfe\x00", b"nope"])
def test_a_file_without_a_chat_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadInput):
        read(tmp_path, data)


@pytest.mark.parametrize(
    "head", [b"", b"[]", b'{"messages": [{"from_id": "user1"}]}', b'{"conversations": []}', b"\x89PNG"]
)
def test_other_files_are_not_recognised(tmp_path: Path, head: bytes) -> None:
    assert not IMPORTER.recognises(Source(tmp_path / "x", head))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["uri", "name", "link", "x"]), inner),
    max_leaves=6,
)
KEYS = [*message(1), "photos", "files", "share", "sticker", "type", "is_unsent", "timestamp", "senderName", "text"]
RECORDS = st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5)
HEADS = st.dictionaries(st.sampled_from(["participants", "title", "threadName", "thread_type"]), ANYTHING)


@settings(max_examples=200, deadline=None)
@given(changes=st.lists(RECORDS, max_size=4), head=HEADS, own=st.sampled_from([(), ("Ann",), ("Shop",)]))
def test_no_type_in_any_field_stops_the_reading(
    changes: list[Json], head: Json, own: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = {**chat(*(message(n) | change for n, change in enumerate(changes))), **head}
    items = read(tmp_path_factory.getbasetemp(), log, own)
    assert len(items) == len(changes)
    for item in messages(items):
        item.text.encode()


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=100) | ANYTHING.map(lambda value: json.dumps({"messages": value}).encode()))
def test_any_bytes_give_items_or_a_refusal(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    with suppress(BadInput):
        read(tmp_path_factory.getbasetemp(), data)
