"""Telegram Desktop's exports: one chat or an account, every kind of message, and what a broken record costs."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, ReadOptions, Source
from convo.importers.telegram import IMPORTER
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from tests.shared_data import shared

Json = dict[str, object]


def source_of(path: Path) -> Source:
    return Source(path, path.read_bytes()[:HEAD_BYTES])


def read(folder: Path, content: object, **options: object) -> list[Item]:
    path = folder / "result.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
    own = frozenset(str(one).casefold() for one in options.pop("own", ()))  # type: ignore[attr-defined]
    return list(IMPORTER.read(source_of(path), ReadOptions(own=own, **options)))  # type: ignore[arg-type]


def message(number: int, who: str = "Ann", identity: str = "user1", text: object = "hi", **more: object) -> Json:
    return {
        "id": number,
        "type": "message",
        "date": "2024-03-01T12:00:00",
        "date_unixtime": str(1709290800 + number),
        "from": who,
        "from_id": identity,
        "text": text,
    } | more


def personal(*records: object, **more: object) -> Json:
    return {"name": "Ann", "type": "personal_chat", "id": 1, "messages": list(records)} | more


def group(*records: object) -> Json:
    return {"name": "Bikes", "type": "private_supergroup", "id": 77, "messages": list(records)}


def messages(items: list[Item]) -> list[Envelope]:
    return [item for item in items if isinstance(item, Envelope)]


def text_of(folder: Path, text: object, **more: object) -> str:
    [found] = messages(read(folder, personal(message(1, text=text) | more)))
    return found.text


def sides(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(one.direction.value, one.customer[0].value, one.text) for one in messages(items)]


@pytest.mark.parametrize("name", ["single", "batch"])
def test_another_parsers_logs_give_its_expected_messages(name: str) -> None:
    folder = shared("chats/chat-miner/test/telegram")
    source = source_of(folder / f"test_{name}_export.json")
    assert IMPORTER.recognises(source)
    found = messages(list(IMPORTER.read(source, ReadOptions())))
    expected = json.loads((folder / "target.json").read_text())
    # That parser puts a space between the pieces of a text, which the log itself does not have.
    assert [(one.sent_at.strftime("%Y-%m-%dT%H:%M:%S"), one.author, one.text.replace(" ", "")) for one in found] == [
        (one["timestamp"], one["author"], one["message"].replace(" ", "")) for one in expected
    ]


def test_a_message_brings_its_person_time_and_references(tmp_path: Path) -> None:
    [first, second] = messages(read(tmp_path, personal(message(1), message(2, reply_to_message_id=1))))
    assert first.customer == (Handle("telegram", "1", "Ann"),)
    assert (first.author, first.sent_at) == ("Ann", datetime(2024, 3, 1, 11, 0, 1, tzinfo=UTC))
    assert (first.external_id, first.references, first.thread_key) == ("1:1", (), None)
    assert (second.external_id, second.references) == ("1:2", ("1:1",))
    assert (first.source, first.place) == ("result.json", "message 1")


def test_without_the_unix_time_the_local_time_counts(tmp_path: Path) -> None:
    record = message(1) | {"date_unixtime": None}
    [found] = messages(read(tmp_path, personal(record), time_zone=ZoneInfo("Europe/Madrid")))
    assert found.sent_at == datetime(2024, 3, 1, 11, tzinfo=UTC)


def test_in_a_personal_chat_whoever_is_not_the_counterpart_is_us(tmp_path: Path) -> None:
    chat = personal(message(1), message(2, "The Shop", "user9", "hello"))
    assert sides(read(tmp_path, chat)) == [("inbound", "1", "hi"), ("outbound", "1", "hello")]
    assert sides(read(tmp_path, chat, own=["the shop"])) == [("inbound", "1", "hi"), ("outbound", "1", "hello")]


def test_an_export_made_by_the_customer_is_told_by_our_names(tmp_path: Path) -> None:
    chat = personal(message(1, "Ann", "user1"), message(2, "Me", "user9", "hello"), message(3, "Ann", "user1", "bye"))
    for own in ("Ann", "1", "user1"):
        items = read(tmp_path, chat, own=[own])
        assert sides(items) == [("inbound", "9", "hello"), ("outbound", "9", "bye")]
        assert isinstance(items[0], Skipped)


def test_in_a_group_everybody_but_us_is_a_customer(tmp_path: Path) -> None:
    records = (message(1), message(2, "Bob", "user2"), message(3, "Shop", "user9", "hello"))
    assert [side[:2] for side in sides(read(tmp_path, group(*records), own=["shop"]))] == [
        ("inbound", "1"),
        ("inbound", "2"),
        ("outbound", "2"),
    ]
    assert [side[0] for side in sides(read(tmp_path, group(*records)))] == ["inbound"] * 3


def test_in_a_group_our_answer_goes_to_the_person_it_answers(tmp_path: Path) -> None:
    records = (
        message(1),
        message(2, "Bob", "user2"),
        message(3, "Shop", "user9", reply_to_message_id=1),
        message(4, "Shop", "user9", reply_to_message_id=3),
        message(5, "Shop", "user9", reply_to_message_id=1234),
    )
    assert [side[1] for side in sides(read(tmp_path, group(*records), own=["9"]))] == ["1", "2", "1", "1", "2"]


def test_what_we_write_before_anybody_else_in_a_group_is_skipped(tmp_path: Path) -> None:
    items = read(tmp_path, group(message(1, "Shop", "user9")), own=["shop"])
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "we wrote it before anybody else in this chat, so whom it was for cannot be told"
    ]


def test_an_account_is_read_chat_after_chat(tmp_path: Path) -> None:
    account = {
        "about": "Here is the data you requested. Telegram …",
        "contacts": {"list": [{"first_name": "x"}] * 5},
        "chats": {
            "about": "…",
            "list": [personal(message(1)), {"id": 5, "type": "saved_messages", "messages": [message(1)]}],
        },
        "left_chats": {"about": "…", "list": [group(message(8, "Bob", "user2"))]},
    }
    items = read(tmp_path, account)
    assert IMPORTER.recognises(source_of(tmp_path / "result.json"))
    assert [item.place for item in items] == ["chat 1, message 1", "chat 2, message 1", "left chat 1, message 1"]
    assert [one.external_id for one in messages(items)] == ["1:1", "77:8"]
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "a note among the saved messages, sent to nobody"
    ]


def test_what_names_a_chat_may_stand_after_its_messages(tmp_path: Path) -> None:
    chat = {"messages": [message(1), message(2, "Shop", "user9")], "id": 1, "type": "personal_chat", "name": "Ann"}
    assert [side[0] for side in sides(read(tmp_path, chat))] == ["inbound", "outbound"]
    assert [side[0] for side in sides(read(tmp_path, {"chats": {"list": [chat]}}))] == ["inbound", "outbound"]


def test_text_is_put_together_from_its_pieces(tmp_path: Path) -> None:
    assert text_of(tmp_path, ["See ", {"type": "bold", "text": "this"}, {"type": "plain", "text": "!"}]) == "See this!"
    linked = ["Look ", {"type": "text_link", "text": "here", "href": "https://example.org"}]
    assert text_of(tmp_path, linked) == "Look here (https://example.org)"
    assert text_of(tmp_path, "ü€𝄞\nsecond line") == "ü€𝄞\nsecond line"


def test_a_forwarded_text_says_from_whom(tmp_path: Path) -> None:
    assert text_of(tmp_path, "read this", forwarded_from="Bob") == "[forwarded from Bob]\nread this"


def test_what_is_no_text_is_shown_in_words(tmp_path: Path) -> None:
    assert text_of(tmp_path, "", media_type="sticker", sticker_emoji="😀", file="stickers/s.webp") == "😀"
    assert text_of(tmp_path, "", location_information={"latitude": 1.5, "longitude": 2}) == "[location 1.5, 2]"
    contact = {"first_name": "Bob", "last_name": "", "phone_number": "+34 600"}
    assert text_of(tmp_path, "", contact_information=contact) == "[contact Bob +34 600]"
    assert text_of(tmp_path, "", poll={"question": "Red or blue?"}) == "[poll: Red or blue?]"


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"photo": "photos/photo_1@01-03-2024.jpg"}, Part("photo_1@01-03-2024.jpg", "image/jpeg")),
        (
            {"photo": "(File not included. Change data exporting settings to download.)"},
            Part("photo.jpg", "image/jpeg"),
        ),
        (
            {"file": "files/bill.pdf", "file_name": "Bill March.pdf", "mime_type": "application/pdf"},
            Part("Bill March.pdf", "application/pdf"),
        ),
        ({"file": "voice_messages/audio_1.ogg", "media_type": "voice_message"}, Part("audio_1.ogg", "audio/ogg")),
        ({"file": "(File exceeds maximum size.)", "media_type": "video_file"}, Part("video_file")),
        ({"file": "../../../etc/passwd"}, Part("passwd")),
    ],
)
def test_files_are_named_and_never_opened(tmp_path: Path, more: Json, part: Part) -> None:
    [found] = messages(read(tmp_path, personal(message(1, text="") | more)))
    assert (found.text, found.parts) == ("", (part,))


def test_service_and_empty_messages_are_skipped(tmp_path: Path) -> None:
    service = {"id": 1, "type": "service", "date": "2024-03-01T12:00:00", "action": "phone_call", "actor": "Ann"}
    items = read(tmp_path, personal(service, message(2, text="")))
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "a service message (phone_call), no message",
        "a message without words or files",
    ]


def test_what_a_bot_wrote_in_its_chat_is_automatic(tmp_path: Path) -> None:
    chat = personal(message(1), message(2, "Me", "user9"), type="bot_chat")
    assert [one.automatic for one in messages(read(tmp_path, chat))] == [True, False]


def test_people_without_a_number_or_a_name_keep_what_they_have(tmp_path: Path) -> None:
    chat = group(
        message(1) | {"from_id": 4321},
        message(2) | {"from": None},
        message(3) | {"from_id": None},
        message(4, "News", "channel99"),
    )
    assert [one.customer[0] for one in messages(read(tmp_path, chat))] == [
        Handle("telegram", "4321", "Ann"),
        Handle("telegram", "1", ""),
        Handle("telegram", "name:Ann", "Ann"),
        Handle("telegram", "channel99", "News"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": 7}, "its 'text' is a number where text belongs"),
        ({"text": [None]}, "a piece of its text is missing where an object belongs"),
        ({"from": ["Ann"]}, "its 'from' is a list where text belongs"),
        ({"from": None, "from_id": None}, "it names no sender"),
        ({"date_unixtime": "soon", "date": "later"}, "its time 'later' cannot be understood"),
        ({"date_unixtime": None, "date": None}, "it has no date"),
        ({"date_unixtime": "99999999999999"}, "its time is outside the calendar"),
        ({"date_unixtime": None, "date": "0001-01-01T00:00:00"}, "its time is outside the calendar"),
        ({"date_unixtime": None, "date": "9999-12-31T23:59:59"}, "its time is outside the calendar"),
        ({"reply_to_message_id": True}, "its 'reply_to_message_id' is true or false where a whole number belongs"),
        ({"photo": {"deep": 1}}, "its 'photo' is an object where text belongs"),
    ],
)
def test_a_broken_message_is_unreadable_with_its_json_and_the_others_survive(
    tmp_path: Path, change: Json, reason: str
) -> None:
    broken = message(2) | change
    items = read(tmp_path, personal(message(1), broken, message(3)))
    assert [type(item) for item in items] == [Envelope, Unreadable, Envelope]
    unreadable = items[1]
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.reason, unreadable.place) == (reason, "message 2")
    assert json.loads(unreadable.raw) == broken


def test_a_message_that_is_no_object_is_unreadable(tmp_path: Path) -> None:
    items = read(tmp_path, personal(1, None, [], message(1)))
    assert [type(item) for item in items] == [Unreadable] * 3 + [Envelope]


def test_half_a_surrogate_pair_cannot_reach_the_store(tmp_path: Path) -> None:
    data = json.dumps(personal(message(1, text="a\ud83db"))).encode()
    [found] = messages(read(tmp_path, data))
    assert found.text == "a\ufffdb"


def test_a_truncated_file_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    for chat in (personal(message(1), message(2)), {"messages": [message(1), message(2)]}):
        items = read(tmp_path, json.dumps(chat).encode()[:-40])
        assert [type(item) for item in items] == [Envelope, Unreadable]
        assert "incomplete" in items[1].reason  # type: ignore[union-attr]


def test_nesting_without_end_costs_one_message(tmp_path: Path) -> None:
    deep = b"[" * 20_000 + b"]" * 20_000
    data = json.dumps(personal(message(1), "DEEP", message(2))).encode().replace(b'"DEEP"', b'{"text": ' + deep + b"}")
    items = read(tmp_path, data)
    assert [type(item) for item in items] == [Envelope, Unreadable, Envelope]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"messages": 7}', b"\x00\x01", b'{"chats": {"list": 1}}', b"nope"]
)
def test_a_file_without_a_chat_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadInput):
        read(tmp_path, data)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"[]",
        b'{"messages": [{"sender_name": "A", "timestamp_ms": 1, "type": "message"}]}',
        b'{"tickets": []}',
        b'{"messages": [{"role": "user"}]}',
    ],
)
def test_other_files_are_not_recognised(tmp_path: Path, head: bytes) -> None:
    assert not IMPORTER.recognises(Source(tmp_path / "x", head))


def test_a_chat_is_recognised_with_a_byte_order_mark_and_in_any_layout(tmp_path: Path) -> None:
    for text in (json.dumps(personal(message(1))), json.dumps(personal(), indent=1)):
        assert IMPORTER.recognises(Source(tmp_path / "x", b"\xef\xbb\xbf" + text.encode()))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["user1", "message"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "href", "type", "x"]), inner),
    max_leaves=6,
)
KEYS = list(message(1, reply_to_message_id=1, photo="", file="", media_type="", sticker_emoji="", poll={}, action=""))
RECORDS = st.dictionaries(st.sampled_from([*KEYS, "location_information", "contact_information"]), ANYTHING, max_size=5)


@settings(max_examples=200, deadline=None)
@given(changes=st.lists(RECORDS, max_size=4), head=st.dictionaries(st.sampled_from(["name", "type", "id"]), ANYTHING))
def test_no_type_in_any_field_stops_the_reading(
    changes: list[Json], head: Json, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chat = {**personal(*(message(n) | change for n, change in enumerate(changes))), **head}
    items = read(tmp_path_factory.getbasetemp(), json.dumps(chat).encode())
    assert len(items) == len(changes)
    for item in messages(items):
        item.text.encode()
        item.sent_at.astimezone(ZoneInfo("Asia/Tokyo"))


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=100) | ANYTHING.map(lambda value: json.dumps({"chats": {"list": value}}).encode()))
def test_any_bytes_give_items_or_a_refusal(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    with suppress(BadInput):
        read(tmp_path_factory.getbasetemp(), data)
