"""Delivery reports: which of our mails they are about, what became of it, and what is no report at all."""

import logging
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.mail.bounce import read_bounce
from convo.mail.bounce_outcome import Bounce, Fate, Outcome
from convo.text import safe
from tests.mail.letters import raw as composed
from tests.mail.mails import mail, multipart
from tests.shared_data import shared

HERE = Path(__file__).parent / "bounces"
OURS = "two@bikes.example"
MB = 1 << 20
SECONDS = 8
DAEMON = {"From": "MAILER-DAEMON@x.example", "Subject": "failure notice"}


def kept(name: str) -> bytes:
    return (HERE / f"{name}.eml").read_bytes()


def bounce(raw: bytes) -> Bounce:
    found = read_bounce(raw)
    assert found is not None
    return found


def report(*groups: str, human: str = "It failed.\n", **fields: str) -> bytes:
    """A DSN with these groups of fields for its recipients."""
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.x.example\n\n" + "\n".join(groups)
    content, body = multipart("report; report-type=delivery-status", f"Content-Type: text/plain\n\n{human}", status)
    return mail(body, Content_Type=content, From="MAILER-DAEMON@x.example", **fields)


GONE = "Final-Recipient: rfc822; ana@lima.example\nAction: failed\nStatus: 5.1.1\n"


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        (
            "postfix",
            [
                (
                    "ana@lima.example",
                    Fate.PERMANENT,
                    "5.1.1",
                    "550 5.1.1 <ana@lima.example>: Recipient address rejected: User unknown in virtual mailbox table",
                )
            ],
        ),
        (
            "postfix-delayed",
            [
                (
                    "ana@lima.example",
                    Fate.DELAYED,
                    "4.4.1",
                    "connect to mx.lima.example[192.0.2.10]:25: Connection timed out",
                )
            ],
        ),
        ("postfix-relayed", [("ana@lima.example", Fate.RELAYED, "2.1.5", "250 2.1.5 Ok")]),
        (
            "exim",
            [
                ("ana@lima.example", Fate.PERMANENT, "5.1.1", "550 5.1.1 <ana@lima.example>: User unknown"),
                ("full@lima.example", Fate.TEMPORARY, "4.2.2", "452 4.2.2 Mailbox full: retry timeout exceeded"),
            ],
        ),
        (
            "gmail",
            [
                (
                    "ana@gmail.example",
                    Fate.PERMANENT,
                    "5.1.1",
                    "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 "
                    "double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. - gsmtp",
                )
            ],
        ),
        (
            "exchange",
            [
                (
                    "ana@lima.example",
                    Fate.PERMANENT,
                    "5.1.10",
                    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ana@lima.example not found by SMTP address "
                    "lookup",
                )
            ],
        ),
        (
            "qmail",
            [("ana@lima.example", Fate.PERMANENT, "5.2.1", "Remote host said: 550 5.2.1 The mailbox is disabled ")],
        ),
    ],
)
def test_the_bounces_of_the_common_mail_systems_are_understood(name, outcomes):
    found = bounce(kept(name))
    assert found.message_id == OURS
    told = [(each.recipient, each.fate, each.status, each.diagnostic) for each in found.outcomes]
    if name == "qmail":
        assert told[0][:3] == outcomes[0][:3]
        assert told[0][3].startswith(outcomes[0][3])
    else:
        assert told == outcomes


def test_a_genuine_bounce_of_opensmtpd_says_in_words_what_its_status_hides():
    found = bounce(kept("opensmtpd"))
    assert found.message_id == "genuine-1@bikes.example"
    assert found.failed == ("full@lima.example", "nobody@lima.example")
    assert [each.status for each in found.outcomes] == ["5.2.2", "5.1.1"]
    assert found.outcomes[0].diagnostic == "552 5.2.2 mailbox is full"


@pytest.mark.parametrize("name", ["vacation", "exchange-absence"])
def test_an_absence_notice_is_no_bounce(name):
    assert read_bounce(kept(name)) is None


