"""One mail to one envelope: which way it went, whose conversation it is, its ids, its subject."""

from datetime import UTC, datetime

import pytest

from convo.mail.decode import decode_mail
from convo.mail.ourselves import Ourselves
from convo.model.envelope import Envelope, Handle, Skipped, Unreadable
from convo.model.words import Authentication, Direction
from tests.mail.mails import OWN, decode, envelope, mail


def test_a_mail_to_us_is_inbound_and_belongs_to_its_sender():
    found = envelope(mail())
    assert found.direction is Direction.INBOUND
    assert found.customer == (Handle("email", "ana@lima.example", "Ana Lima"),)
    assert found.author == "Ana Lima"
    assert found.recipients == (Handle("email", OWN, "Bike shop"),)
    assert found.sent_at == datetime(2019, 4, 29, 0, 1, 27, tzinfo=UTC)
    assert (found.subject, found.text, found.external_id) == ("My chain", "It fell off.", "one@lima.example")
    assert (found.source, found.place) == ("inbox", "message 1")
    assert found.authentication is Authentication.NONE
    assert not found.automatic


@pytest.mark.parametrize("field", ["To", "Cc", "Bcc"])
def test_a_mail_of_ours_is_outbound_and_belongs_to_the_first_recipient_who_is_not_us(field):
    people = {"To": OWN, "From": f"Bo at the shop <{OWN.upper()}>"} | {
        field: f"Sales@bikes.example, {OWN}, Ana <ana@lima.example>, x@y.example"
    }
    found = envelope(mail(**people))
    assert found.direction is Direction.OUTBOUND
    assert found.customer == (Handle("email", "ana@lima.example", "Ana"),)
    assert found.author == "Bo at the shop"


@pytest.mark.parametrize("to", [OWN, "", "undisclosed-recipients:;"])
def test_our_own_mail_to_nobody_else_is_skipped_and_says_so(to):
    found = decode(mail(From=OWN, To=to))
    assert isinstance(found, Skipped)
    assert "no recipient" in found.reason


def test_mail_from_among_the_sent_is_outbound_whoever_wrote_it():
    raw = mail(From="bo@elsewhere.example", To="bo@elsewhere.example, ana@lima.example")
    found = decode_mail(raw, Ourselves(), source="s", place="p", sent=True, tags=("vip",))
    assert isinstance(found, Envelope)
    assert found.direction is Direction.OUTBOUND
    assert found.customer[0].value == "ana@lima.example"
    assert found.tags == ("vip",)


def test_reply_to_does_not_change_whose_conversation_it_is():
    assert envelope(mail(Reply_To="other@else.example")).customer[0].value == "ana@lima.example"


@pytest.mark.parametrize(
    "extra",
    [
        "Reply-To: Ana Lima <ana@lima.example>\n",
        "Reply-To: Riders <riders@lists.example>, Ana Lima <ana@lima.example>\n",
        "X-Original-From: Ana Lima <ana@lima.example>\nReply-To: riders@lists.example\n",
    ],
)
def test_the_person_behind_a_list_that_rewrote_the_sender_is_the_customer(extra):
    raw = mail(From="'Ana Lima' via Riders <riders@lists.example>", extra="List-Id: <riders.lists.example>\n" + extra)
    assert envelope(raw).customer == (Handle("email", "ana@lima.example", "Ana Lima"),)


def test_a_sender_who_calls_himself_via_something_outside_a_list_stays_himself():
    raw = mail(From="Ana via Riders <riders@lists.example>", Reply_To="ana@lima.example")
    assert envelope(raw).customer[0].value == "riders@lists.example"


def test_our_own_person_behind_a_list_is_still_us():
    raw = mail(
        From="Bo via Riders <riders@lists.example>",
        To="riders@lists.example",
        extra=f"List-Id: <riders.lists.example>\nReply-To: {OWN}\n",
    )
    found = envelope(raw)
    assert found.direction is Direction.OUTBOUND
    assert found.customer[0].value == "riders@lists.example"


@pytest.mark.parametrize(
    ("sender", "value", "name"),
    [
        ("foo@", "foo@", ""),
        ("mailer-daemon", "mailer-daemon", ""),
        ("MAILER-DAEMON <>", "MAILER-DAEMON", ""),
        ("<>", "sender@relay.example", ""),
    ],
)
def test_a_sender_without_a_proper_address_is_kept_as_far_as_it_goes(sender, value, name):
    found = envelope(mail(From=sender, extra="Return-Path: <sender@relay.example>\n" if sender == "<>" else ""))
    assert found.customer == (Handle("email", value, name),)


