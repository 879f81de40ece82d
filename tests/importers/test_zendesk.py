"""Zendesk exports: who said what to whom in which ticket."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from convo.importers.base import ReadOptions, Source
from convo.importers.zendesk import IMPORTER
from convo.model.envelope import Envelope, Handle, Item, Skipped, Unreadable
from convo.model.words import Direction
from tests.importers.mutations import DATA, damaged, reshaped, survived

EXPORT = DATA / "zendesk_tickets.json"


def read(path: Path, **options: Any) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions(**options)))


def written(tmp_path: Path, value: object) -> Path:
    path = tmp_path / "export.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def ticket(**changes: Any) -> dict[str, Any]:
    comment = {"id": 9, "author_id": 5, "public": True, "body": "Hello", "created_at": "2023-07-20T10:00:00Z"}
    return {"id": 7, "requester_id": 5, "subject": "S", "comments": [comment]} | changes


def test_public_comments_go_by_their_author_and_private_ones_are_notes():
    said = [item for item in read(EXPORT) if isinstance(item, Envelope)]
    assert [item.direction.value for item in said] == ["inbound", "note", "outbound", "inbound", "inbound", "outbound"]
    assert said[1].author == "Bo Agent"


def test_the_requester_bears_every_handle_that_the_users_tell_even_in_what_we_wrote():
    for item in read(EXPORT)[:4]:
        assert isinstance(item, Envelope)
        assert [(handle.kind, handle.value) for handle in item.customer] == [
            ("email", "ana@example.org"),
            ("phone", "+34 600 111 222"),
            ("external", "zendesk:20978392"),
        ]


def test_a_comment_keeps_its_ids_subject_tags_attachments_and_channel():
    first = read(EXPORT)[0]
    assert isinstance(first, Envelope)
    assert (first.external_id, first.thread_key, first.subject) == ("zendesk:1001", "zendesk:35436", "R7 wheel wobbles")
    assert first.tags == ("wheel", "warranty")
    assert [(part.name, part.media_type, part.data) for part in first.parts] == [("wobble.mp4", "video/mp4", None)]
    assert (first.channel, first.attributes) == ("email", {"thread.status": "resolved"})
    assert first.sent_at.isoformat() == "2023-07-20T22:55:29+00:00"


def test_a_comment_that_has_only_html_is_read_as_text():
    third = read(EXPORT)[2]
    assert isinstance(third, Envelope)
    assert third.text == "Dear Ana,\nplease send it & we true it."


def test_an_event_without_a_date_has_that_of_its_ticket_and_other_events_are_skipped():
    skipped, said = read(EXPORT)[4:6]
    assert isinstance(skipped, Skipped)
    assert "Create" in skipped.reason
    assert isinstance(said, Envelope)
    assert said.sent_at.isoformat() == "2023-07-21T10:00:00+00:00"


def test_an_author_whom_the_export_does_not_describe_is_us_unless_it_is_the_requester():
    last_two = read(EXPORT)[5:]
    assert [item.direction for item in last_two if isinstance(item, Envelope)] == [
        Direction.INBOUND,
        Direction.OUTBOUND,
    ]
    assert isinstance(last_two[0], Envelope)
    assert last_two[0].customer == (Handle("external", "zendesk:20978400"),)


def test_users_may_come_before_the_tickets_or_within_them(tmp_path: Path):
    users = [{"id": 5, "name": "Ana", "email": "ana@example.org", "role": "end-user"}]
    expected = (Handle("email", "ana@example.org", "Ana"), Handle("external", "zendesk:5", "Ana"))
    shapes: list[object] = [
        {"users": users, "tickets": [ticket()]},
        [ticket(users=users)],
        ticket(users=users),
        {"ticket": ticket(requester=users[0])},
        {"users": [*users, *({"id": n, "name": "x" * 500} for n in range(100, 900))], "tickets": [ticket()]},
        "".join(json.dumps({"tickets": [ticket(id=n)], "users": users}) + "\n" for n in (1, 2)),
        "".join(json.dumps(ticket(id=n, users=users)) + "\n" for n in (1, 2)),
    ]
    for shape in shapes:
        items = read(written(tmp_path, shape))
        assert items, shape
        assert all(isinstance(item, Envelope) and item.customer == expected for item in items), shape


def test_audits_give_their_author_and_date_to_their_comments(tmp_path: Path):
    audit = {"id": 1, "author_id": 5, "created_at": "2023-07-20T10:00:00Z", "via": {"channel": "whatsapp"}}
    audit["events"] = [{"id": 9, "type": "Comment", "public": True, "body": "Hello"}]
    [item] = read(written(tmp_path, [ticket(comments=None, audits=[audit])]))
    assert isinstance(item, Envelope)
    assert (item.direction, item.channel, item.sent_at.hour) == (Direction.INBOUND, "whatsapp", 10)


def test_a_ticket_without_comments_is_its_description(tmp_path: Path):
    path = written(tmp_path, [ticket(comments=[], description="It broke", created_at="2023-07-20T10:00:00Z")])
    [item] = read(path)
    assert isinstance(item, Envelope)
    assert (item.text, item.external_id) == ("It broke", "zendesk:ticket:7")


def test_our_own_address_writes_outbound_even_as_an_end_user(tmp_path: Path):
    users = [{"id": 6, "email": "Help@Shop.example", "role": "end-user"}]
    comment = {"id": 1, "author_id": 6, "public": True, "body": "Hi", "created_at": "2023-07-20T10:00:00Z"}
    path = written(tmp_path, {"tickets": [ticket(comments=[comment])], "users": users})
    [item] = read(path, own=frozenset({"help@shop.example"}))
    assert isinstance(item, Envelope)
    assert item.direction is Direction.OUTBOUND


def test_one_bad_ticket_or_comment_is_unreadable_and_the_others_are_read(tmp_path: Path):
    undated = {"id": 8, "author_id": 5, "public": True, "body": "When?", "created_at": "0000-00-00"}
    path = tmp_path / "export.json"
    good = json.dumps(ticket())
    path.write_text(
        f'[{good}, {{"id": 1, "comments": [}}, 17, {json.dumps(ticket(comments=[undated]))}, {good}, {{"id": 3'
    )
    kinds = [type(item) for item in read(path)]
    assert kinds == [Envelope, Unreadable, Unreadable, Unreadable, Envelope, Unreadable]
    reasons = [item.reason for item in read(path) if isinstance(item, Unreadable)]
    assert "item 2 is not JSON" in reasons[0]
    assert reasons[1] == "item 3 is no JSON object"
    assert "item 4, ticket 7, comment 8 has a date that cannot be read: '0000-00-00'" in reasons[2]
    assert reasons[3] == "item 6 is cut off: the file ends in the middle of it"


@given(data=damaged(EXPORT.read_bytes()) | reshaped(json.loads(EXPORT.read_text())) | st.binary(max_size=200))
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "zendesk.json", data, ReadOptions())
