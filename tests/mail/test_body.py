"""The text and the parts of a mail, out of every MIME structure that turns up."""

import base64

import pytest

from convo.mail.flowed import unflow
from convo.mail.part_name import part_name
from convo.mail.transfer import decode_base64, decode_transfer
from convo.model.words import AttachmentRole
from tests.mail.mails import envelope, mail, multipart

PLAIN = "Content-Type: text/plain; charset=utf-8\n\nthe plain text\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>the <b>html</b> text ü</p>\n"
PNG = "Content-Type: image/png\nContent-ID: <one@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
PDF = (
    'Content-Type: application/pdf\nContent-Disposition: attachment; filename="bill.pdf"\n'
    "Content-Transfer-Encoding: base64\n\nJVBERi0xLjQ=\n"
)


def of(subtype: str, *parts: str | bytes, boundary: str = "edge") -> bytes:
    content, body = multipart(subtype, *parts, boundary=boundary)
    return mail(body, Content_Type=content)


def nested(subtype: str, *parts: str | bytes, boundary: str = "inner") -> bytes:
    content, body = multipart(subtype, *parts, boundary=boundary)
    return f"Content-Type: {content}\n\n".encode() + body


def parts_of(raw: bytes) -> list[tuple[str, str, AttachmentRole]]:
    return [(part.name, part.media_type, part.role) for part in envelope(raw).parts]


def test_plain_text_is_preferred_and_the_html_is_kept_as_a_part():
    found = envelope(of("alternative", PLAIN, HTML))
    assert found.text == "the plain text"
    (part,) = found.parts
    assert (part.name, part.media_type, part.role) == ("message.html", "text/html", AttachmentRole.HTML)
    assert part.data is not None
    assert "the <b>html</b> text ü" in part.data.decode("utf-8")


@pytest.mark.parametrize("raw", [of("mixed", HTML), mail("<p>the html text ü</p>", Content_Type="text/html")])
def test_html_alone_becomes_text(raw):
    found = envelope(raw)
    assert found.text.strip() == "the html text ü"
    assert [part.role for part in found.parts] == [AttachmentRole.HTML]


def test_a_blank_plain_alternative_gives_way_to_the_html():
    assert envelope(of("alternative", "Content-Type: text/plain\n\n \n", HTML)).text.strip() == "the html text ü"


def test_html_names_its_own_charset():
    raw = mail('<meta charset="koi8-r"><p>Цепь</p>'.encode("koi8-r"), Content_Type="text/html")
    assert envelope(raw).text.strip() == "Цепь"


def test_a_mail_with_inline_image_and_file_keeps_both_apart():
    raw = of("mixed", nested("alternative", PLAIN, nested("related", HTML, PNG, boundary="third")), PDF)
    assert envelope(raw).text == "the plain text"
    assert parts_of(raw) == [
        ("message.html", "text/html", AttachmentRole.HTML),
        ("part-3.png", "image/png", AttachmentRole.INLINE),
        ("bill.pdf", "application/pdf", AttachmentRole.FILE),
    ]
    assert [part.data for part in envelope(raw).parts[1:]] == [b"\x89PNG\r\n\x1a\n", b"%PDF-1.4"]


def test_texts_around_an_attachment_are_all_read():
    assert envelope(of("mixed", PLAIN, PDF, "Content-Type: text/plain\n\na list's footer\n")).text == (
        "the plain text\n\na list's footer"
    )


def test_a_text_file_is_a_file_and_not_the_message():
    notes = 'Content-Type: text/plain; name="notes.txt"\n\nnotes\n'
    raw = of("mixed", PLAIN, notes)
    assert envelope(raw).text == "the plain text"
    assert parts_of(raw) == [("notes.txt", "text/plain", AttachmentRole.FILE)]


def test_the_only_text_is_the_message_even_under_a_file_name():
    named = 'Content-Type: text/plain; name="body.txt"\n\nthe named text\n'
    assert envelope(of("mixed", named, PDF)).text == "the named text"


def test_a_mail_that_is_an_attachment_has_no_text():
    raw = mail("notes", Content_Type="text/plain", Content_Disposition="attachment; filename=notes.txt")
    assert envelope(raw).text == ""
    assert parts_of(raw) == [("notes.txt", "text/plain", AttachmentRole.FILE)]


def test_an_attached_mail_keeps_its_bytes_exactly():
    inner = mail(
        "caf\xe9 \0".encode("latin-1"), Content_Type='multipart/mixed; boundary="edge2"', Subject=" odd  spaces "
    )
    (part,) = envelope(of("mixed", PLAIN, b"Content-Type: message/rfc822\n\n" + inner)).parts
    assert (part.name, part.data, part.role) == ("part-2.eml", inner, AttachmentRole.FILE)


def test_the_parts_of_a_digest_are_mails():
    raw = of("digest", b"\n" + mail("one"), b"\n" + mail("two"))
    assert [media_type for _, media_type, _ in parts_of(raw)] == ["message/rfc822"] * 2


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Image/PNG ; x=y", "image/png"),
        ("image / png", "image/png"),
        ("image/png charset=utf-8", "image/png"),
        ("image/\0png", "application/octet-stream"),
        ("image/" + "x" * 5_000, "application/octet-stream"),
    ],
)
def test_a_media_type_is_a_plain_word_pair_or_nothing_in_particular(written, read):
    raw = of("mixed", f"Content-Type: {written}\nContent-Disposition: attachment\n\nx")
    assert [part.media_type for part in envelope(raw).parts] == [read]


