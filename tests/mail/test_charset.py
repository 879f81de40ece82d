"""Charsets, encoded words and parameters: labels that lie, lack or mislead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.mail.charset import codec_of, decode_text
from convo.mail.encoded_words import decode_words
from convo.mail.parameters import parse_parameters


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8; format=flowed", "utf-8"),
        ('"UTF-8"', "utf-8"),
        (" 'iso-8859-15' ", "iso8859-15"),
        ("iso-8859-8-i", "iso8859-8"),
        ("ISO-8859-1", "cp1252"),
        ("ks_c_5601-1987", "cp949"),
        ("gb2312", "gb18030"),
        ("x-unknown", None),
        ("", None),
        ("rot13", None),
        ("zlib", None),
        ("punycode", None),
        ("idna", None),
        ("unicode_escape", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_label_names_a_codec_or_none(label, codec):
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "no-such-charset", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("“quoted” €".encode("cp1252"), "iso-8859-1", "“quoted” €"),
        ("שלום".encode("iso8859-8"), "iso-8859-8-i", "שלום"),
        ("こんにちは".encode("iso2022_jp"), "ISO-2022-JP", "こんにちは"),
        ("スティ".encode("cp932"), "shift_jis", "スティ"),
        ("漢字".encode(), "shift_jis2", "漢字"),
        ("Grüße".encode("utf-16"), "utf-16", "Grüße"),
        (b"plain", "utf-16", "plain"),
        (b"\xef\xbb\xbfbom", "utf-8", "bom"),
        (b"\x81\x8d", "", "\ufffd\ufffd"),
    ],
)
def test_text_is_read_whatever_its_label_says(data, label, text):
    assert decode_text(data, label) == text


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else():
    data = "Grüße aus Köln, schöne Stadt, übrigens ".encode() + b"\xe2\x82"
    assert decode_text(data, "utf-8") == "Grüße aus Köln, schöne Stadt, übrigens \ufffd"


def test_an_unlabelled_text_is_guessed_from_its_bytes():
    text = "Привет, у меня вопрос по поводу заказа, который я сделал на прошлой неделе. Когда он придёт?\n" * 4
    assert decode_text(text.encode("cp1251"), "x-unknown", guess=True) == text


@given(
    st.binary(max_size=200), st.text(max_size=20) | st.sampled_from(["utf-16", "utf-7", "hz", "iso-2022-kr", "big5"])
)
def test_no_bytes_under_no_label_break_the_decoder(data, label):
    assert isinstance(decode_text(data, label, guess=True), str)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?utf-8?Q?J=C3?= =?utf-8?Q?=B6?=", "Jö"),
        ("=?utf-8?B?w7w=?=\t=?utf-8?B?w7w?=", "üü"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?NONE?B?VEVTVA=?=", "TEST"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("=?utf-8?x?what?=", "=?utf-8?x?what?="),
        ("=?utf-8?q??=empty", "empty"),
        ("=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üü"),
        ("=?utf-8?q?=41?=", "A"),
        ("no =? here", "no =? here"),
    ],
)
def test_encoded_words_are_decoded(written, read):
    assert decode_words(written) == read


@given(st.text("=?utf-8qB_ \xfc", max_size=200))
def test_no_header_breaks_the_word_decoder(written):
    assert isinstance(decode_words(written), str)


@pytest.mark.parametrize(
    ("written", "name", "read"),
    [
        ('text/plain; charset="utf-8"', "charset", "utf-8"),
        ("text/plain; Charset = utf-8 ; x=y", "charset", "utf-8"),
        ('a/b; name="a;b=c.txt"; x=y', "name", "a;b=c.txt"),
        ('a/b; name="C:\\temp\\x.txt"', "name", "C:\\temp\\x.txt"),
        ('a/b; name="say \\"hi\\".txt"', "name", 'say "hi".txt'),
        ("a/b; name=my file.pdf", "name", "my file.pdf"),
        ('a/b; name="=?utf-8?q?J=C3=B6.pdf?="', "name", "Jö.pdf"),
        ("a/b; name*=utf-8'de'J%C3%B6.pdf", "name", "Jö.pdf"),
        ("a/b; name*=J%C3%B6.pdf", "name", "Jö.pdf"),
        ("a/b; name*1=o.pdf; name*0*=utf-8''J%C3%B6", "name", "Jöo.pdf"),
        ('a/b; name*0="long "; name*1="name.pdf"', "name", "long name.pdf"),
        ("a/b; name=plain.pdf; name*=utf-8''J%C3%B6.pdf", "name", "Jö.pdf"),
        ("a/b; name=first; name=second", "name", "first"),
        ('a/b; name="never closed', "name", "never closed"),
        ("a/b; name*99999999999999999999*=x; name=y", "name", "y"),
        ("a/b", "name", ""),
        ("", "name", ""),
    ],
)
def test_parameters_are_read_in_all_their_forms(written, name, read):
    assert parse_parameters(written).text(name) == read


@given(st.text("ab/;=\"\\*'%0 \xfc", max_size=200))
def test_no_header_breaks_the_parameter_parser(written):
    parsed = parse_parameters(written)
    assert all(isinstance(parsed.text(name.rstrip("*0")), str) for name in parsed.raw)
