"""An answer finds its thread by the token in its address, and nobody else's token opens anything."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.mail.headers import top_headers
from convo.mail.reply_token import find_thread, make_token, read_token, reply_address
from tests.mail.mails import mail

KEY = b"0123456789abcdef"
threads = st.integers(1, 2**64 - 1)


def found(raw: bytes) -> int | None:
    return find_thread(top_headers(raw), KEY)


@given(threads)
def test_a_token_gives_back_its_thread_in_whatever_case(thread):
    token = make_token(thread, KEY)
    assert token.isalnum()
    assert token == token.lower()
    assert 18 <= len(token) <= 29
    assert read_token(token, KEY) == read_token(token.upper(), KEY) == read_token(token.title(), KEY) == thread


@given(threads, st.integers(0, 28), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_one_letter_changed_is_none(thread, at, letter):
    token = make_token(thread, KEY)
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    assert read_token(changed, KEY) == (thread if changed == token else None)


@given(threads)
def test_another_key_opens_nothing(thread):
    assert read_token(make_token(thread, KEY), KEY[::-1]) is None


@given(st.text(max_size=40) | st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=31))
def test_what_we_did_not_make_is_none(token):
    assert read_token(token, KEY) is None


def test_the_token_is_bound_to_all_its_parts():
    assert len({make_token(thread, KEY) for thread in range(1, 500)}) == 499
    assert make_token(1, KEY)[:16] != make_token(2, KEY)[:16]


def test_a_short_key_and_a_long_address_are_refused():
    with pytest.raises(BadInput):
        make_token(1, b"short")
    with pytest.raises(BadInput):
        make_token(0, KEY)
    with pytest.raises(BadInput):
        reply_address("x" * 36 + "@bikes.example", 2**64 - 1, KEY)
    longest = reply_address("x" * 34 + "@bikes.example", 2**64 - 1, KEY)
    assert len(longest.partition("@")[0]) == 64


@pytest.mark.parametrize("field", ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_token_is_found_wherever_a_server_says_whom_the_mail_is_for(field):
    address = reply_address("support@bikes.example", 77, KEY)
    raw = mail(without="To", extra=f"{field}: Bo <bo@bikes.example>, Shop <{address.upper()}>\n")
    assert found(raw) == 77


def test_the_token_is_found_behind_a_plus_that_the_address_has_of_its_own():
    assert found(mail(To=reply_address("support+eu@bikes.example", 5, KEY))) == 5


@pytest.mark.parametrize("to", ["support@bikes.example", "support+news@bikes.example", "", "support+@bikes.example"])
def test_an_address_without_a_token_belongs_to_no_thread(to):
    assert found(mail(To=to, Subject=make_token(7, KEY), From=reply_address("a@b.example", 7, KEY))) is None


@given(st.binary(max_size=1_000))
def test_no_bytes_raise_and_none_of_them_finds_a_thread(raw):
    assert found(raw) is None


def test_a_header_that_is_not_safe_to_read_finds_no_thread():
    assert found(mail(To=reply_address("support@bikes.example", 9, KEY), extra="X-A: b\n" * 20_000)) is None


def test_a_forged_token_before_a_true_one_does_no_harm():
    true = reply_address("support@bikes.example", 9, KEY)
    forged = reply_address("support@bikes.example", 8, KEY[::-1])
    assert found(mail(To=f"{forged}, {true}")) == 9


def test_a_header_full_of_addresses_is_searched_in_linear_time_and_not_to_its_end():
    started = time.process_time()
    assert found(mail(Cc="a+" + "b" * 20 + "@c," * 40_000)) is None
    assert found(mail(Cc="x@y," * 200 + reply_address("support@bikes.example", 9, KEY))) is None
    assert time.process_time() - started < 4
