"""What a mail is to the desk: a message, a report about ours, spam, our own copy, or something to look at."""

import pytest

from convo.channels.email.reading import OWN_MARK, Reader, own_mark
from convo.channels.email.source import Mail
from convo.mail.ourselves import Ourselves
from convo.mail.reply_token import reply_address
from convo.model.envelope import Envelope, Skipped, Unreadable
from convo.model.words import DeliveryStatus
from tests.channels.email.accounts import KEY, mail

READER = Reader("shop", Ourselves(frozenset({"desk@example.org"}), "mx.example.org"), KEY.encode())


def read(raw: bytes, reader: Reader = READER):
    return reader.read(Mail(raw, "UID 1 in INBOX", ("INBOX", 1, 1)))


def bounce(action: str, status: str, said: str = "smtp; 550 5.1.1 No such user") -> bytes:
    """A report as RFC 3464 has it."""
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>",
        "To: desk@example.org",
        "Subject: Delivery Status Notification",
        "Date: Sat, 28 Nov 2026 10:00:00 +0000",
        "Message-ID: <dsn-1@mx.example.net>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "About your mail.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.net",
        "",
        "Final-Recipient: rfc822; ana@lima.example",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {said}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        "Message-ID: <out-1@example.org>",
        "To: ana@lima.example",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("action", "status", "said", "words"),
    [
        ("failed", "5.1.1", DeliveryStatus.FAILED, "there is no such mailbox"),
        ("failed", "4.4.7", DeliveryStatus.FAILED, "could not be delivered in time"),
        ("delayed", "4.4.1", DeliveryStatus.SENT, "still being tried"),
        ("delivered", "2.0.0", DeliveryStatus.DELIVERED, "it was delivered"),
        ("relayed", "2.0.0", DeliveryStatus.SENT, "passed on"),
    ],
)
def test_a_report_of_a_mail_system_is_about_our_mail_and_no_message(
    action: str, status: str, said: DeliveryStatus, words: str
) -> None:
    item, (report,) = read(bounce(action, status))
    assert isinstance(item, Skipped)
    assert item.reason.startswith("a bounce of out-1@example.org: ana@lima.example: ")
    assert (report.status, report.key) == (said, "out-1@example.org")
    assert words in report.reason
    assert "\n" not in report.reason


def test_a_report_that_says_not_of_which_mail_is_shown_to_people() -> None:
    item, reports = read(bounce("failed", "5.1.1").replace(b"Message-ID: <out-1@example.org>\r\n", b""))
    assert isinstance(item, Envelope)
    assert item.automatic
    assert reports == ()


def test_a_token_names_the_thread_and_one_that_is_not_ours_names_none() -> None:
    ours = reply_address("desk@example.org", 42, KEY.encode())
    forged = reply_address("desk@example.org", 42, b"another key that is long enough")
    for address, thread in ((ours, 42), (ours.upper(), 42), (forged, None), ("desk+sale@example.org", None)):
        item, _ = read(mail(1, extra=f"Delivered-To: {address}"))
        assert item.answers_thread == thread
    item, _ = read(mail(1, extra=f"Delivered-To: {ours}"), Reader("shop", READER.ourselves))
    assert item.answers_thread is None


def test_only_a_verified_person_may_be_answered_automatically() -> None:
    verdict = "Authentication-Results: mx.example.org; dmarc=pass header.from=lima.example"
    item, _ = read(mail(1, extra=verdict))
    assert item.unanswerable == ""
    item, _ = read(mail(1))
    assert item.unanswerable == "our server does not vouch for its sender"
    item, _ = read(mail(1, extra=f"{verdict}\r\nList-Id: <riders.lists.example>"))
    assert item.unanswerable == "it came through a mailing list"


def test_our_mark_is_believed_only_where_it_is_ours() -> None:
    sent = "desk@example.org"
    marked = f"Cc: ana@lima.example\r\n{OWN_MARK}: {own_mark('out-1@example.org', KEY.encode())}"
    assert isinstance(read(mail(1, sender=sent, extra=marked))[0], Skipped)
    assert isinstance(read(mail(1, extra=marked))[0], Envelope), "a customer who quotes our header is heard"
    assert isinstance(read(mail(1, sender=sent, extra=marked.replace("out-1", "out-2")))[0], Envelope)
    without_key = Reader("shop", READER.ourselves)
    assert isinstance(read(mail(1, sender=sent, extra=marked), without_key)[0], Envelope)


def test_whatever_a_mail_does_to_its_reader_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RecursionError("secret words of the mail")

    monkeypatch.setattr("convo.channels.email.reading.decode_mail", breaks)
    item, reports = read(mail(1))
    assert isinstance(item, Unreadable)
    assert item.raw == mail(1)
    assert "secret words" not in item.reason
    assert reports == ()
