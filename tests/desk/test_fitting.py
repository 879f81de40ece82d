"""What is too long for a channel does not go by it, whoever says it; what fits is up to the channel's settings, too."""

from dataclasses import replace

import pytest

from convo.desk.desk import Desk
from convo.errors import Conflict
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction
from tests.desk.chatting import Customer
from tests.desk.ruling import outcome
from tests.intake.saying import START, chat, rows, take
from tests.worker import scripted as scripted_kind
from tests.worker.scripted import scripted

LONG = "The workshop is open. " * 200


def test_a_bot_whose_answer_is_too_long_for_the_channel_hands_over_and_says_why(desk: Desk) -> None:
    desk.bots.add("ines", "")
    desk.articles.add("opening", "Opening hours of the workshop", LONG, "en")
    ana = Customer(desk, "77", channel="telegram")
    assert ana.writes("opening hours of the workshop?", takes=True, language="en") == []
    assert ana.ended() == ("handed_over", "its answer is too long for this channel")
    assert "telegram (telegram) takes at most 4,096" in ana.notes()[0]
    row = desk.threads.show(ana.thread).row
    assert (row.status, row.unread, row.waiting_since) == ("open", True, ana.at)
    assert rows(desk.store, "delivery") == []
    by_mail = Customer(desk, "ana@x.example", channel="email")
    (answer,) = by_mail.writes("opening hours of the workshop?", takes=True, language="en")
    assert len(answer) > 4_096


def test_a_rule_whose_snippet_is_too_long_for_the_channel_writes_nothing_and_its_other_actions_go_on(
    desk: Desk,
) -> None:
    desk.snippets.add("hours", LONG)
    desk.rules.add("hours", "", ["reply hours", "tag asked"])
    take(desk.store, chat("77", 0), channel="telegram")
    desk.arrivals.route()
    (decision,) = desk.routing.explain(1)
    said, tagged = outcome(decision, "hours").actions
    assert (said.done, tagged.done) == (False, True)
    assert said.detail == "the text has 4,399 characters; telegram (telegram) takes at most 4,096"
    assert len(desk.threads.show(1).messages) == 1
    assert rows(desk.store, "delivery") == []


def test_what_fits_is_what_the_channel_takes_with_its_settings(desk: Desk) -> None:
    able = replace(scripted_kind.KIND.can, longest=200)
    kind = replace(scripted_kind.KIND, can_with=lambda config: able if config["provider"] == "short" else kind.can)
    with scripted("short", "roomy"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(scripted_kind, "KIND", kind)
        desk.channels.add("scripted", "terse", {"provider": "short"})
        desk.channels.add("scripted", "ample", {"provider": "roomy"})
        handle = (Handle("email", "ana@x.example"),)
        take(desk.store, Envelope(Direction.INBOUND, handle, START, "hello"), channel="terse")
        with pytest.raises(Conflict, match=r"201 characters; terse \(scripted\) takes at most 200") as refused:
            desk.threads.reply(1, "x" * 201)
        assert refused.value.hint == "answer by another with --channel: ample; or make it shorter"
        assert desk.threads.reply(1, "x" * 200).delivery == "queued"


def test_a_text_is_as_long_as_its_provider_counts(desk: Desk) -> None:
    take(desk.store, chat("77", 0), channel="telegram")
    with pytest.raises(Conflict, match=r"the text has 4,098 characters; telegram \(telegram\) takes at most 4,096"):
        desk.threads.reply(1, "🚲" * 2_049)
    assert desk.threads.reply(1, "🚲" * 2_048).delivery == "queued"
