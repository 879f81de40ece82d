"""The HTML form of a text: the same words, and no markup but ours."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.mail.html_form import html_form
from convo.text import html_to_text

OURS = re.compile(
    r'</?(?:!DOCTYPE html|html|head|meta charset="utf-8"|body(?: dir="auto")?|p|br|blockquote(?: type="cite")?)>'
)
QUOTED = '<blockquote type="cite">\n'
LINK = re.compile(r'<a href="https?://[^\s"<>]+">[^<>"]+</a>')


def body(text: str) -> str:
    return html_form(text).partition('<body dir="auto">\n')[2].partition("</body>")[0]


@given(st.text(alphabet=st.sampled_from(list("<>&\"'ab/=h:.\n ")) | st.characters(), max_size=300))
def test_no_text_becomes_markup(text):
    left = OURS.sub("", LINK.sub("", html_form(text)))
    assert "<" not in left
    assert ">" not in left


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"),
        ("a <b>", "<p>a &lt;b&gt;</p>\n"),
        ("see http://x.example.", '<p>see <a href="http://x.example">http://x.example</a>.</p>\n'),
        ("(https://x.example/a_(b))", '<p>(<a href="https://x.example/a_(b)">https://x.example/a_(b)</a>)</p>\n'),
        ("https://x/?a=1&b='", '<p><a href="https://x/?a=1&amp;b=">https://x/?a=1&amp;b=</a>&#x27;</p>\n'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>\n"),
        ("> https://evil.example", f"{QUOTED}<p>https://evil.example</p>\n</blockquote>\n"),
        ("> a <b>", f"{QUOTED}<p>a &lt;b&gt;</p>\n</blockquote>\n"),
        ("  two", "<p>&nbsp; two</p>\n"),
        ("", ""),
    ],
)
def test_paragraphs_links_and_quotes(text, markup):
    assert body(text) == markup


def test_quotes_nest_and_close():
    shown = body("> a\n>> b\n> c\nd").replace(' type="cite"', "").replace("\n", "")
    inner = "<blockquote><p>b</p></blockquote>"
    assert shown == f"<blockquote><p>a</p>{inner}<p>c</p></blockquote><p>d</p>"


def test_the_words_are_those_of_the_text():
    text = "Hi Ana,\n\nit is <here>:\nhttps://x.example/?a=1&b=2\n\nBo"
    assert html_to_text(html_form(text)).split() == text.split()
