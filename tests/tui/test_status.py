"""The status line says what is wrong first, and a desktop notification says only what it was given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from convo.model.inbox_views import ChannelHealth, DeskStatus
from convo.tui.status.line import status_text
from convo.tui.status.notify import notification

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
MAIL = ChannelHealth("mail", "email", "active", NOW - timedelta(minutes=2), "", None, 0, 0)
CHAT = ChannelHealth("chat", "telegram", "active", None, "the token is refused", NOW, 0, 0)
ZONES = ("UTC", "Asia/Tokyo")
STATUS = DeskStatus("/home/kim/shop.convo", "sqlite", "kim", 3, 1, 2, (MAIL, CHAT))


def test_all_is_said_where_there_is_room() -> None:
    said = status_text(STATUS, NOW, UTC, 120).plain
    assert said.startswith("kim  1 not delivered  ➤ chat ✗ the token is refused  3 to leave  2 told to you")
    assert said.endswith("  shop.convo  ✉ mail 2 min ago")


def test_what_is_wrong_stays_where_there_is_little() -> None:
    said = status_text(STATUS, NOW, UTC, 52).plain
    assert len(said) <= 52
    assert said.startswith("kim  1 not delivered  ➤ chat ✗ the token is refused")


def test_nothing_wrong_is_little_said() -> None:
    calm = replace(STATUS, queued=0, failed=0, notifications=0, channels=(MAIL,))
    assert status_text(calm, NOW, UTC, 120).plain == "kim  shop.convo  ✉ mail 2 min ago"


def test_a_channel_that_is_silent_for_long_is_dated_where_the_desk_is() -> None:
    silent = replace(MAIL, last_success=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    told = {zone: status_text(replace(STATUS, channels=(silent,)), NOW, ZoneInfo(zone), 120).plain for zone in ZONES}
    assert told["UTC"].endswith("mail 2026-10-31")
    assert told["Asia/Tokyo"].endswith("mail 2026-11-01")


@pytest.mark.parametrize(
    ("how", "environ", "begin"),
    [
        ("osc9", {}, "\x1b]9;"),
        ("osc777", {}, "\x1b]777;notify;"),
        ("auto", {"TERM_PROGRAM": "WezTerm"}, "\x1b]9;"),
        ("auto", {"TERM": "foot"}, "\x1b]777;notify;"),
    ],
)
def test_a_notification_is_one_sequence_whatever_a_stranger_wrote(
    how: str, environ: dict[str, str], begin: str
) -> None:
    said = notification("Ana\x1b]52;c;x\a", "a;b\x1b\\\ncalc\u202e", how, environ)
    assert said.startswith(begin)
    assert said.endswith("\x1b\\")
    inside = said[len(begin) : -2]
    assert "\x1b" not in inside
    assert "\a" not in inside
    assert "\n" not in inside
    assert inside.count(";") == (1 if begin.endswith("notify;") else 0)


@pytest.mark.parametrize(("how", "environ"), [("off", {"TERM": "foot"}), ("auto", {"TERM": "xterm-256color"})])
def test_a_terminal_that_shows_none_is_sent_none(how: str, environ: dict[str, str]) -> None:
    assert notification("Ana", "hello", how, environ) == ""
