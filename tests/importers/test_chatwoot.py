"""Chatwoot exports: what each type of message is, and every handle of the contact."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from convo.importers.base import ReadOptions, Source
from convo.importers.chatwoot import IMPORTER
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from tests.importers.mutations import DATA, damaged, reshaped, survived

EXPORT = DATA / "chatwoot_conversations.json"
PAGE = DATA / "chatwoot_messages.json"


def read(path: Path) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions()))


def test_types_become_directions_and_templates_are_automatic():
    said = [item for item in read(EXPORT) if isinstance(item, Envelope)]
    assert [(item.direction.value, item.automatic) for item in said] == [
        ("inbound", False),
        ("note", False),
        ("outbound", False),
        ("outbound", True),
    ]


def test_activities_and_deleted_messages_are_skipped():
    skipped = [item.reason for item in read(EXPORT) if isinstance(item, Skipped)]
    assert skipped == ["activity: Conversation was assigned to Bo", "a deleted message"]


def test_every_handle_of_the_contact_is_given_the_surest_first():
    first = read(EXPORT)[0]
    assert isinstance(first, Envelope)
    assert [(handle.kind, handle.value) for handle in first.customer] == [
        ("email", "ana@example.org"),
        ("phone", "+34600111222"),
        ("external", "chatwoot:77"),
        ("external", "chatwoot-identifier:C-17"),
        ("telegram", "555"),
    ]


def test_epoch_and_iso_times_are_both_read():
    said = [item for item in read(EXPORT) if isinstance(item, Envelope)]
    assert [item.sent_at.isoformat() for item in said][::2] == [
        "2023-07-22T04:26:40+00:00",
        "2023-07-22T04:27:10+00:00",
    ]


def test_a_mail_keeps_its_subject_labels_attributes_and_message_id():
    first = read(EXPORT)[0]
    assert isinstance(first, Envelope)
    assert (first.subject, first.tags, first.channel) == ("Brake pads", ("brakes",), "email")
    assert first.references == ("<abc@mail.example.org>",)
    assert (first.external_id, first.thread_key) == ("chatwoot:1", "chatwoot:12")
    assert first.attributes == {"city": "Sevilla", "plan": "gold", "thread.status": "resolved"}
    assert [part.name for part in first.parts] == ["image"]


def test_a_page_of_messages_belongs_to_the_contact_in_its_meta():
    items = read(PAGE)
    expected = (Handle("phone", "+4915112345678", "Kim"), Handle("external", "chatwoot:78", "Kim"))
    assert [item.customer for item in items if isinstance(item, Envelope)] == [expected, expected]


def test_what_only_we_wrote_goes_to_the_contact_of_the_page_but_not_to_that_of_another_page(tmp_path: Path):
    path = tmp_path / "page.json"
    page = json.loads(PAGE.read_text())
    page["payload"] = page["payload"][1:]
    path.write_text(json.dumps(page))
    [item] = read(path)
    assert isinstance(item, Envelope)
    assert item.customer[0] == Handle("phone", "+4915112345678", "Kim")
    path.write_text(json.dumps(page, indent=1) + "\n" + json.dumps(page | {"meta": {"contact": {"id": 9}}}, indent=1))
    assert [item.customer for item in read(path) if isinstance(item, Envelope)] == [
        (Handle("external", "chatwoot-conversation:13"),)
    ] * 2


def test_messages_alone_find_their_contact_by_what_it_wrote_in_the_conversation(tmp_path: Path):
    path = tmp_path / "messages.jsonl"
    messages = json.loads(PAGE.read_text())["payload"]
    path.write_text("".join(json.dumps(message) + "\n" for message in reversed(messages)))
    reply, question = read(path)
    assert isinstance(reply, Envelope)
    assert isinstance(question, Envelope)
    assert (
        reply.customer
        == question.customer
        == (
            Handle("phone", "+4915112345678", "Kim"),
            Handle("external", "chatwoot:78", "Kim"),
        )
    )
    assert reply.place.startswith("line 1,")


def test_conversations_as_the_api_pages_them_are_read(tmp_path: Path):
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"data": {"meta": {"all_count": 1}, "payload": json.loads(EXPORT.read_text())}}))
    assert [type(item) for item in read(path)] == [type(item) for item in read(EXPORT)]


def test_an_unknown_type_is_unreadable_and_says_so(tmp_path: Path):
    path = tmp_path / "m.json"
    path.write_text('[{"id": 1, "message_type": 9, "private": false, "content": "x", "created_at": 1690000000}]')
    [item] = read(path)
    assert isinstance(item, Unreadable)
    assert "has an unknown message_type: '9'" in item.reason


@given(
    data=damaged(EXPORT.read_bytes())
    | damaged(PAGE.read_bytes())
    | reshaped(json.loads(EXPORT.read_text()))
    | reshaped(json.loads(PAGE.read_text()))
    | st.binary(max_size=200)
)
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "chatwoot.json", data, ReadOptions())
