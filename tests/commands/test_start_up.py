"""What a command line loads before it knows what it is for; measured in modules, not in time."""

import subprocess
import sys
from pathlib import Path

import pytest

_REPORT = """
import sys
from convo.commands.main import main
code = main(sys.argv[1:])
sys.stderr.write("\\x1f" + " ".join(sys.modules))
sys.exit(code)
"""

DATABASE = {"sqlalchemy", "sqlmodel", "alembic", "psycopg"}
SLOW = DATABASE | {
    "lark",
    "phonenumbers",
    "rapidfuzz",
    "textual",
    "rich.table",
    "rich.console",
    "tomlkit",
    "inscriptis",
    "fasttext",
    "convo.nlp.language",
    "convo.nlp.sentiment",
    "httpx",
}


def loaded(*words: str, store: Path | None = None) -> set[str]:
    """The modules that a command line has imported at its end, with the packages they are in."""
    place = ["--store", str(store)] if store else []
    done = subprocess.run(
        [sys.executable, "-c", _REPORT, *place, *words], capture_output=True, text=True, timeout=60, check=True
    )
    modules = set(done.stderr.rsplit("\x1f", 1)[1].split())
    assert "convo.commands.main" in modules
    return modules


def test_the_version_loads_no_command_line_library() -> None:
    assert not loaded("--version") & (SLOW | {"typer", "rich", "convo.commands.app"})


@pytest.mark.parametrize(
    "words", [["--help"], [], ["thread", "--help"], ["thread", "list", "--help"], ["import", "-h"]]
)
def test_help_loads_no_database(words: list[str]) -> None:
    assert not loaded(*words) & SLOW


def test_help_of_the_root_loads_no_noun() -> None:
    modules = loaded("--help")
    assert "convo.commands.thread" not in modules
    assert "convo.commands.customer" not in modules


def test_one_noun_does_not_load_the_others() -> None:
    modules = loaded("thread", "--help")
    assert "convo.commands.thread" in modules
    assert "convo.commands.customer" not in modules


def test_settings_load_no_database() -> None:
    assert not loaded("config", "list") & (SLOW - {"tomlkit"})


def test_a_plain_list_loads_only_what_a_list_needs(shop: Path) -> None:
    modules = loaded("thread", "list", store=shop)
    assert "sqlalchemy" in modules
    assert not modules & {"alembic", "lark", "phonenumbers", "rapidfuzz", "psycopg", "textual", "rich.table", "httpx"}
