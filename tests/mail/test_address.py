"""Address headers as people, programs and forgers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.mail.address import Address, parse_addresses


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ana@lima.example", [("ana@lima.example", "")]),
        ("<ana@lima.example>", [("ana@lima.example", "")]),
        ("Ana Lima <ana@lima.example>", [("ana@lima.example", "Ana Lima")]),
        ('"Lima, Ana" <ana@lima.example>, bo@x.example', [("ana@lima.example", "Lima, Ana"), ("bo@x.example", "")]),
        ('"Ana \\"the\\" Lima" <a@b.example>', [("a@b.example", 'Ana "the" Lima')]),
        ("ana@lima.example (Ana Lima)", [("ana@lima.example", "Ana Lima")]),
        ("Pete(A nice (one) guy) <pete(his box)@silly.example>", [("pete(hisbox)@silly.example", "Pete")]),
        (
            "Friends: a@x.example, Bo <b@x.example>;, c@x.example",
            [("a@x.example", ""), ("b@x.example", "Bo"), ("c@x.example", "")],
        ),
        ("undisclosed-recipients:;", []),
        ("<Undisclosed-Recipient:@x.example;>", []),
        (", a@x.example,, b@x.example,", [("a@x.example", ""), ("b@x.example", "")]),
        ("a@x.example; b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        ("=?utf-8?b?w4Q=?= =?utf-8?q?rger=2C_Jo?= <j@x.example>", [("j@x.example", "Ärger, Jo")]),
        ('"=?utf-8?q?J=C3=B6?=" <j@x.example>', [("j@x.example", "Jö")]),
        ("'ana@lima.example' <ana@lima.example>", [("ana@lima.example", "")]),
        ("<@relay.example,@b.example:ana@lima.example>", [("ana@lima.example", "")]),
        ("<mailto:ana@lima.example>", [("ana@lima.example", "")]),
        ("ana at lima.example (Ana)", [("ana@lima.example", "Ana")]),
        ("Ana Lima ana@lima.example", [("ana@lima.example", "Ana Lima")]),
        ('"john smith"@x.example', [('"john smith"@x.example', "")]),
        ("Ana <<ana@lima.example>>", [("ana@lima.example", "Ana")]),
        ("MAILER-DAEMON <>", [("", "MAILER-DAEMON")]),
        ('"Ana <ana@lima.example>', [("ana@lima.example", "Ana")]),
        ("Ana (oops <ana@lima.example>", [("ana@lima.example", "Ana (oops")]),
        ("Ana <ana@lima.example", [("<ana@lima.example", "Ana")]),
        ("", []),
    ],
)
def test_mailboxes_are_found_however_they_are_written(written, read):
    found = [
        (address.address.lstrip("<"), address.name) for address in parse_addresses(written.encode().decode("latin-1"))
    ]
    assert found == [(address.lstrip("<"), name) for address, name in read]


def test_a_name_is_one_line_without_controls_and_invisible_signs():
    written = "=?utf-8?q?An=1B=5B31ma=0A_=E2=80=AELi=E2=80=8Bma?= <a@x.example>"
    assert parse_addresses(written) == [Address("a@x.example", "An[31ma Lima")]


def test_a_name_in_a_declared_charset_is_read():
    written = "Иван <i@x.example>".encode("koi8-r").decode("latin-1")
    assert parse_addresses(written, "koi8-r") == [Address("i@x.example", "Иван")]


@given(st.text(st.characters(max_codepoint=255), max_size=300) | st.text('"\\<>(),;:@ a', max_size=300))
def test_no_header_breaks_the_parser(written):
    for address in parse_addresses(written):
        assert address.address or address.name
        assert '"' in address.address or not any(sign.isspace() for sign in address.address)
        assert "\n" not in address.name


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True), st.text('ab ,;:<>()@."\\', max_size=20)
        ),
        min_size=1,
        max_size=5,
    )
)
def test_properly_quoted_names_never_change_which_addresses_are_found(people):
    quoted = ((address, name.replace("\\", "\\\\").replace('"', '\\"')) for address, name in people)
    written = ", ".join(f'"{name}" <{address}>' for address, name in quoted)
    assert [address.address for address in parse_addresses(written)] == [address for address, _ in people]
