"""Questions: asked of people on a terminal, never of a script."""

from pathlib import Path

import pytest

from tests.commands.conftest import Convo
from tests.commands.terminal import run_on_terminal

DESTRUCTIVE = [
    ["customer", "erase", "1"],
    ["channel", "remove", "whatsapp"],
]


@pytest.mark.parametrize("words", DESTRUCTIVE, ids=" ".join)
def test_a_script_is_told_to_say_yes(words: list[str], convo: Convo) -> None:
    ran = convo(*words, stdin=b"y\n")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert convo("thread", "show", "1").code == 0


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"maybe\n", b"\x04"])
def test_a_person_who_does_not_say_yes_changes_nothing(answer: bytes, shop: Path, convo: Convo) -> None:
    ran = run_on_terminal("customer", "erase", "1", store=shop, typed=answer)
    assert "[y/N]" in ran.out
    assert "nothing was changed" in ran.out
    assert ran.code == 1
    assert convo("thread", "show", "1").code == 0


def test_a_person_who_says_yes_is_obeyed(shop: Path, convo: Convo) -> None:
    ran = run_on_terminal("customer", "erase", "1", store=shop, typed=b"y\n")
    assert ran.code == 0
    assert convo("thread", "show", "1").code == 1


def test_yes_asks_nothing(convo: Convo) -> None:
    assert convo("customer", "erase", "1", "--yes").code == 0


def test_what_can_be_had_again_is_not_asked_about(convo: Convo) -> None:
    assert convo("import", "undo", "1").code == 0
    assert convo("thread", "show", "1").code == 1


def test_a_dry_run_asks_nothing_and_changes_nothing(convo: Convo) -> None:
    ran = convo("import", "undo", "1", "--dry-run")
    assert ran.code == 0
    assert "would be" in ran.err
    assert convo("thread", "show", "1").code == 0


def test_the_store_is_not_overwritten_unasked(convo: Convo, tmp_path: Path) -> None:
    assert convo("store", "backup", str(tmp_path / "saved")).code == 0
    assert convo("thread", "close", "2").code == 0
    assert convo("store", "restore", str(tmp_path / "saved")).code == 2
    assert '"resolved"' in convo("thread", "show", "2", "--json", "status").out
    assert convo("store", "restore", str(tmp_path / "saved"), "--yes").code == 0
    assert '"open"' in convo("thread", "show", "2", "--json", "status").out


def test_erasing_says_what_it_erased_and_that_it_is_proven(convo: Convo) -> None:
    ran = convo("customer", "erase", "ana@example.org", "--yes")
    assert ran.code == 0, ran.err
    facts = dict(line.split("\t") for line in ran.out.splitlines())
    assert facts["messages"] == "4"
    assert facts["proven"].startswith("yes")
    assert convo("customer", "show", "ana@example.org").code == 1
