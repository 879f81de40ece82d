"""An HTML mail becomes the text that its reader sees, whatever it is made of, in time linear in its length."""

import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.text import html_to_text, safe, split_quote
from convo.text.html import LONGEST_HTML
from convo.text.markup import strip_markup
from tests.shared_data import shared

GMAIL = (
    '<div dir="ltr">Hi,<div><br></div><div>the <b>bell</b> is missing.</div></div>'
    '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Thu, Mar 3, 2016 at 5:21&#8239;PM Support &lt;'
    '<a href="mailto:desk@shop.example">desk@shop.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;padding-left:1ex"><div>Dear Jane,<br><br>it is on '
    "its way.<blockquote>Where is it?</blockquote></div></blockquote></div>"
)
OUTLOOK = (
    '<html xmlns:o="urn:x"><head><style>p.MsoNormal {margin:0cm}</style></head><body lang=EN-US><div class=Word>'
    "<p class=MsoNormal>It broke.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Support "
    "&lt;desk@shop.example&gt;<br><b>Sent:</b> Thursday, March 3, 2016 5:21 PM<br><b>To:</b> Jane<br>"
    "<b>Subject:</b> RE: order</p></div><p class=MsoNormal>It is on its way.</p></div></body></html>"
)
APPLE = (
    "<html><body>Red, please.<br><div><br><blockquote type='cite'><div>On 3 Mar 2016, at 17:21, Support "
    "&lt;desk@shop.example&gt; wrote:</div><br><div>Which colour?</div></blockquote></div></body></html>"
)


def test_a_gmail_reply_folds_to_what_is_new():
    text = html_to_text(GMAIL)
    assert text == (
        "Hi,\n\nthe bell is missing.\n\nOn Thu, Mar 3, 2016 at 5:21 PM Support <desk@shop.example> wrote:\n\n"
        "> Dear Jane,\n>\n> it is on its way.\n>\n> > Where is it?"
    )
    assert split_quote(text).body == "Hi,\n\nthe bell is missing."


@pytest.mark.parametrize(("html", "body"), [(OUTLOOK, "It broke."), (APPLE, "Red, please.")])
def test_replies_of_other_programs_fold_to_what_is_new(html, body):
    folded = split_quote(html_to_text(html))
    assert folded.body == body
    assert "Support <desk@shop.example>" in folded.quoted


def test_an_answer_between_quotes_stays_apart_from_them():
    quoted, answers = ("Which colour?", "Which size?", "Bye"), ("Red.", "Large.", "")
    html = "".join(f"<blockquote>{q}</blockquote>{a}" for q, a in zip(quoted, answers, strict=True))
    assert html_to_text(html) == "> Which colour?\n\nRed.\n\n> Which size?\n\nLarge.\n\n> Bye"
    assert split_quote(html_to_text(html)).body == "> Which colour?\n\nRed.\n\n> Which size?\n\nLarge."


def test_lines_lists_tables_and_preformatted_text_keep_their_shape():
    html = (
        "<h1>Order\n12</h1><p>Hello<br>Jane</p><ul><li>bell<li>lamp</ul>"
        "<table><tr><td>Bike</td><td>499.00</td></tr><tr><td>Lamp</td><td>19.00</td></tr></table>"
        "<pre>a\n  b &lt;c&gt;</pre><hr>end"
    )
    assert html_to_text(html) == (
        "Order 12\n\nHello\nJane\n\n  * bell\n  * lamp\nBike 499.00\nLamp 19.00\na\n  b <c>\n-----\nend"
    )


def test_white_space_styled_as_preformatted_is_kept():
    assert html_to_text('<div style="white-space: pre-wrap">a\n b</div>') == "a\n b"


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://shop.example/o?a=1&amp;b=2">my order</a>', "my order <https://shop.example/o?a=1&b=2>"),
        ('<a href="https://www.shop.example/">shop.example</a>', "shop.example"),
        ('<a href="mailto:jane@example.org">jane@example.org</a>', "jane@example.org"),
        ('<a href="https://evil.example">https://bank.example</a>', "https://bank.example <https://evil.example>"),
        ('<a href="https://shop.example"><b>the</b> shop</a>!', "the shop <https://shop.example>!"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="https://shop.example"><img src="logo.png"></a>', ""),
    ],
)
def test_a_link_keeps_its_address_where_the_text_does_not_say_it(link, text):
    assert html_to_text(f"<p>{link}</p>") == text


def test_what_is_not_shown_is_dropped():
    hidden = (
        "<head><title>T</title><style>p{}</style></head><script>bad()</script><!-- a comment -->"
        '<div style="display: none">preheader</div><span style="max-height:0px">preheader</span>'
        "<svg><text>x</text></svg><select><option>y</select>"
        '<p hidden>preheader</p><div style="opacity:0">preheader<b>preheader</b></div>'
    )
    assert html_to_text(f"{hidden}<p style='opacity:0.9'>shown</p>") == "shown"


