"""The subject of a reply says so once."""

import time

import pytest

from convo.mail.subject import reply_subject


@pytest.mark.parametrize(
    "subject",
    [
        *("Chain", "Re: Chain", "RE: Chain", "AW: Chain", "Antw: Chain", "SV: Chain", "Re[2]: Chain", "Re (3): Chain"),
        *(
            "re : Chain",
            "R: Chain",
            "回复：Chain",
            "返信: Chain",
            "Отв: Chain",
            "ΑΠ: Chain",
            "YNT: Chain",
            "Odp: Chain",
        ),
        *("AW: Re: SV: Re: Chain", "Re:Re:Re:Chain", " Re^4: Chain ", "Réf: Chain", "Odp: Chain"),
    ],
)
def test_the_sign_of_a_reply_stands_once_in_whatever_language_it_came(subject):
    assert reply_subject(subject) == "Re: Chain"


@pytest.mark.parametrize(
    "subject",
    ["Fwd: Chain", "Fwd: Re: Chain", "WG: Chain", "Return: how?", "12:30 tomorrow", "Ref: 77", "[shop] Re: x"],
)
def test_what_is_no_sign_of_a_reply_stays(subject):
    assert reply_subject(subject) == f"Re: {subject}"


def test_nothing_leaves_the_sign_alone():
    assert reply_subject("") == reply_subject("Re: AW:") == "Re:"


@pytest.mark.parametrize("subject", ["Re: " * 300_000, "re" + " " * 900_000 + ":", "Re[" * 300_000, " " * 900_000])
def test_a_subject_of_a_megabyte_takes_linear_time(subject):
    started = time.process_time()
    reply_subject(subject)
    assert time.process_time() - started < 4
