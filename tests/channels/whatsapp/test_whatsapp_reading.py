"""What WhatsApp pushes becomes messages and reports: every type, any order, and nothing broken stops the rest."""

import json
from typing import Any

import pytest

from convo.channels.base import Report
from convo.channels.whatsapp.reading import read
from convo.model.envelope import Envelope, Handle, Skipped, Unreadable
from convo.model.words import DeliveryStatus, Direction
from tests.channels.whatsapp import payloads
from tests.channels.whatsapp.payloads import (
    ANA,
    OLD_STYLE,
    WITHOUT_NUMBER,
    change,
    message,
    pushed,
    said,
    status,
    statuses,
)
from tests.servers.graph import NUMBER

ANAS = (
    Handle("whatsapp", "ES.13491208655302741918", "Ana Ruiz"),
    Handle("whatsapp", "+34600111222", "Ana Ruiz"),
    Handle("phone", "+34600111222", "Ana Ruiz"),
)


def items(payload: dict[str, Any]) -> list[Any]:
    return [item for item, _ in read(payload, NUMBER).items]


def only(payload: dict[str, Any]) -> Any:
    (item,) = items(payload)
    return item


def test_a_text_has_its_sender_by_all_handles_its_time_and_what_it_answers() -> None:
    found = only(said(message(context={"from": "15550783881", "id": "wamid.OUT9"})))
    assert found == Envelope(
        Direction.INBOUND,
        ANAS,
        payloads.AT.replace(second=1),
        "Is it in stock?",
        author="Ana Ruiz",
        external_id="wamid.IN1",
        references=("wamid.OUT9",),
    )


def test_a_customer_is_known_without_a_number_and_without_an_id_of_the_business() -> None:
    assert only(said(message(who=WITHOUT_NUMBER), who=WITHOUT_NUMBER)).customer == (
        Handle("whatsapp", "US.22222222222222222222", "Bo"),
    )
    assert only(said(message(who=OLD_STYLE), who=OLD_STYLE)).customer == (
        Handle("whatsapp", "+4915112345678", "Cy"),
        Handle("phone", "+4915112345678", "Cy"),
    )


@pytest.mark.parametrize(
    ("kind", "held", "text"),
    [
        ("location", payloads.LOCATION, "location: The Shop, Calle Mayor 1 (40.416775, -3.703790)"),
        ("contacts", payloads.CONTACTS, "contact: Dee Long, +1 555 0100, dee@x.example"),
        ("order", payloads.ORDER, "please wrap it\norder:\n2 × di9ozbzfi4, 30.5 EUR each\n1 × nqryix03ez, 25 EUR each"),
        ("button", {"payload": "no", "text": "No, thanks"}, "No, thanks"),
        ("interactive", payloads.BUTTON_REPLY, "Cancel"),
        ("interactive", payloads.LIST_REPLY, "Priority\nNext day"),
        ("interactive", payloads.FORM, 'Sent\n{"size":"42"}'),
        ("image", payloads.IMAGE, "this one"),
    ],
)
def test_every_type_of_message_is_told_in_words(kind: str, held: Any, text: str) -> None:
    assert only(said(message(kind, held))).text == text


@pytest.mark.parametrize("kind", ["unsupported", "unknown", "poll_of_next_year"])
def test_of_what_whatsapp_does_not_hand_over_the_desk_knows_that_it_came(kind: str) -> None:
    found = only(said(message(kind, {}, errors=[{"code": 131051, "title": "Message type unknown"}])))
    assert found.text == "(sent something that WhatsApp does not hand over; only the phone shows it)"
    assert not found.automatic


@pytest.mark.parametrize(
    ("kind", "held", "name"),
    [
        ("image", payloads.IMAGE, "image.jpg"),
        ("audio", {"id": "A", "mime_type": "audio/ogg; codecs=opus", "voice": True}, "voice.ogg"),
        ("document", {"id": "D", "mime_type": "application/pdf", "filename": "bill.pdf"}, "bill.pdf"),
        ("sticker", {"id": "S", "mime_type": "image/webp"}, "sticker.webp"),
        ("video", {"id": "V", "mime_type": "video/quicktime"}, "video"),
    ],
)
def test_a_file_keeps_its_name_or_gets_one_that_says_what_it_is(kind: str, held: Any, name: str) -> None:
    (((_, files),),) = (read(said(message(kind, held)), NUMBER).items,)
    assert [(file.name, file.id) for file in files] == [(name, held["id"])]


def test_a_reaction_is_a_short_text_on_what_it_is_about_and_opens_nothing() -> None:
    found = only(said(message("reaction", {"message_id": "wamid.OUT3", "emoji": "👍"})))
    assert (found.text, found.references, found.automatic) == ("reacted with 👍", ("wamid.OUT3",), True)
    assert only(said(message("reaction", {"message_id": "wamid.OUT3"}))) == Skipped("a reaction was taken back")


def test_an_edited_message_comes_anew_and_names_the_one_it_replaces() -> None:
    edit = {"original_message_id": "wamid.IN1", "message": {"type": "text", "text": {"body": "Are they in stock?"}}}
    found = only(said(message("edit", edit, place=2)))
    assert (found.external_id, found.references) == ("wamid.IN1/edit/wamid.IN2", ("wamid.IN1",))
    assert found.text == "(edited) Are they in stock?"


