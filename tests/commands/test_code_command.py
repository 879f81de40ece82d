"""`convo code`: codes are made, listed, drawn so that a reader of QR codes reads them, written and removed."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from convo.commands import qr
from convo.desk.desk import Desk
from tests.commands.conftest import Convo
from tests.commands.terminal import run

LINK = "https://t.me/our_bot?start=R7WHE3"


@pytest.fixture
def made(convo: Convo, desk_on: Desk) -> Convo:
    """A shop with a code on a shelf."""
    desk_on.channels.add("telegram", "bot", {"link": "https://t.me/our_bot"})
    ran = convo("code", "make", "Shelf 3", "--channel", "bot", "--context", "product=R7-wheel", "--word", "r7whe3")
    assert ran.err == f"code R7WHE3 opens {LINK}; convo code show R7WHE3 draws it\n"
    return convo


def read(lines: list[str], lit: tuple[str, str], *, wide: int = 1) -> list[str]:
    """What a reader of QR codes reads from letters on a dark screen, each lit in its upper or lower half, or both."""
    halves = [[letter in half for letter in line[::wide]] for line in lines for half in lit]
    dots = np.array(halves, dtype=np.uint8).repeat(8, 0).repeat(8 * (1 if wide == 1 else 2), 1) * 255
    return [found.text for found in zxingcpp.read_barcodes(dots)]


def test_a_code_is_drawn_so_that_a_reader_reads_its_link(made: Convo) -> None:
    drawn = made("code", "show", "R7WHE3").out
    lines = [line for line in drawn.splitlines() if set(line) and set(line) <= set("█▀▄ ")]
    assert read(lines, ("█▀", "█▄")) == [LINK]
    assert drawn.splitlines()[-3:] == ["R7WHE3  Shelf 3  0 uses", LINK, "product=R7-wheel"]


def test_where_there_are_no_blocks_it_is_drawn_in_plain_letters(made: Convo, shop: Path) -> None:
    plain = made("code", "show", "r7whe3", "--ascii").out
    lines = [line for line in plain.splitlines() if set(line) and set(line) <= set("# ")]
    assert read(lines, ("#", "#"), wide=2) == [LINK]
    latin = run("code", "show", "r7whe3", store=shop, env={"PYTHONIOENCODING": "latin-1"})
    assert latin.out == plain


def test_a_code_is_written_as_a_picture_of_either_kind(made: Convo, tmp_path: Path) -> None:
    png, svg = tmp_path / "shelf.png", tmp_path / "shelf.SVG"
    assert made("code", "show", "R7WHE3", "-o", str(png)).err == f"code R7WHE3 written to {png}\n"
    assert made("code", "show", "R7WHE3", "-o", str(svg), "--json", "word").out == '{"word": "R7WHE3"}\n'
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert ElementTree.parse(svg).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert "ends in .png or .svg" in made("code", "show", "R7WHE3", "-o", str(tmp_path / "shelf.gif")).err
    assert "cannot be written" in made("code", "show", "R7WHE3", "-o", str(tmp_path / "no" / "shelf.png")).err
    assert {path.name for path in tmp_path.iterdir() if path.suffix in {".part", ".gif"}} == set()


def test_codes_are_listed_with_their_uses_and_removed(made: Convo) -> None:
    (row,) = map(json.loads, made("code", "list", "--json", "word,title,channel,context,uses,link").out.splitlines())
    assert row == {
        "word": "R7WHE3",
        "title": "Shelf 3",
        "channel": "bot",
        "context": {"product": "R7-wheel"},
        "uses": 0,
        "link": LINK,
    }
    assert made("code", "remove", "r7whe3", "--yes").err == "code R7WHE3 is removed\n"
    assert made("code", "list").out == ""
    assert "there is no code" in made("code", "show", "R7WHE3").err


def test_a_code_whose_channel_opens_no_chat_is_not_made(made: Convo, desk_on: Desk) -> None:
    desk_on.channels.add("phone", "line")
    assert "no chat is opened on line" in made("code", "make", "Shelf", "--channel", "line").err
    assert "is not a part of a context" in made("code", "make", "S", "--channel", "bot", "--context", "x").err


def test_a_long_link_is_drawn_too() -> None:
    link = "https://wa.me/4930123456?text=" + "a" * 500
    assert read(qr.drawn(link).splitlines(), ("█▀", "█▄")) == [link]
