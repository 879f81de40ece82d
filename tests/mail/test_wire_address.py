"""Addresses as SMTP takes them, and what is refused."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.mail.wire_address import wire_address


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("Ana@LIMA.example", "Ana@lima.example"),
        (" ana@lima.example ", "ana@lima.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@例え。テスト", "ana@xn--r8jz45g.xn--zckzah"),
        ("jörg@lima.example", "jörg@lima.example"),
        ("ana@localhost", "ana@localhost"),
    ],
)
def test_the_domain_is_ascii_and_the_local_part_is_as_it_was(address, wire):
    assert wire_address(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "@",
            "ana@",
            "@lima.example",
            "a b@lima.example",
            "a@b@lima.example",
            "<a@lima.example>",
            "a,b@x.example",
        ),
        *(
            "a\r\n@lima.example",
            "a\0@lima.example",
            "a@lima.example\r\nRCPT TO:<b@x>",
            '"a\n"@lima.example',
            "a@[1]\n.x",
        ),
        *("a@-lima.example", "a@" + "x" * 64 + ".example", "a@" + "ü" * 100 + ".example", "a@lima..example"),
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadInput):
        wire_address(address)


@given(st.text(max_size=60) | st.from_regex(r"[a-zé\"\\]{1,8}@[a-zü.\[\]]{1,20}", fullmatch=True))
def test_whatever_is_taken_can_stand_in_an_smtp_command(address):
    try:
        wire = wire_address(address)
    except BadInput:
        return
    local, _, domain = wire.rpartition("@")
    assert domain.isascii()
    assert local
    assert not any(sign in wire for sign in "\r\n<>\0")
    assert wire.isprintable()
    assert wire_address(wire) == wire


@pytest.mark.parametrize("sign", ['"', "\\", "a.", "ü", "xn--", "[", "."])
def test_an_address_of_a_megabyte_is_refused_in_linear_time(sign):
    started = time.process_time()
    for address in (sign * 300_000, f"a@{sign * 300_000}", f'"{sign * 300_000}"@x.example'):
        with pytest.raises(BadInput):
            wire_address(address)
    assert time.process_time() - started < 4
