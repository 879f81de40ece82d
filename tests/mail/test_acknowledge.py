"""What may be answered automatically: a verified person's own mail, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.mail.acknowledge import why_not_answer
from convo.mail.headers import top_headers
from convo.mail.ourselves import Ourselves
from tests.mail.letters import raw as composed
from tests.mail.mails import OWN, mail

OURSELVES = Ourselves(frozenset({OWN}), "mx.bikes.example")
VERIFIED = "Authentication-Results: mx.bikes.example; dmarc=pass header.from=lima.example\n"


def why(extra: str = "", **fields: str) -> str:
    return why_not_answer(top_headers(mail(extra=VERIFIED + extra, **fields)), OURSELVES)


def test_a_verified_person_is_answered():
    assert why() == ""
    assert why("Auto-Submitted: no\nPrecedence: normal\nX-Auto-Response-Suppress: None\nX-Spam-Flag: NO\n") == ""
    assert why("Return-Path: <ana@lima.example>\nReply-To: other@else.example\n") == ""


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("Auto-Submitted: auto-replied\n", "Auto-Submitted"),
        ("Auto-Submitted: auto-generated\n", "Auto-Submitted"),
        ("Return-Path: <>\n", "Return-Path"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\n", "X-Auto-Response-Suppress"),
        ("Precedence: bulk\n", "bulk"),
        ("Precedence: list\n", "bulk"),
        ("Precedence: junk\n", "bulk"),
        ("Precedence: list\nList-Id: <riders.lists.example>\n", "mailing list"),
        ("List-Id: <riders.lists.example>\n", "mailing list"),
        ("List-Post: <mailto:riders@lists.example>\nList-Unsubscribe: <http://x>\n", "mailing list"),
        ("List-Help: <http://x>\n", "mailing list"),
        ("X-BeenThere: riders@lists.example\n", "mailing list"),
        ("X-Autoreply: yes\n", "automatic reply"),
        ("X-Spam-Flag: YES\n", "spam"),
        ("From: ana@lima.example\n", "one address"),
    ],
)
def test_what_a_machine_or_a_list_sent_is_not_answered_and_the_reason_is_in_words(extra, said):
    assert said in why(extra)


def test_a_report_is_not_answered():
    assert "report" in why(Content_Type="multipart/report; boundary=x")


@pytest.mark.parametrize(
    "sender",
    ["no-reply", "NoReply", "do_not_reply", "donotreply+1", "bounces+77", "owner-riders", "riders-request", "listserv"],
)
def test_a_mailbox_that_nobody_reads_is_not_answered(sender):
    assert "nobody reads" in why(From=f"{sender}@lima.example")


@pytest.mark.parametrize("sender", ["notary", "nora.reply", "noel", "rooter", "bouncer", "owner"])
def test_a_name_that_only_begins_like_that_is_answered(sender):
    assert why(From=f"{sender}@lima.example") == ""


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@lima.example", "postmaster@lima.example"])
def test_a_mail_system_is_not_answered(sender):
    assert "mail system" in why(From=sender)


@pytest.mark.parametrize("sender", [OWN, OWN.upper(), OWN.replace("@", "+token@")])
def test_we_do_not_answer_ourselves(sender):
    assert "ourselves" in why(From=sender)


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ("", "does not vouch"),
        ("Authentication-Results: mx.bikes.example; dmarc=none\n", "does not vouch"),
        ("Authentication-Results: mx.bikes.example; spf=pass; dkim=pass\n", "does not vouch"),
        ("Authentication-Results: mx.evil.example; dmarc=pass\n", "does not vouch"),
        ("Authentication-Results: mx.bikes.example; dmarc=pass header.from=evil.example\n", "does not vouch"),
        ("Authentication-Results: mx.bikes.example; dmarc=fail\n", "forged"),
    ],
)
def test_an_unverified_sender_is_never_answered(results, said):
    assert said in why_not_answer(top_headers(mail(extra=results)), OURSELVES)


def test_without_a_server_of_our_own_nobody_is_answered():
    assert "name of our mail server" in why_not_answer(top_headers(mail(extra=VERIFIED)), Ourselves(frozenset({OWN})))


@pytest.mark.parametrize("sender", ["a@lima.example, b@lima.example", "", "Ana", "<>"])
def test_a_mail_without_exactly_one_sender_is_not_answered(sender):
    assert "one address" in why(From=sender)


def test_a_name_that_is_another_address_is_not_answered():
    assert "two senders" in why(From='"victim@corp.example" <ana@lima.example>')


def test_our_own_automatic_answer_is_never_answered_by_another_desk():
    theirs = Ourselves(frozenset({"ana@lima.example"}), "mx.lima.example")
    head = b"Authentication-Results: mx.lima.example; dmarc=pass\r\n"
    assert why_not_answer(top_headers(head + composed()), theirs) == ""
    assert "Auto-Submitted" in why_not_answer(top_headers(head + composed(automatic=True)), theirs)


@given(st.binary(max_size=1_000))
def test_no_bytes_raise_and_none_of_them_is_answered(raw):
    assert why_not_answer(top_headers(raw), OURSELVES)


@pytest.mark.parametrize(
    "fields",
    [
        {"From": "a," * 400_000},
        {"From": "-request" * 100_000 + "@x.example"},
        {"From": "noreply." * 100_000 + "@x.example"},
        {"Precedence": "bulk " * 150_000},
        {"Authentication-Results": "(" * 900_000},
        {"X-A": "x" * 2_000_000},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_header_made_to_hurt_is_judged_in_linear_time(fields):
    started = time.process_time()
    assert why_not_answer(top_headers(mail(**fields)), OURSELVES)
    assert time.process_time() - started < 4