def test_the_bounces_of_seventy_mail_systems_are_told_from_what_is_none():
    paths = sorted(shared("mail/bounces").glob("*.eml"))
    found = {path.stem: read_bounce(path.read_bytes()) for path in paths}
    assert {name for name, read in found.items() if read is None} == {"arf-18", "rfc3834-04"}
    told = {name: read for name, read in found.items() if read is not None}
    assert {name for name, read in told.items() if not read.outcomes} == set()
    assert {name for name, read in told.items() if not read.failed} == set()
    without = {name for name, read in told.items() if read.message_id is None}
    assert without == {
        *("lhost-ezweb-07", "lhost-mimecast-01", "lhost-postfix-77"),
        *("lhost-v5sendmail-01", "lhost-x2-06", "rfc3464-35"),
    }


def test_among_awkward_mails_only_the_reports_are_bounces():
    paths = sorted(shared("mail/mime/emails").rglob("*.eml"))
    found = {path.stem for path in paths if read_bounce(path.read_bytes()) is not None}
    assert found == {
        *("multi_address_bounce1", "multi_address_bounce2", "multipart_report_multiple_status"),
        *("raw_email_with_mimepart_without_content_type", "report_422", "report_530"),
    }


@pytest.mark.parametrize(
    ("group", "fate"),
    [
        ("Action: failed\nStatus: 5.0.0", Fate.PERMANENT),
        ("Action: failed\nStatus: 4.4.7", Fate.TEMPORARY),
        ("Action: error\nStatus: 5.0.0", Fate.PERMANENT),
        ("Action: error", Fate.PERMANENT),
        ("Action: Delayed (warning)\nStatus: 4.4.1", Fate.DELAYED),
        ("Action: delivered\nStatus: 2.0.0", Fate.DELIVERED),
        ("Action: expanded\nStatus: 2.0.0", Fate.RELAYED),
        ("Status: 4.2.0", Fate.DELAYED),
        ("Status: 5.2.0", Fate.PERMANENT),
    ],
)
def test_an_action_and_a_status_make_a_fate(group, fate):
    (outcome,) = bounce(report(f"Final-Recipient: rfc822; <ana@lima.example>\n{group}\n")).outcomes
    assert (outcome.recipient, outcome.fate) == ("ana@lima.example", fate)


def test_the_recipient_to_whom_we_wrote_is_named_rather_than_where_it_was_forwarded():
    group = "Original-Recipient: rfc822;ana@lima.example\n" + GONE.replace("ana@", "forwarded@")
    assert bounce(report(group)).failed == ("ana@lima.example",)


def test_a_person_who_forwards_a_report_sends_no_bounce():
    status = f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{GONE}"
    content, body = multipart("mixed", "Content-Type: text/plain\n\nWhat is this?\n", status)
    assert read_bounce(mail(body, Content_Type=content)) is None
    assert read_bounce(mail(b"Look:\n\n" + kept("qmail"))) is None
    attached = b"Content-Type: message/rfc822\n\n" + kept("postfix")
    content, body = multipart("mixed", "Content-Type: text/plain\n\nWhat is this?\n", attached)
    assert read_bounce(mail(body, Content_Type=content)) is None


def test_what_a_postmaster_writes_by_hand_is_no_bounce():
    assert read_bounce(mail("Ask my colleague, bo@lima.example, please.", From="postmaster@lima.example")) is None


def test_a_receipt_of_reading_and_a_complaint_are_no_bounces():
    for kind in ("message/disposition-notification", "message/feedback-report"):
        part = f"Content-Type: {kind}\n\nFinal-Recipient: rfc822; ana@lima.example\n"
        content, body = multipart("report", "Content-Type: text/plain\n\nRead.\n", part)
        assert read_bounce(mail(body, Content_Type=content, extra="Return-Path: <>\n")) is None
        assert read_bounce(mail(body, Content_Type=content, **DAEMON)) is None


def test_a_null_return_path_and_a_returned_mail_make_a_bounce_without_any_daemon():
    content, body = multipart(
        "mixed",
        "Content-Type: text/plain\n\nSorry: 550 5.2.2 over quota\n",
        "Content-Type: text/rfc822-headers\n\nTo: ana@lima.example\nMessage-ID: <two@bikes.example>\n",
    )
    found = bounce(mail(body, Content_Type=content, extra="Return-Path: <>\n", From="no-reply@x.example"))
    assert found == Bounce((Outcome("ana@lima.example", Fate.PERMANENT, "5.2.2", "Sorry: 550 5.2.2 over quota"),), OURS)
    assert read_bounce(mail(body, Content_Type=content, From="no-reply@x.example")) is None


