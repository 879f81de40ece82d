"""Handles in their one form."""

import subprocess
import sys
from time import perf_counter

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.intake import phone_numbers
from convo.intake.identities import LONGEST, guess_kind, normalise
from convo.model.words import IdentityKind


def email(value: str) -> str:
    return normalise("email", value, home_region="US")


def phone(value: str, region: str = "US") -> str:
    return normalise("phone", value, home_region=region)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Ann@Example.ORG", "ann@example.org"),
        ("  ann@example.org\n", "ann@example.org"),
        ("<ann@example.org>", "ann@example.org"),
        ("mailto:Ann@example.org", "ann@example.org"),
        ('"ann"@example.org', "ann@example.org"),
        ('"Ann Lee"@example.org', '"ann lee"@example.org'),
        ('"a\\"b"@example.org', '"a\\"b"@example.org'),
        ("ann+shop@gmail.com", "ann+shop@gmail.com"),
        ("a.n.n@gmail.com", "a.n.n@gmail.com"),
        ("ann@Bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--Bcher-KVA.example", "ann@xn--bcher-kva.example"),
        ("ann@example。jp", "ann@example.jp"),
        ("a\u0308nn@example.org", "änn@example.org"),
        ("Ärger@example.org", "ärger@example.org"),
        ("ann@foo_bar.example", "ann@foo_bar.example"),
        ("ann@-ödd-.example", "ann@-ödd-.example"),
        ("ann@example.org.", "ann@example.org"),
        ("root@localhost", "root@localhost"),
        ("ann@[IPv6:2001:DB8::1]", "ann@[ipv6:2001:db8::1]"),
        ("\u202aann@example.org\u202c", "ann@example.org"),
        ("an\u200bn@example.org", "ann@example.org"),
    ],
)
def test_an_address_has_one_form(written: str, form: str) -> None:
    assert email(written) == form
    assert email(form) == form


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "ann", "@example.org", "ann@", "ann lee@example.org", "a@b@c", "ann@exa mple.org", "ann@a..b"),
        *("ann@.b", "ann\0@example.org", "ann\ud800@example.org", "a@[]", '""@example.org', "Ann <a@b.example>"),
        "ann@" + "x" * LONGEST,
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(written: str) -> None:
    with pytest.raises(BadInput) as caught:
        email(written)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("written", "region", "form"),
    [
        ("+1 (650) 253-0000", "ES", "+16502530000"),
        ("650 253 0000", "US", "+16502530000"),
        ("tel:+1-650-253-0000", "ES", "+16502530000"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("600 111 222", "ES", "+34600111222"),
        ("0170 1234567", "DE", "+491701234567"),
        ("+49 (0)170 1234567", "US", "+491701234567"),
        ("+4901701234567", "US", "+491701234567"),
        ("0049 170 1234567", "GB", "+491701234567"),
        ("00491701234567", "US", "+491701234567"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("491701234567", "US", "+491701234567"),
        ("06 12345678", "IT", "+390612345678"),
        ("+52 1 55 1234 5678", "US", "+525512345678"),
        ("5215512345678", "US", "+525512345678"),
        ("+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", "US", "+442079460958"),
        ("\u202a+44 20 7946 0958\u202c", "US", "+442079460958"),
        ("+44\u00a020\u20117946\u20110958", "US", "+442079460958"),
        ("+1 650 253 0000 ext. 5", "US", "+16502530000;ext=5"),
        ("+16502530000;ext=5", "US", "+16502530000;ext=5"),
        ("100", "US", "100"),
        ("112", "DE", "112"),
        ("+999123456789", "DE", "+999123456789"),
        ("0000", "US", "0000"),
    ],
)
def test_a_number_has_one_form(written: str, region: str, form: str) -> None:
    assert phone(written, region) == form
    assert phone(form, region) == form


@pytest.mark.parametrize(
    "written", ["anonymous", "", "+", "unknown caller", "1" * 30, "12:30", "<100>", "ann@example.org"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(BadInput):
        phone(written)


@pytest.mark.parametrize(
    ("kind", "written", "form"),
    [
        ("whatsapp", "49 170 1234567", "+491701234567"),
        ("whatsapp", "+52 1 55 1234 5678", "+525512345678"),
        ("whatsapp", "US.13491208655302741918", "US.13491208655302741918"),
        ("whatsapp", " Ann\u0301 ", "Anń"),
        ("telegram", "user123456", "123456"),
        ("telegram", "123456", "123456"),
        ("telegram", "@AnnLee", "@annlee"),
        ("slack", "t01abc:u02def", "T01ABC:U02DEF"),
        ("matrix", "@Ann:Example.ORG", "@Ann:example.org"),
        ("messenger", " 12345 ", "12345"),
        ("web", "Visitor-7f", "Visitor-7f"),
        ("external", "zendesk:42", "zendesk:42"),
        ("external", "👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_other_kinds_follow_their_own_rules(kind: str, written: str, form: str) -> None:
    assert normalise(kind, written, home_region="US") == form
    assert normalise(kind, form, home_region="US") == form


@pytest.mark.parametrize(
    ("kind", "written"),
    [("matrix", "ann"), ("external", ""), ("web", "a\tb\x1b"), ("web", "x" * (LONGEST + 1)), ("fax", "1234567")],
)
def test_other_kinds_refuse_what_they_cannot_be(kind: str, written: str) -> None:
    with pytest.raises(BadInput):
        normalise(kind, written, home_region="US")


@given(
    st.sampled_from([kind.value for kind in IdentityKind]),
    st.text(max_size=40),
    st.sampled_from(["US", "DE", "MX", "IT"]),
)
def test_a_form_is_its_own_form_and_nothing_else_is_raised(kind: str, written: str, region: str) -> None:
    try:
        form = normalise(kind, written, home_region=region)
    except BadInput:
        return
    assert normalise(kind, form, home_region=region) == form
    assert 0 < len(form) <= LONGEST
    form.encode()


@given(st.text("0123456789 +()-", min_size=3, max_size=18), st.sampled_from(["US", "DE", "MX", "IT", "AR", "BR", "RU"]))
def test_a_number_is_its_own_form(written: str, region: str) -> None:
    try:
        form = phone(written, region)
    except BadInput:
        return
    assert phone(form, region) == form


@given(st.from_regex(phone_numbers._SURE, fullmatch=True))
def test_the_short_way_for_numbers_agrees_with_the_long_one(number: str) -> None:
    assert phone_numbers._read.__wrapped__(number, "US") == number


@given(st.from_regex(r"[a-zA-Z0-9._+-]{1,20}@[a-zA-Z0-9-]{1,10}(\.[a-zA-Z]{2,5}){0,2}", fullmatch=True))
def test_the_short_way_for_addresses_agrees_with_the_long_one(address: str) -> None:
    assert email(address) == email(f"<{address}>") == email(address.lower())


@pytest.mark.parametrize("region", ["AR", "AU", "BR", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "MX", "US", "ZA"])
def test_example_numbers_of_each_region_are_the_same_however_they_are_written(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    forms = {
        phone(phonenumbers.format_number(example, style), region)
        for style in (
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
            phonenumbers.PhoneNumberFormat.NATIONAL,
            phonenumbers.PhoneNumberFormat.RFC3966,
        )
    }
    assert len(forms) == 1


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("ann@example.org", "email"),
        ("+34 600 111 222", "phone"),
        ("(0170) 1234567", "phone"),
        ("@annlee", "telegram"),
        ("@ann:example.org", "matrix"),
        ("Ann Lee", None),
        ("100", None),
        ("Room 12345", None),
        ("@", None),
        ("", None),
    ],
)
def test_a_kind_is_guessed_only_where_it_shows(written: str, kind: str | None) -> None:
    assert guess_kind(written) == kind


def test_plain_handles_load_neither_library() -> None:
    code = (
        "import sys; from convo.intake.identities import normalise as n; "
        "n('email', 'Ann@Example.org', home_region='US'); n('phone', '+16502530000', home_region='US'); "
        "sys.exit('idna' in sys.modules or 'phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_hostile_handles_take_no_time() -> None:
    started = perf_counter()
    for value in ("@" * 100_000, '"' + "\\" * 300 + "@x", "1 x" * 100, "." * 320, "a@" + "." * 300, "+" * 320):
        for kind in IdentityKind:
            try:
                normalise(kind.value, value, home_region="US")
            except BadInput:
                pass
    assert perf_counter() - started < 2