def test_text_that_looks_like_an_entity_is_not_decoded_twice():
    assert html_to_text("<p>write &amp;lt; for &lt;, AT&T &copy;</p>") == "write &lt; for <, AT&T ©"
    assert html_to_text('<p><a href="https://e.example/?a=1&amp;amp=2">x</a></p>') == "x <https://e.example/?a=1&amp=2>"


def test_emoji_that_are_pictures_are_kept():
    assert html_to_text('<p>thanks <img alt="😀"> <img alt="Company logo"></p>') == "thanks 😀"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        (" \n ", ""),
        ("just text", "just text"),
        ("a &lt; b", "a < b"),
        ("<p>unclosed", "unclosed"),
        ("<?xml version='1.0' encoding='utf-16'?><p>é</p>", "é"),
        ("<meta charset=utf-16><p>é</p>", "é"),
        ("<p>a\x00b\ud800c\x1bd</p>", "a\ufffdb\ufffdcd"),
        ("<p>&#" + "9" * 5_000 + ";x</p>", "\ufffdx"),
        ("<p>\ufdd0a\ufdd1</p>", "a"),
    ],
)
def test_broken_and_odd_documents_are_read(html, text):
    assert html_to_text(html) == text


PIECES = (
    "<p> </p> <td> <ul> <li> <pre> <a/href=http://x> x& <!-- <blockquote> </blockquote> <br> <b ' \" > </ \x01 <o:p> é"
)


@given(st.text() | st.lists(st.sampled_from(PIECES.split()), max_size=40).map("".join))
def test_any_string_is_read_and_safe_to_store(html):
    text = html_to_text(html)
    text.encode("utf-8")
    assert "\x00" not in text
    assert not {"\ufdd0", "\ufdd1"} & set(text)
    split_quote(text)


def test_text_that_lies_too_deep_for_the_parser_is_not_lost():
    deep = "<div>" * 5_000 + "<p>deep &amp; safe</p><script>x</script><blockquote>old</blockquote>" + "</div>" * 5_000
    assert html_to_text(deep + "end") == "deep & safe\n\n> old\n\nend"


def test_a_very_long_document_is_stripped_of_its_tags_and_kept_whole():
    html = "<style>p{}</style><!-- > --><p>first\nline</p>" + "<p>word</p>" * (LONGEST_HTML // 11) + "<td>last</td>"
    lines = html_to_text(html).split("\n")
    assert lines[0] == "first line"
    assert lines[-1] == "last"
    assert lines.count("word") == LONGEST_HTML // 11


STALLING = {
    "nested blocks": lambda size: "<div>" * (size // 11) + "x" + "</div>" * (size // 11),
    "nested links": lambda size: "<a href=http://x><div>" * (size // 23),
    "nested tables": lambda size: "<table><tr><td>" * (size // 15) + "x",
    "one wide cell": lambda size: "<table>" + "<tr><td>x" * (size // 18) + "<tr><td>" + "y" * (size // 2),
    "margins": lambda size: "<p style='margin-top:99999em;padding-left:99999em'>x" * (size // 52),
    "open tags": lambda size: "<a" * (size // 2),
    "open comments": lambda size: "<!--" * (size // 4),
    "open scripts": lambda size: "<script>" * (size // 8),
    "entities": lambda size: "&amp;#" * (size // 6),
    "breaks": lambda size: "x<br>" * (size // 5),
    "quotes": lambda size: "<blockquote>" * 100 + "x<br>" * (size // 5),
}


@pytest.mark.parametrize("attack", STALLING)
@pytest.mark.parametrize("read", [html_to_text, strip_markup])
def test_a_document_made_to_stall_costs_time_and_room_in_proportion_to_its_length(attack, read):
    small, large = STALLING[attack](6_000), STALLING[attack](72_000)
    assert _seconds(lambda: read(large)) < 12 * 4 * _seconds(lambda: read(small)) + 0.02
    assert len(read(large)) < 8 * len(large)


LARGE_STALLING = {
    "long inline run": lambda size: "<b>twenty letters in it</b>" * (size // 27),
    "attributes": lambda size: "<div " + " ".join(f"a{number}=1" for number in range(size // 9)) + ">x</div>",
}


@pytest.mark.parametrize("attack", LARGE_STALLING)
def test_what_would_stall_a_parser_only_at_length_is_linear_too(attack):
    small, large = LARGE_STALLING[attack](40_000), LARGE_STALLING[attack](960_000)
    assert _seconds(lambda: html_to_text(large)) < 24 * 3 * _seconds(lambda: html_to_text(small)) + 0.02


def test_naughty_strings_are_read():
    for html in json.loads(shared("naughty/blns.json").read_text(encoding="utf-8")):
        assert "\x1b" not in safe(html_to_text(html))


def test_importing_the_package_loads_no_parser():
    script = "import sys, convo.text; print(*sorted({'inscriptis', 'lxml', 'convo.text.quotes'} & set(sys.modules)))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == ""


def _seconds(call):
    def once():
        started = time.process_time()
        call()
        return time.process_time() - started

    return min(once() for _ in range(2))
