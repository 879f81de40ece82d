"""Mails made to hurt: each is bounded in time and memory, and none raises."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.mail.charset import decode_text
from convo.model.envelope import Envelope, Skipped, Unreadable
from tests.mail.mails import decode, envelope, mail, multipart

MB = 1 << 20
# Each takes well under a second; what takes quadratic time on them takes minutes.
SECONDS = 8


def chain(depth: int) -> bytes:
    levels = (f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n' for level in range(depth))
    return "".join(levels).encode()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (mail(extra="X-A: b\n" * 40_000), "more than 10,000 lines"),
        (mail(extra="X-A: b\n" + " c\n" * 40_000), "more than 10,000 lines"),
        (mail(Subject="x" * 2 * MB), "longer than 1,048,576 bytes"),
        (mail("--x\n\n.\n" * 5_000, Content_Type="multipart/mixed; boundary=x"), "more than 1,000 parts"),
    ],
)
def test_what_no_real_mail_is_becomes_unreadable_and_says_why(raw, said):
    found = decode(raw)
    assert isinstance(found, Unreadable)
    assert said in found.reason


def test_mime_ten_thousand_deep_is_cut_off_and_what_is_deeper_is_a_file():
    deep = chain(10_000)
    found = envelope(mail("").rstrip() + b"\n" + deep + b"\nthe end\n")
    (part,) = found.parts
    assert part.media_type == "multipart/mixed"
    assert part.data is not None
    assert part.data.endswith(b"the end\n")


def test_mime_of_a_bearable_depth_is_read_to_its_end():
    found = envelope(mail("").rstrip() + b"\n" + chain(90) + b"\nthe end\n")
    assert found.text == "the end"


def test_attached_mails_are_not_opened_however_deep_they_go():
    assert len(envelope(mail("").rstrip() + b"\n" + b"Content-Type: message/rfc822\n\n" * 10_000).parts) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"Subject": "=?utf-8?q?" * 90_000},
        {"Subject": "=?" * 400_000},
        {"Subject": "=?utf-8?q?a?= " * 60_000},
        {"Cc": '"\\' * 400_000},
        {"Cc": '\\"' * 400_000},
        {"Cc": "(" * 900_000},
        {"Cc": "<" * 900_000},
        {"Cc": "a@b," * 200_000},
        {"From": '"' + " via " * 180_000 + '" <a@b.example>', "List-Id": "x"},
        {"From": '"' + "x@y.z " * 150_000 + '" <a@b.example>'},
        {"Content-Type": "text/plain" + "; a=b" * 180_000},
        {"Content-Type": 'text/plain; a="' + '\\"' * 400_000},
        {"References": "<" * 900_000},
        {"References": "<a@b> " * 150_000},
        {"Authentication-Results": "(" * 900_000},
        {"Authentication-Results": "x; " + "a" * 900_000},
        {"Date": "(" * 900_000},
        {"X" + " \t" * 400_000: "y"},
    ],
    ids=lambda fields: f"{next(iter(fields))[:20]}: {next(iter(fields.values()))[:20]!r}",
)
def test_a_header_of_a_megabyte_is_read_in_linear_time(fields):
    started = time.process_time()
    decode(mail(**fields))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("content", "encoding", "body"),
    [
        ("multipart/mixed; boundary=x", "7bit", b"\n--" * MB),
        ("text/plain; format=flowed", "7bit", b"> > a \n" * 2 * MB),
        ("text/html", "7bit", b"<div>" * 2 * MB),
        ("text/html; charset=x-unknown", "7bit", b"\xe9\xff<" * 4 * MB),
        ("text/plain", "quoted-printable", b"=\n" * 4 * MB),
        ("application/pdf", "base64", b"QUJD!" * 2 * MB),
        ("application/x", "x-uuencode", b"begin 644 x\n" + b"#0V%T\n" * 2 * MB),
        ("text/plain; charset=punycode", "7bit", b"a-" * 2 * MB),
        ("text/plain; charset=utf-7", "7bit", b"+2AA-" * MB),
    ],
)
def test_a_body_of_many_megabytes_is_read_in_linear_time(content, encoding, body):
    started = time.process_time()
    envelope(mail(body, Content_Type=content, Content_Transfer_Encoding=encoding))
    assert time.process_time() - started < SECONDS


def test_charsets_are_guessed_for_a_few_parts_only(monkeypatch):
    guesses = []

    def counted(data: bytes, label: str = "", *, guess: bool = False) -> str:
        guesses.append(guess)
        return decode_text(data, label, guess=False)

    monkeypatch.setattr("convo.mail.body.decode_text", counted)
    content, body = multipart("mixed", *[b"\n" + "漢字テキスト".encode("big5", "replace")] * 300)
    envelope(mail(body, Content_Type=content))
    assert len(guesses) == 300
    assert sum(guesses) == 3


@given(st.binary(max_size=2_000))
def test_no_bytes_raise(raw):
    assert isinstance(decode(raw), Envelope | Skipped | Unreadable)


@given(st.binary(max_size=2_000))
def test_no_bytes_after_a_header_raise(raw):
    assert isinstance(decode(mail(raw, Content_Type="multipart/mixed; boundary=x")), Envelope)


def built() -> bytes:
    message = EmailMessage()
    for name, value in (
        ("From", "Jö <jo@x.example>"),
        ("To", "a@b.example, c@d.example"),
        ("Subject", "Grüße aus Köln"),
    ):
        message[name] = value
    message["Date"] = "Mon, 29 Apr 2019 02:01:27 +0200"
    message["Message-ID"] = "<1@x.example>"
    message["References"] = "<2@x.example> <3@x.example>"
    message.set_content("Grüße\n" * 3)
    message.add_alternative("<p>Grüße</p>", subtype="html")
    message.add_attachment(b"\0\1\2", maintype="application", subtype="pdf", filename="März.pdf")
    return message.as_bytes()


def test_a_mail_of_the_standard_library_comes_back_whole():
    found = envelope(built())
    assert (found.subject, found.author, found.text) == ("Grüße aus Köln", "Jö", "Grüße\nGrüße\nGrüße")
    assert [(part.name, part.data) for part in found.parts][1:] == [("März.pdf", b"\0\1\2")]


@given(st.data())
def test_no_mutation_of_a_valid_mail_raises(data):
    raw = bytearray(built())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.integers(0, 40))
        raw[at : at + length] = data.draw(st.binary(max_size=20) | st.just(bytes(raw[:at])[-60:]) | st.just(b"\n--"))
        if not raw:
            break
    found = decode(bytes(raw))
    assert isinstance(found, Envelope | Skipped | Unreadable)
    if isinstance(found, Envelope):
        assert found.sent_at.tzinfo is not None
        assert found.customer[0].value
        "".join((found.text, found.subject, found.author, *(part.name for part in found.parts))).encode()