def test_a_deleted_message_is_skipped_with_the_reason() -> None:
    deleted = only(said(message("revoke", {"original_message_id": "wamid.IN1"})))
    assert deleted == Skipped("a message was deleted by whoever had sent it")


def test_a_changed_number_brings_the_new_handles_before_the_old_ones() -> None:
    found = only(pushed(change(messages=[message("system", payloads.CHANGED)])))
    values = [(handle.kind, handle.value) for handle in found.customer]
    assert values == [
        ("whatsapp", "ES.99999999999999999999"),
        ("whatsapp", "+34600999888"),
        ("phone", "+34600999888"),
        ("whatsapp", "ES.13491208655302741918"),
        ("whatsapp", "+34600111222"),
        ("phone", "+34600111222"),
    ]
    assert found.automatic


def test_what_was_written_on_the_phone_is_ours_and_belongs_to_the_customer() -> None:
    echo = message(text={"body": "We have two left."}, **{"to": ANA["wa_id"], "to_user_id": ANA["user_id"]})
    echo["from"] = "15550783881"
    found = only(pushed(change(field="smb_message_echoes", message_echoes=[echo])))
    assert (found.direction, found.text, found.author) == (Direction.OUTBOUND, "We have two left.", "the WhatsApp app")
    assert [handle.value for handle in found.customer] == [handle.value for handle in ANAS]


def test_where_a_customer_came_from_is_kept_with_them() -> None:
    assert only(said(message(referral=payloads.REFERRAL))).attributes == {
        "came by": "Spring sale https://fb.me/3cr4Wqqkv"
    }


def test_a_group_is_a_thread_of_its_own() -> None:
    assert only(said(message(group_id="Y2FwaV9ncm91cDo"))).thread_key == "group:Y2FwaV9ncm91cDo"


def test_several_entries_changes_people_and_states_of_one_request_all_count() -> None:
    one = said(message(place=1), message(place=2))
    two = said(message(who=OLD_STYLE, place=3), who=OLD_STYLE)
    whole = {**one, "entry": [*one["entry"], *two["entry"], *statuses(status("sent", "wamid.OUT1"))["entry"]]}
    heard = read(whole, NUMBER)
    assert [item.external_id for item, _ in heard.items if isinstance(item, Envelope)] == [
        "wamid.IN1",
        "wamid.IN2",
        "wamid.IN3",
    ]
    assert len(heard.reports) == 1


def test_states_name_the_message_by_our_own_key_and_say_why_it_failed() -> None:
    heard = read(
        statuses(
            status("read", "wamid.OUT1", key="key-1@convo.invalid", place=3),
            status("sent", "wamid.OUT1", place=1),
            status("failed", "wamid.OUT2", key="key-2", code=131047),
            status("failed", "wamid.OUT3", code=999_999),
            status("failed", "wamid.OUT4", key="key-4#3", code=131053),
            status("delivered", "wamid.OUT4", key="key-4#3"),
        ),
        NUMBER,
    )
    at = payloads.AT.replace(second=1)
    assert heard.reports == (
        Report(DeliveryStatus.READ, at.replace(second=3), "wamid.OUT1", "key-1@convo.invalid"),
        Report(DeliveryStatus.SENT, at, "wamid.OUT1"),
        Report(
            DeliveryStatus.FAILED,
            at,
            "wamid.OUT2",
            "key-2",
            reason="the 24-hour window is closed: only an approved template can go (--template) (error 131047)",
        ),
        Report(DeliveryStatus.FAILED, at, "wamid.OUT3", reason="WhatsApp did not deliver it (error 999999)"),
        Report(
            DeliveryStatus.FAILED,
            at,
            "",
            "key-4",
            reason="its file number 2 did not arrive: "
            "WhatsApp does not take the file: look at its type and size (error 131053)",
        ),
    )


def test_what_is_for_another_number_or_about_something_else_is_skipped_with_the_reason() -> None:
    assert items(pushed(change(number="999", messages=[message()]))) == [Skipped("it is for another of our numbers")]
    assert items(pushed(change(field="account_update", event="X"))) == [Skipped("a notice about account_update")]
    assert items({"object": "page"}) == [Skipped("a notice that is not about WhatsApp")]


def test_a_broken_message_is_kept_with_its_bytes_and_stops_no_other() -> None:
    broken = [
        {"type": "text"},
        message(place=2) | {"timestamp": "yesterday"},
        message(place=3) | {"timestamp": "9" * 5000},
        message(place=4) | {"id": ["x"]},
        message(place=5) | {"text": "no object"},
        message(place=6) | {"type": {"a": 1}},
    ]
    found = items(pushed(change(contacts="none", messages=[*broken, message(place=7), 5, None])))
    kinds = [type(item) for item in found]
    assert kinds == [Unreadable, Unreadable, Unreadable, Unreadable, Envelope, Envelope, Envelope]
    assert json.loads(found[1].raw)["timestamp"] == "yesterday"
    assert "when it was sent" in found[1].reason


@pytest.mark.parametrize("odd", [{}, {"object": "whatsapp_business_account", "entry": {"a": 1}}, {"entry": [None]}])
def test_odd_shapes_bring_nothing_and_raise_nothing(odd: dict[str, Any]) -> None:
    assert all(isinstance(item, Skipped) for item in items(odd))
