"""What Messenger pushes becomes messages and reports: texts, buttons, links with codes, our inbox's words, receipts."""

from datetime import timedelta
from typing import Any

import pytest

from convo.channels.base import Report
from convo.channels.messenger.reading import read
from convo.model.envelope import Envelope, Handle, Skipped, Unreadable
from convo.model.words import DeliveryStatus, Direction
from tests.channels.messenger.page import ANA, AT, MILLISECONDS, config, echo, event, pushed, said

AFTER = timedelta(milliseconds=1)


def items(*events: dict[str, Any], **settings: Any) -> list[Any]:
    return [item for item, _ in read(pushed(*events), config(**settings)).items]


def test_a_message_has_its_sender_its_time_and_what_it_answers() -> None:
    assert items(said(reply_to={"mid": "m_out-9"})) == [
        Envelope(
            Direction.INBOUND,
            (Handle("messenger", ANA),),
            AT + AFTER,
            "Is it in stock?",
            external_id="m_in-1",
            references=("m_out-9",),
        )
    ]


@pytest.mark.parametrize(
    ("attachment", "text"),
    [
        (
            {"type": "location", "payload": {"coordinates": {"lat": 40.4, "long": -3.7}}},
            "location: 40.400000, -3.700000",
        ),
        (
            {"type": "fallback", "title": "A page", "payload": {"url": "https://x.example/a"}},
            "A page https://x.example/a",
        ),
        ({"type": "fallback"}, "(sent something that Messenger does not hand over: fallback)"),
        ({"type": "reel", "payload": {"url": "https://fb.example/r", "title": "R"}}, "R https://fb.example/r"),
    ],
)
def test_what_is_attached_and_no_file_is_told_in_words(attachment: dict[str, Any], text: str) -> None:
    (found,) = items(event(message={"mid": "m", "attachments": [attachment]}))
    assert found.text == text


def test_a_file_is_named_by_its_place() -> None:
    url = "https://scontent.xx.fbcdn.net/v/t1/photo_1.png?oh=a&oe=b"
    attachments = [{"type": "image", "payload": {"url": url}}, {"type": "audio", "payload": {"url": "https://[x"}}]
    (((_, files),),) = (read(pushed(event(message={"mid": "m", "attachments": attachments})), config()).items,)
    assert [(file.name, file.media_type) for file in files] == [("photo_1.png", "image/png"), ("audio", "audio/mp4")]


def test_a_button_after_a_link_says_the_code_of_the_link() -> None:
    referral = {"ref": "shelf-12", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    postback = {"mid": "m_p", "title": "Get started", "payload": "START", "referral": referral}
    (found,) = items(event(postback=postback))
    assert (found.text, found.external_id) == ("Get started\nshelf-12", "m_p")
    (found,) = items(event(referral=referral))
    assert found.text == "came by the code shelf-12"
    assert found.external_id == f"{ANA}/referral/{MILLISECONDS + 1}"


def test_an_edited_message_comes_anew_and_names_the_one_it_replaces() -> None:
    (found,) = items(event(message_edit={"mid": "m_in-1", "text": "Are they?", "num_edit": 1}))
    assert (found.external_id, found.references, found.text) == ("m_in-1/edit/1", ("m_in-1",), "(edited) Are they?")


def test_a_reaction_is_a_short_text_that_opens_nothing() -> None:
    found, taken_back = items(
        event(reaction={"action": "react", "emoji": "👍", "mid": "m_out-1"}),
        event(reaction={"action": "unreact", "mid": "m_out-1"}),
    )
    assert (found.text, found.references, found.automatic) == ("reacted with 👍", ("m_out-1",), True)
    assert taken_back == Skipped("a reaction was taken back")


def test_what_was_written_in_metas_inbox_is_ours_and_what_we_sent_is_not_told_twice() -> None:
    found = items(
        echo(1, text="From the inbox.", app_id=263902037430900),
        echo(2, text="From here.", metadata="convo:key-1@convo.invalid"),
        echo(3, text="From here, too.", app_id=1517776481860111),
        app_id="1517776481860111",
    )
    assert (found[0].direction, found[0].text, found[0].author) == (
        Direction.OUTBOUND,
        "From the inbox.",
        "Meta's inbox",
    )
    assert found[0].customer == (Handle("messenger", ANA),)
    assert found[1:] == [Skipped("sent from here")] * 2


def test_the_echo_of_our_own_message_says_that_it_went_and_under_which_id() -> None:
    heard = read(
        pushed(
            echo(1, metadata="convo:key-1@convo.invalid"),
            echo(2, metadata="convo:key-1@convo.invalid#2"),
        ),
        config(),
    )
    assert heard.reports == (Report(DeliveryStatus.SENT, AT + AFTER, "m_echo-1", "key-1@convo.invalid"),)


def test_receipts_name_messages_or_all_up_to_an_instant() -> None:
    delivery = {"mids": ["m_out-1", 5, ""], "watermark": MILLISECONDS}
    heard = read(pushed(event(delivery=delivery), event(read={"watermark": MILLISECONDS})), config())
    until = AT + timedelta(seconds=2)
    assert heard.items == ()
    assert [report for report in heard.reports if report.external_id == "5"] != []
    assert heard.reports[0] == Report(DeliveryStatus.DELIVERED, AT, "m_out-1")
    assert heard.reports[-2:] == (
        Report(DeliveryStatus.DELIVERED, until, recipient=ANA),
        Report(DeliveryStatus.READ, until, recipient=ANA),
    )


def test_what_another_app_answers_for_is_read_too() -> None:
    payload = pushed()
    payload["entry"][0]["standby"] = [said()]
    ((found, _),) = read(payload, config()).items
    assert isinstance(found, Envelope)


def test_what_is_of_no_use_is_skipped_with_the_reason() -> None:
    assert items(
        event(recipient="1", message={"mid": "m"}),
        event(optin={"type": "one_time"}),
        event(sender="", message={"mid": "m"}),
        said(is_deleted=True),
    ) == [
        Skipped("it is for another page"),
        Skipped("an event about optin"),
        Skipped("somebody whom Meta does not name yet"),
        Skipped("a message was deleted by whoever had sent it"),
    ]
    assert [item for item, _ in read({"object": "user"}, config()).items] == [
        Skipped("a notice that is not about a page")
    ]


def test_a_broken_event_is_kept_with_its_bytes_and_stops_no_other() -> None:
    broken = [
        event(message={"text": "no id"}),
        said() | {"timestamp": "soon"},
        event(message_edit={"text": "x"}),
        event(read={"watermark": "x"}),
        event(read={"watermark": 10**30}),
    ]
    found = items(*broken, said(place=9))
    assert [type(item) for item in found] == [Unreadable] * 5 + [Envelope]


@pytest.mark.parametrize("odd", [{}, {"object": "page", "entry": 5}, {"object": "page", "entry": [{"messaging": {}}]}])
def test_odd_shapes_bring_nothing_and_raise_nothing(odd: dict[str, Any]) -> None:
    assert all(isinstance(item, Skipped) for item, _ in read(odd, config()).items)
