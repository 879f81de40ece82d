"""Slack's markup as plain text and back: mentions, links and entities, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.text.slack_markup import as_written, mentioned, plain_text
from tests.linear import takes_linear_time


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<@U1>: hi", "@Ann Lee: hi"),
        ("<@U1|ann>", "@ann"),
        ("<@U777>", "@U777"),
        ("<#C1|general> and <#C1> and <#C2|>", "#general and #general and #C2"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|1 March>", "@here @team 1 March"),
        ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
        ("<https://example.org|the site>", "the site (https://example.org)"),
        ("<https://example.org|https://example.org>", "https://example.org"),
        ("<mailto:ann@example.org|ann@example.org>", "ann@example.org"),
        ("a &lt;b&gt; &amp;amp; &amp;lt; c", "a <b> &amp; &lt; c"),
        ("1 < 2 and <", "1 < 2 and <"),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup, {"U1": "Ann Lee"}, {"C1": "general"}) == text


@pytest.mark.parametrize("written", ["a <b> & c", "<@U1> <!channel>", "&lt; is not <", "*2* _3_ `4`", "é\u202e\n> q"])
def test_what_we_write_is_shown_as_written_and_calls_nobody(written: str) -> None:
    sent = as_written(written)
    assert "<" not in sent
    assert plain_text(sent, {}, {}) == written


@given(st.text(alphabet="<>&@#!|ampltgU1 ;\n"))
def test_any_text_of_ours_comes_back_the_same(written: str) -> None:
    assert plain_text(as_written(written), {}, {}) == written


def test_those_who_are_mentioned_are_named_once_in_order() -> None:
    assert mentioned("<@U2> and <@W1|ann> and <@U2>, not <#C1> or <@> or <@u2> @U3") == ("U2", "W1")


@pytest.mark.parametrize("hostile", ["<" * 40_000, "<@" * 20_000, "<a|" * 15_000, "&amp;" * 10_000, "<@U1>" * 10_000])
def test_hostile_markup_takes_linear_time(hostile: str) -> None:
    takes_linear_time(lambda size: (plain_text(hostile[:size], {}, {}), mentioned(hostile[:size])), len(hostile))