def test_what_the_other_server_said_is_safe_to_show_on_one_short_line():
    group = GONE + "Diagnostic-Code: smtp; 550 \x1b]52;c;eA==\x07 =?utf-8?q?two=0Alines=E2=80=AE?= " + "x" * 5_000
    (outcome,) = bounce(report(group + "\n")).outcomes
    assert "\x1b" not in outcome.diagnostic
    assert "\n" not in outcome.diagnostic
    assert "\u202e" not in outcome.diagnostic
    assert len(outcome.diagnostic) == 300
    assert outcome.sentence.startswith(
        "ana@lima.example: it was not delivered: there is no such mailbox (5.1.1); the server said: 550 "
    )


def test_an_outcome_without_a_reason_still_makes_a_sentence():
    assert Outcome("a@b", Fate.PERMANENT).sentence == "a@b: it was not delivered"
    assert Outcome("a@b", Fate.DELAYED, "4.9.9").sentence == "a@b: it is delayed and still being tried (4.9.9)"
    assert Outcome("a@b", Fate.DELIVERED, "2.1.5").sentence == "a@b: it was delivered (2.1.5)"


def test_flufl_bounce_logs_nothing_of_what_a_stranger_wrote(capfd, caplog):
    caplog.set_level(logging.INFO, "flufl.bounce")
    bounce(kept("qmail"))
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


STARTERS = (
    "Hi. This is the qmail-send program\n\n",
    "the following addresses had\n",
    "Failed addresses follow:\n",
    "Your message to:\n",
    "not yet been delivered\n",
    "Intended recipient: a\n",
    "did not reach the following recipient\n",
)


@pytest.mark.parametrize("start", STARTERS)
@pytest.mark.parametrize("sign", ["a", "a@", "<", " ", ",a@", "a@b.", "550 ", "5.1."])
def test_a_text_made_to_hurt_is_read_in_linear_time(start, sign):
    started = time.process_time()
    read_bounce(mail(start + sign * (MB // len(sign)), **DAEMON))
    read_bounce(mail(start + (sign * 100 + "\n") * (MB // 100 // len(sign)), **DAEMON))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "groups",
    [
        "\n".join(f"Final-Recipient: rfc822; a{n}@b.example\nAction: failed\n" for n in range(50_000)),
        "no field\n" * 300_000,
        "\n" * 2 * MB,
        "Final-Recipient: " + "a@b;" * 300_000 + "\n",
        "A: b\n" * 9_000 + "\n" + GONE,
        GONE + "Diagnostic-Code: smtp; " + "5.5." * 200_000 + "\n",
    ],
    ids=["recipients", "no fields", "blank", "long", "many", "diagnostic"],
)
def test_a_report_made_to_hurt_is_read_in_linear_time_and_within_bounds(groups):
    started = time.process_time()
    found = read_bounce(report(groups))
    assert time.process_time() - started < SECONDS
    assert found is None or len(found.outcomes) <= 100


def test_what_is_too_large_or_too_deep_is_no_bounce():
    assert read_bounce(b"") is None
    assert read_bounce(b"a" * ((64 << 20) + 1)) is None
    assert read_bounce(mail("--x\n\n.\n" * 5_000, Content_Type="multipart/report; boundary=x", **DAEMON)) is None
    assert read_bounce(mail("x", extra="X-A: b\n" * 40_000)) is None


@given(st.binary(max_size=2_000))
def test_no_bytes_raise(raw):
    read_bounce(raw)
    read_bounce(mail(raw, extra="Return-Path: <>\nX-Failed-Recipients: a@b.example\n", **DAEMON))


@given(st.data())
def test_no_mutation_of_a_bounce_raises(data):
    raw = bytearray(kept(data.draw(st.sampled_from(["postfix", "exim", "gmail", "opensmtpd", "qmail"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=20) | st.just(b"\n\n"))
        if not raw:
            break
    found = read_bounce(bytes(raw))
    for outcome in found.outcomes if found else ():
        assert outcome.sentence == safe(outcome.sentence, single_line=True)
        assert len(outcome.diagnostic) <= 300


def test_our_own_letters_are_no_bounces():
    assert read_bounce(composed()) is None
    assert read_bounce(composed(automatic=True, subject="Mail delivery failed", references=("1@x",))) is None
