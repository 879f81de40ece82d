"""Whether a machine wrote a mail, and whether its sender can be believed."""

import pytest

from convo.mail.ourselves import Ourselves
from convo.model.words import Authentication
from tests.mail.mails import envelope, mail, multipart

LIST = "List-Id: <riders.lists.example>\nList-Post: <mailto:riders@lists.example>\nList-Unsubscribe: <http://x>\n"


@pytest.mark.parametrize(
    "extra",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-generated (failure)\n",
        "Return-Path: <>\n",
        "Return-Path: <MAILER-DAEMON>\n",
        "X-Auto-Response-Suppress: All\n",
        "Precedence: bulk\n",
        "Precedence: junk\n",
        "Precedence: list\n",
        "Precedence: auto_reply\n",
        "X-Autoreply: yes\n",
        "X-Failed-Recipients: x@y.example\n",
        "List-Unsubscribe: <http://x>\n",
    ],
)
def test_what_a_machine_wrote_is_automatic(extra):
    assert envelope(mail(extra=extra)).automatic


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@x.example", "Mail System <postmaster@x.example>", "mailer-daemon"])
def test_mail_from_a_daemon_is_automatic(sender):
    assert envelope(mail(From=sender)).automatic


def test_a_report_is_automatic():
    content, body = multipart("report", "\nit failed\n")
    assert envelope(mail(body, Content_Type=content)).automatic


@pytest.mark.parametrize(
    "extra",
    [
        "",
        "Auto-Submitted: no\n",
        "Auto-Submitted: No (a person)\n",
        "Return-Path: <ana@lima.example>\n",
        "X-Auto-Response-Suppress: None\n",
        "Precedence: normal\n",
        "Precedence: list\nList-Id: <riders.lists.example>\n",
        "Precedence: list\n" + LIST,
        "Precedence: bulk\n" + LIST,
        LIST,
    ],
)
def test_what_a_person_wrote_is_not_automatic_even_through_a_list(extra):
    assert not envelope(mail(extra=extra)).automatic


def verdict(*results: str, own: str = "", **fields: str) -> Authentication:
    extra = "".join(f"Authentication-Results: {result}\n" for result in results)
    return envelope(mail(extra=extra, **fields), Ourselves(authserv_id=own)).authentication


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("mx.bikes.example; dmarc=pass header.from=lima.example", Authentication.PASS),
        ("MX.bikes.example 1; dkim=pass (good; yes) header.d=lima.example; dmarc=pass (p=none)", Authentication.PASS),
        ("mx.bikes.example; dmarc=pass header.from=other.example", Authentication.NONE),
        ("mx.bikes.example; dmarc=fail (p=reject) header.from=lima.example", Authentication.FAIL),
        ('mx.bikes.example; spf=softfail smtp.mailfrom=x; dkim=fail reason="a;b"', Authentication.FAIL),
        ("mx.bikes.example; spf=fail; dkim=fail; dkim=pass", Authentication.NONE),
        ("mx.bikes.example; spf=pass; dkim=fail", Authentication.NONE),
        ("mx.bikes.example; spf=pass; dkim=pass", Authentication.NONE),
        ("mx.bikes.example; none", Authentication.NONE),
        ("mx.bikes.example; (dmarc=pass) none", Authentication.NONE),
        ("mx.bikes.example", Authentication.NONE),
    ],
)
def test_our_own_server_is_believed(result, found):
    assert verdict(result, own="mx.bikes.example") is found


@pytest.mark.parametrize("result", ["evil.example; dmarc=pass", "evil.example; dmarc=fail", "spf=pass; dmarc=fail", ""])
def test_any_other_server_is_ignored_where_we_have_our_own(result):
    assert verdict(result, own="mx.bikes.example") is Authentication.NONE


def test_only_the_topmost_header_of_our_server_counts():
    forged = "mx.bikes.example; dmarc=pass"
    assert verdict("mx.bikes.example; dmarc=fail", forged, own="mx.bikes.example") is Authentication.FAIL
    assert verdict("mx.bikes.example; spf=none", forged, own="mx.bikes.example") is Authentication.NONE


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (["mx.other.example; dmarc=pass"], Authentication.NONE),
        (["mx.other.example; dmarc=fail"], Authentication.FAIL),
        (["spf=fail (sender IP is 1.2.3.4) smtp.mailfrom=x; dkim=fail; dmarc=fail action=none"], Authentication.FAIL),
        (["mx.other.example; spf=fail; dkim=fail"], Authentication.FAIL),
        (["mx.other.example; dmarc=none", "mx.evil.example; dmarc=fail"], Authentication.NONE),
    ],
)
def test_without_a_server_of_our_own_only_the_topmost_failure_is_believed(results, found):
    assert verdict(*results) is found


@pytest.mark.parametrize(
    "sender",
    [
        '"victim@corp.example" <evil@x.example>',
        '"Victim (victim@corp.example)" <evil@x.example>',
        "=?utf-8?q?victim=40corp=2Eexample?= <evil@x.example>",
        "victim＠corp.example <evil@x.example>",
        "ana@lima.example, evil@x.example",
    ],
)
def test_a_forged_sender_fails_whatever_the_server_says(sender):
    assert verdict("mx.bikes.example; dmarc=pass", own="mx.bikes.example", From=sender) is Authentication.FAIL


def test_two_from_fields_fail():
    raw = mail(extra="From: evil@x.example\nAuthentication-Results: mx.bikes.example; dmarc=pass\n")
    assert envelope(raw, Ourselves(authserv_id="mx.bikes.example")).authentication is Authentication.FAIL


@pytest.mark.parametrize(
    "sender", ['"Ana@Lima.example" <ana@lima.example>', "Ana @ Lima <ana@lima.example>", "Ana@home <ana@lima.example>"]
)
def test_a_harmless_at_sign_in_a_name_does_not_fail(sender):
    assert verdict("mx.bikes.example; dmarc=pass", own="mx.bikes.example", From=sender) is Authentication.PASS


def test_a_list_that_passes_does_not_vouch_for_the_person_behind_it():
    raw = mail(
        From="Ana via Riders <riders@lists.example>",
        extra=LIST + "Reply-To: ana@lima.example\nAuthentication-Results: mx.bikes.example; dmarc=pass\n",
    )
    found = envelope(raw, Ourselves(authserv_id="mx.bikes.example"))
    assert found.customer[0].value == "ana@lima.example"
    assert found.authentication is Authentication.NONE