def test_winmail_dat_stays_a_file():
    part = 'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n'
    assert parts_of(of("mixed", PLAIN, part)) == [("winmail.dat", "application/ms-tnef", AttachmentRole.FILE)]


def test_a_bounce_keeps_its_report_beside_its_text():
    report = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n"
    raw = of("report", PLAIN, report)
    assert envelope(raw).text == "the plain text"
    assert parts_of(raw) == [("part-2.txt", "message/delivery-status", AttachmentRole.FILE)]


def test_a_truncated_inner_multipart_does_not_swallow_what_follows_it():
    cut = b'Content-Type: multipart/alternative; boundary="inner"\n\n--inner\n' + PLAIN.encode()
    raw = of("mixed", cut, PDF)
    assert envelope(raw).text == "the plain text"
    assert [name for name, _, _ in parts_of(raw)] == ["bill.pdf"]


def test_a_boundary_that_begins_another_one_is_told_apart():
    inner = nested("alternative", PLAIN, HTML, boundary="edge_alt")
    raw = of("mixed", inner, PDF)
    assert envelope(raw).text == "the plain text"
    assert len(envelope(raw).parts) == 2


def test_an_inner_multipart_with_the_boundary_of_the_outer_does_no_harm():
    raw = of("mixed", b'Content-Type: multipart/alternative; boundary="edge"\n\n', PLAIN, PDF)
    assert envelope(raw).text == "the plain text"


def test_two_inner_multiparts_may_use_the_same_boundary():
    raw = of("mixed", nested("alternative", PLAIN, HTML), nested("mixed", "\nanother text\n", PDF))
    assert envelope(raw).text == "the plain text\n\nanother text"
    assert [name for name, _, _ in parts_of(raw)] == ["message.html", "bill.pdf"]


def test_parts_after_the_closing_boundary_are_not_lost():
    content, body = multipart("mixed", PLAIN)
    raw = mail(body + b"--edge\n" + PDF.encode() + b"--edge--\n", Content_Type=content)
    assert [name for name, _, _ in parts_of(raw)] == ["bill.pdf"]


@pytest.mark.parametrize(
    "content", ["multipart/mixed", 'multipart/mixed; boundary="never"', "multipart/mixed; boundary="]
)
def test_a_multipart_without_parts_is_read_as_text(content):
    assert envelope(mail("still here\n", Content_Type=content)).text == "still here"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_the_line_end_before_a_boundary_is_not_the_parts(ending):
    raw = of("mixed", PLAIN, "Content-Type: application/x\n\nabc").replace(b"\n", ending)
    assert envelope(raw).parts[0].data == b"abc"


@pytest.mark.parametrize(
    ("encoding", "data", "decoded"),
    [
        ("base64", b"YWJj\nZA==", b"abcd"),
        (" BASE64 ; x", b"YWJjZA", b"abcd"),
        ("base64", b"YW!Jj\n\nZ", b"abc"),
        ("Quoted-printable", b"a=3Db=\nc", b"a=bc"),
        ("quoted printable", b"a=3Db", b"a=b"),
        ("x-uuencode", b"begin 644 x\n#86)C\n`\nend\n", b"abc"),
        ("x-uuencode", b"not uuencoded", b"not uuencoded"),
        ("7-bit", b"a=3D", b"a=3D"),
        ("", b"a=3D", b"a=3D"),
    ],
)
def test_transfer_encodings_are_undone_however_they_are_spelled(encoding, data, decoded):
    assert decode_transfer(data, encoding) == decoded


@pytest.mark.parametrize("cut", range(12))
def test_torn_base64_gives_what_it_holds(cut):
    whole = b"abcdefghi"
    assert whole.startswith(decode_base64(base64.b64encode(whole)[:cut]))


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("one \ntwo\n\nthree", "one two\n\nthree"),
        ("> quoted \n> on\nnot", "> quoted on\nnot"),
        (">> deep \n> less", ">> deep\n> less"),
        (" From stuffed\n >no quote", "From stuffed\n>no quote"),
        ("text\n-- \nAna", "text\n-- \nAna"),
    ],
)
def test_flowed_text_is_joined(flowed, text):
    assert unflow(flowed) == text


def test_flowed_text_may_give_up_its_spaces():
    raw = mail("漢 \n字\n", Content_Type="text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert envelope(raw).text == "漢字"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("a\r\nb\0c\x1b[31m.txt", "a bc[31m.txt"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("..", "part-7.pdf"),
        ("", "part-7.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
    ],
)
def test_a_file_name_is_never_a_path_nor_a_trick(written, kept):
    assert part_name(written, "application/pdf", 7) == kept


def test_a_very_long_text_is_cut_and_kept_whole_as_a_file():
    body = b"word " * 300_000
    found = envelope(mail(body))
    assert len(found.text) <= 1 << 20
    assert [part.data for part in found.parts] == [body]
