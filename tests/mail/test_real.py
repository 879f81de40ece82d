"""Real mail: awkward MIME and the bounces of seventy mail systems."""

import pytest

from convo.mail.decode import decode_mail
from convo.mail.ourselves import Ourselves
from convo.model.envelope import Envelope, Skipped, Unreadable
from convo.model.words import Authentication
from tests.shared_data import shared


def read(name: str) -> Envelope | Skipped | Unreadable:
    path = shared(name)
    return decode_mail(path.read_bytes(), Ourselves(), source=path.name, place="message 1")


def test_every_awkward_mail_is_read_or_refused_with_a_reason():
    paths = sorted(shared("mail/mime/emails").rglob("*.eml"))
    assert len(paths) > 90
    items = {path.name: decode_mail(path.read_bytes(), Ourselves(), source=path.name, place="") for path in paths}
    refused = {name: item.reason for name, item in items.items() if not isinstance(item, Envelope)}
    assert set(refused.values()) <= {
        "the mail has no sender",
        "the mail has no usable date, neither in Date nor in Received",
    }
    assert len(refused) == 11


@pytest.mark.parametrize(
    ("name", "subject", "text"),
    [
        ("plain_emails/raw_email", "NOTE: 한국말로 하는 것", "대부분의 마찬가지로, 우리는"),
        ("plain_emails/raw_email_with_partially_quoted_subject", 'Re: Test: "漢字" mid "漢字" tail', "대부분의"),
        ("error_emails/bad_subject", "MySurvey.com: You have a survey waiting! 91123105", "You have a survey waiting!"),
        (
            "error_emails/content_transfer_encoding_qp_with_space",
            "Low or High Blood Pressure? We can help.",
            "If you're",
        ),
        ("error_emails/encoding_madness", "eBay Bid - 2008 Ford Super Duty", "Body Text"),
        ("mime_emails/email_with_similar_boundaries", "Xxxxxx", "Test"),
        ("mime_emails/raw_email_with_illegal_boundary", "Testing outlook", "Hello\nThis is an outlook test"),
        ("multi_charset/japanese_shift_jis", "test", "あいうえお"),
        ("multi_charset/ks_c_5601-1987", "test", "스티해"),
        ("rfc2822/example14", "Re: TEST テストテスト", "Hello"),
    ],
)
def test_subjects_and_texts_come_out_readable(name, subject, text):
    found = read(f"mail/mime/emails/{name}.eml")
    assert isinstance(found, Envelope)
    assert found.subject.startswith(subject)
    assert found.text.startswith(text)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("attachment_nonascii_filename", "ciële.txt"),
        ("attachment_with_base64_encoded_name", "This is a test.pdf"),
        ("attachment_with_quoted_filename", "Eelanalüüsi päring.jpg"),
        ("attachment_message_rfc822", "ForwardedMessage.eml"),
        ("attachment_only_email", "blah.gz"),
    ],
)
def test_attachments_keep_their_names(name, file):
    found = read(f"mail/mime/emails/attachment_emails/{name}.eml")
    assert isinstance(found, Envelope)
    assert [part.name for part in found.parts] == [file]


def test_two_senders_of_different_domains_are_flagged():
    found = read("mail/mime/emails/plain_emails/raw_email_with_at_display_name.eml")
    assert isinstance(found, Envelope)
    assert found.authentication is Authentication.FAIL
    assert [handle.value for handle in found.recipients] == ["smith@gmail.com", "raasdnil@gmail.com", "tom@gmail.com"]


def test_every_bounce_is_automatic():
    paths = sorted(shared("mail/bounces").glob("*.eml"))
    assert len(paths) > 60
    for path in paths:
        found = decode_mail(path.read_bytes(), Ourselves(), source=path.name, place="")
        assert isinstance(found, Envelope), path.name
        assert found.automatic, path.name
        assert found.text.strip() or found.parts, path.name
