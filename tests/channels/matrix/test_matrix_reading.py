"""Events of rooms as they may come from anywhere: what is broken is kept, and stops nothing else."""

import json
from typing import Any

import pytest

from convo.channels.matrix.ids import SENT_HERE, Place, place_of, transaction_of
from convo.channels.matrix.reading import People, read, receipts
from convo.model.envelope import Envelope, Skipped, Unreadable
from convo.model.words import Direction

ME, ANA, BO = "@desk:x.example", "@ana:x.example", "@bo:x.example"
ROOM = "!room:x.example"
TWO = People(ME, {ME: "Desk", ANA: "Ana"})
THREE = People(ME, {ME: "Desk", ANA: "Ana", BO: "Bo"})


def event(**more: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": "hello"}
    told = {"type": "m.room.message", "sender": ANA, "event_id": "$1", "origin_server_ts": 1_794_916_800_000}
    return told | {"content": content} | more


@pytest.mark.parametrize(
    "broken",
    [
        {"sender": None},
        {"sender": "ana"},
        {"sender": "@ana: x"},
        {"event_id": 5},
        {"event_id": "1"},
        {"origin_server_ts": "soon"},
        {"origin_server_ts": -1},
        {"origin_server_ts": 10**20},
        {"origin_server_ts": True},
    ],
)
def test_a_broken_event_is_kept_with_its_bytes(broken: dict[str, Any]) -> None:
    said = read(event(**broken), ROOM, TWO)
    assert said is not None
    assert isinstance(said.item, Unreadable)
    assert json.loads(said.item.raw)["type"] == "m.room.message"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"msgtype": "m.emote", "body": "waves"}, "* waves"),
        ({"msgtype": "m.location", "body": "Here", "geo_uri": "geo:40.4,-3.7"}, "location: Here geo:40.4,-3.7"),
        ({"msgtype": 5, "body": ["x"]}, ""),
        ({"body": "no type"}, "no type"),
        ({"body": "x", "m.relates_to": "odd"}, "x"),
        ({"body": "x", "m.relates_to": {"rel_type": "m.replace"}}, "x"),
        ({"body": "x", "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}, "m.new_content": 5}, "(edited) x"),
    ],
)
def test_any_content_is_told_in_words(content: dict[str, Any], text: str) -> None:
    said = read(event(content=content), ROOM, TWO)
    assert said is not None
    assert isinstance(said.item, Envelope)
    assert said.item.text == text


def test_our_own_message_is_known_again_also_when_the_homeserver_has_forgotten_its_transaction() -> None:
    said = read(event(sender=ME, content={"body": "x", SENT_HERE: "convo-1"}), ROOM, TWO)
    assert said is not None
    assert said.item == Skipped("sent from here")
    forged = read(event(content={"body": "x", SENT_HERE: "convo-1"}), ROOM, TWO)
    assert forged is not None
    assert isinstance(forged.item, Envelope)


def test_a_long_quote_is_taken_off_in_linear_time() -> None:
    answered = {"m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}
    said = read(event(content={"body": "> <@" + "> \n" * 200_000 + "\nyes", **answered}), ROOM, TWO)
    assert said is not None
    assert isinstance(said.item, Envelope)
    assert said.item.text == "yes"


def test_in_a_group_one_of_us_writes_to_who_is_mentioned_and_else_to_nobody() -> None:
    mention = {"body": "x", "m.mentions": {"user_ids": [ANA]}}
    to_ana, to_all, to_both = (
        read(event(sender=ME, content=content), ROOM, THREE)
        for content in (mention, {"body": "x"}, {"body": "x", "m.mentions": {"user_ids": [ANA, BO]}})
    )
    assert to_ana is not None
    assert isinstance(to_ana.item, Envelope)
    assert (to_ana.item.direction, to_ana.item.customer[0].value) == (Direction.OUTBOUND, ANA)
    for said in (to_all, to_both):
        assert said is not None
        assert said.item == Skipped("one of us wrote it, to nobody in particular")


def test_state_says_nothing_and_other_types_are_skipped_with_the_reason() -> None:
    assert read(event(type="m.room.member", state_key=ANA), ROOM, TWO) is None
    assert read(event(type="m.room.name", state_key=""), ROOM, TWO) is None
    call = read(event(type="m.call.invite"), ROOM, TWO)
    assert call is not None
    assert call.item == Skipped("an event of type m.call.invite")


def test_receipts_in_odd_shapes_report_nothing() -> None:
    assert receipts({"content": {"$1": {"m.read": {ME: {"ts": 1}, "x": {"ts": 1}, ANA: {"ts": "x"}}}}}, ROOM, TWO) == []
    assert receipts({"content": {"$1": {"m.read": 5}, "$2": None}}, ROOM, TWO) == []
    assert receipts({}, ROOM, TWO) == []
    in_group = receipts({"content": {"$1": {"m.read": {ANA: {"ts": 1}}}}}, ROOM, THREE)
    assert [(each.external_id, each.recipient) for each in in_group] == [(f"{ROOM} $1", "")]


def test_places_and_transactions_keep_their_form() -> None:
    assert place_of("!r:x $1/edit/$2") == Place("!r:x", "$1")
    assert place_of("!r:x") == Place("!r:x")
    assert place_of("m_1") is place_of("") is place_of(None) is None
    assert transaction_of("a@b", 1) == transaction_of("a@b", 1) != transaction_of("a@b", 2)