def test_without_from_the_sender_field_stands_in():
    assert envelope(mail(without="From", extra="Sender: s@lima.example\n")).customer[0].value == "s@lima.example"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\n\r\n  \n", "empty"),
        (b"\x00\x01\xff garbage", "no mail"),
        (mail(without="From"), "no sender"),
        (mail(without="Date"), "no usable date"),
        (b"a" * ((64 << 20) + 1), "larger than 64 MB"),
    ],
)
def test_what_is_no_mail_says_why_and_keeps_its_bytes(raw, said):
    found = decode(raw)
    assert isinstance(found, Unreadable)
    assert said in found.reason
    assert found.raw == raw[: 1 << 20]
    assert (found.source, found.place) == ("inbox", "message 1")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<a@b.example>", "a@b.example"),
        ("< a@b\n .example >", "a@b.example"),
        ("<a@b.example> (added by relay)", "a@b.example"),
        ("a@b.example", "a@b.example"),
        ("bare-id", "bare-id"),
        ("<>", None),
        ("", None),
        ("<" + "x" * 2000 + "@b>", None),
    ],
)
def test_a_message_id_loses_its_brackets_and_white_space(written, read):
    assert envelope(mail(Message_ID=written)).external_id == read


def test_the_first_of_two_message_ids_counts():
    assert envelope(mail(extra="Message-ID: <two@lima.example>\n")).external_id == "one@lima.example"


def test_references_come_oldest_first_and_each_once():
    raw = mail(References="<1@x> <2@x>\n <1@x>,<3@x>", In_Reply_To="Your mail <3@x> of Monday")
    assert envelope(raw).references == ("1@x", "2@x", "3@x")


def test_a_mail_does_not_refer_to_itself():
    assert envelope(mail(References="<0@x> <one@lima.example>")).references == ("0@x",)


def test_references_that_exchange_wrote_as_encoded_words_are_read():
    raw = mail(References="=?utf-8?q?=3C1=40x=3E?=\n =?utf-8?q?=3C2=40x=3E?=")
    assert envelope(raw).references == ("1@x", "2@x")


def test_of_very_many_references_the_first_and_the_last_stay():
    references = envelope(mail(References=" ".join(f"<{n}@x>" for n in range(500)), In_Reply_To="<500@x>")).references
    assert len(references) == 100
    assert references[:2] == ("0@x", "1@x")
    assert references[-2:] == ("499@x", "500@x")


def test_an_in_reply_to_of_words_alone_refers_to_nothing():
    assert envelope(mail(In_Reply_To="Your message of Monday")).references == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?Caf=C3=A9?= =?utf-8?b?IMO8?=", "Café ü"),
        ("folded\n over\n\tlines", "folded over lines"),
        ("=?utf-8?q?two=0Alines?=", "two lines"),
        ("Grüße", "Grüße"),
        ("", ""),
    ],
)
def test_a_subject_is_decoded_and_on_one_line(written, read):
    assert envelope(mail(Subject=written)).subject == read


def test_a_raw_subject_in_the_charset_of_the_body_is_read():
    raw = mail("x", Content_Type="text/plain; charset=koi8-r").replace(b"My chain", "Цепь".encode("koi8-r"))
    assert envelope(raw).subject == "Цепь"


def test_no_text_carries_what_a_store_refuses():
    found = envelope(mail(b"a\0b +2AA-", Subject="a\0b", Content_Type="text/plain; charset=utf-7"))
    for text in (found.text, found.subject):
        assert "\0" not in text
        text.encode()


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_line_endings_do_not_matter(ending):
    assert envelope(mail().replace(b"\n", ending)) == envelope(mail())


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n\n", b"From ana@lima.example Mon Apr 29 00:01:27 2019\n"])
def test_what_may_stand_before_a_header_does_no_harm(before):
    assert envelope(before + mail()) == envelope(mail())


def test_a_torn_header_line_does_not_lose_the_fields_below_it():
    raw = mail().replace(b"Date:", b"quite torn by a gateway\nDate:")
    assert envelope(raw).sent_at == envelope(mail()).sent_at


def test_a_body_without_its_blank_line_is_still_the_body():
    assert envelope(mail("").rstrip() + b"\nHello there, no blank line\nNote: mind it\n").text.startswith("Hello there")
