"""What of a message its writer chose to say."""

import pytest

from convo.nlp.spoken import spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("see https://shop.example/x?y=1 please", "see   please"),
        ("HTTP://A and http alone", "  and   alone"),
        ("at www.shop.example now", "at   now"),
        ("xhttp://a ewww.shop éhttps stays", "xhttp://a eww.shop éhttps stays"),
        ("httpx and www stay", "httpx and ww stay"),
        ("<https://a> <b>bold</b> a < b", "   bold  a < b"),
        ("fish &amp; chips & peas", "fish   chips & peas"),
        ("mail jo@shop.example or @jo", "mail   or  "),
        ("sooo good!!!! ....", "soo good!! .."),
        ("hww hhttp", "hww hhttp"),
    ],
)
def test_links_addresses_and_drawn_out_letters_are_left_out(text: str, said: str) -> None:
    assert spoken(text, 800).split() == said.split()


def test_only_the_beginning_is_looked_at() -> None:
    assert spoken("ab " * 1_000, 6) == "ab ab "
