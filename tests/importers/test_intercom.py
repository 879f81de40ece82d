"""Intercom exports: the first message, the parts that say something, and whose conversation it is."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from convo.importers.base import ReadOptions, Source
from convo.importers.intercom import IMPORTER
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from tests.importers.mutations import DATA, damaged, reshaped, survived

EXPORT = DATA / "intercom_conversations.json"


def read(path: Path) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions()))


def conversation(tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([json.loads(EXPORT.read_text())[0] | changes]))
    return path


def test_the_source_comes_first_then_the_parts_by_their_authors():
    items = read(EXPORT)
    said = [item for item in items if isinstance(item, Envelope)]
    assert [item.direction.value for item in said] == ["inbound", "note", "outbound", "outbound", "inbound"]
    assert [item.text for item in said][:2] == ["Hi,\nwhich tube fits?", "Ask for the rim."]
    assert [item.automatic for item in said] == [False, False, False, True, False]
    assert len(items) == 7


def test_parts_that_say_nothing_are_skipped_with_their_kind():
    skipped = [item.reason for item in read(EXPORT) if isinstance(item, Skipped)]
    assert skipped == ["assignment without text", "conversation_attribute_updated_by_admin is no comment"]


def test_times_are_epoch_seconds_and_the_source_has_that_of_its_conversation():
    said = [item for item in read(EXPORT) if isinstance(item, Envelope)]
    assert [int(item.sent_at.timestamp()) for item in said[:2]] == [1690000000, 1690000200]


def test_the_contact_is_completed_by_what_its_messages_tell():
    first = read(EXPORT)[0]
    assert isinstance(first, Envelope)
    assert first.customer == (
        Handle("email", "ana@example.org", "Ana Lopez"),
        Handle("external", "intercom:5ba6", "Ana Lopez"),
    )


def test_a_message_keeps_subject_ids_channel_tags_and_attachments():
    first = read(EXPORT)[0]
    assert isinstance(first, Envelope)
    assert (first.subject, first.external_id, first.thread_key) == ("Tube & tyre", "intercom:901", "intercom:147")
    assert (first.channel, first.tags, [part.name for part in first.parts]) == ("email", ("tubes",), ["tyre.jpg"])
    assert first.attributes == {"thread.status": "resolved"}


def test_the_older_api_s_first_message_and_user_are_understood(tmp_path: Path):
    message = {"type": "conversation_message", "id": "1", "body": "Hi", "author": {"type": "user", "id": "u1"}}
    user = {"type": "user", "id": "u1", "email": "ana@example.org"}
    [item] = read(
        conversation(
            tmp_path, source=None, contacts=None, conversation_message=message, user=user, conversation_parts=None
        )
    )
    assert isinstance(item, Envelope)
    assert item.customer == (Handle("email", "ana@example.org"), Handle("external", "intercom:u1"))


def test_a_campaign_that_opened_the_conversation_is_automatic(tmp_path: Path):
    source = {
        "type": "conversation",
        "id": "1",
        "delivered_as": "automated",
        "body": "New!",
        "author": {"type": "admin", "id": "2"},
    }
    first = read(conversation(tmp_path, source=source))[0]
    assert isinstance(first, Envelope)
    assert (first.direction.value, first.automatic) == ("outbound", True)


def test_contacts_beside_the_conversations_give_their_handles(tmp_path: Path):
    path = tmp_path / "export.json"
    whole = json.loads(EXPORT.read_text())[0]
    contacts = [{"type": "contact", "id": "5ba6", "phone": "+34600111222", "name": "Ana"}]
    path.write_text(json.dumps({"conversations": [whole], "contacts": contacts}))
    first = read(path)[0]
    assert isinstance(first, Envelope)
    assert [handle.kind for handle in first.customer] == ["email", "phone", "external"]


def test_a_conversation_without_a_contact_is_unreadable(tmp_path: Path):
    source = {"id": "1", "body": "x", "author": {"type": "admin", "id": "2"}}
    [item] = read(conversation(tmp_path, source=source, contacts={}, conversation_parts={}))
    assert isinstance(item, Unreadable)
    assert item.reason == "item 1 is a conversation without a contact"


@given(data=damaged(EXPORT.read_bytes()) | reshaped(json.loads(EXPORT.read_text())) | st.binary(max_size=200))
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "intercom.json", data, ReadOptions())
