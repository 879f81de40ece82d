"""How channels do: told by the desk's status, by the doctor and by each channel itself."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from convo import clock
from convo.channels import registry
from convo.channels.trouble import ChannelDown, SendRefused
from convo.desk.desk import Desk
from convo.model.transport import ChannelStateView
from convo.model.views import Finding
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.worker.scripted import KIND, Provider, scripted


@pytest.fixture
def provider(desk: Desk, frozen_now: datetime) -> Iterator[Provider]:
    with scripted("a") as (one,):
        desk.channels.add("scripted", "door", {"provider": "a"})
        yield one


def work(desk: Desk) -> None:
    asyncio.run(Worker(desk, Log()).once())


def health(desk: Desk) -> ChannelStateView:
    (only,) = desk.fetching.health()
    return only


def findings(desk: Desk) -> dict[str, Finding]:
    return {finding.name: finding for finding in desk.doctor.run()}


def test_a_channel_that_works_says_since_when_and_how_fast(desk: Desk, provider: Provider) -> None:
    assert findings(desk)["channel door"].detail == "never fetched from"
    assert "nothing was ever fetched" in findings(desk)["worker"].detail
    provider.says(58, "hello")
    with clock.fixed(datetime.fromisoformat("2026-11-17T12:58:30+00:00")) as _:
        work(desk)
        now = health(desk)
        assert (now.succeeded_at, now.lag, now.error, now.travels) == (clock.now(), 30.0, "", True)
        (told,) = desk.inbox.status().channels
        assert (told.ok, told.last_success, told.lag) == (True, clock.now(), 30.0)
        assert findings(desk)["channel door"].detail == "last success now, lag 30.0 s"
        assert findings(desk)["worker"].ok
    with clock.fixed(datetime.fromisoformat("2026-11-17T13:30:00+00:00")):
        silent = findings(desk)["worker"]
        assert (silent.ok, silent.detail) == (False, "nothing was fetched or sent for 31m")
        assert "convo work" in silent.hint


def test_one_that_breaks_says_why_and_when_it_is_tried_again(desk: Desk, provider: Provider) -> None:
    provider.fetch_trouble.append(ChannelDown("the provider is down for repair", retry_after=120))
    work(desk)
    now = health(desk)
    assert (now.error, now.failures) == ("the provider is down for repair", 1)
    assert now.next_at is not None
    assert now.next_at >= clock.now() + timedelta(minutes=2)
    (told,) = desk.inbox.status().channels
    assert (told.ok, told.error, told.error_at, told.next_at) == (False, now.error, clock.now(), now.next_at)
    finding = findings(desk)["channel door"]
    assert not finding.ok
    assert "the provider is down for repair (1 time, tried again in" in finding.detail
    assert finding.hint == "convo channel test door"
    with clock.fixed(now.next_at):
        work(desk)
        assert (health(desk).error, health(desk).next_at) == ("", None)


def test_what_waits_too_long_and_what_did_not_go_is_told(desk: Desk, provider: Provider) -> None:
    provider.says(1, "hello")
    work(desk)
    desk.threads.reply(1, "one")
    provider.send_trouble.append(SendRefused("no such user"))
    work(desk)
    desk.threads.reply(1, "two")
    assert (health(desk).queued, health(desk).failed) == (1, 1)
    with clock.fixed(clock.now() + timedelta(hours=1)):
        finding = findings(desk)["channel door"]
        assert "the oldest answer waits for 1h" in finding.detail
        assert "1 answer did not go" in finding.detail
        desk.channels.pause("door")
        paused = findings(desk)["channel door"].detail
        assert "waits" not in paused
        assert "paused" in paused


def test_one_that_lacks_a_secret_says_which(desk: Desk, frozen_now: datetime) -> None:
    desk.channels.add("twilio", "sms", {"account": "AC1", "number": "+49"})
    finding = findings(desk)["channel sms"]
    assert (finding.ok, "lacks token" in finding.detail, "convo channel secret" in finding.hint) == (False, True, True)
    assert desk.channels.show("sms").health == health(desk)
    desk.channels.add("phone", "desk phone")
    assert "channel desk phone" not in findings(desk)


def test_a_channel_that_is_only_sent_by_is_well_again_once_something_went(
    desk: Desk, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.says(1, "hello")
    work(desk)
    monkeypatch.setattr("tests.worker.scripted.KIND", replace(KIND, can=replace(KIND.can, fetches=False)))
    registry.kind_of.cache_clear()
    desk.threads.reply(1, "one")
    provider.send_trouble.append(ChannelDown("down"))
    work(desk)
    assert (health(desk).error, health(desk).failures) == ("down", 1)
    with clock.fixed(clock.now() + timedelta(hours=1)):
        work(desk)
        assert (health(desk).error, health(desk).failures, health(desk).succeeded_at) == ("", 0, clock.now())
    assert len(provider.sent) == 1
