"""README tells the truth: its transcripts are what convo writes, and what it points at is there."""

import re
from pathlib import Path

from tests.transcripts import README, ROOT, commands, rewritten


def test_every_transcript_is_what_the_command_writes(tmp_path: Path) -> None:
    readme = README.read_text("utf-8")
    assert len(commands(readme)) >= 8
    assert rewritten(readme, tmp_path) == readme


def test_every_file_that_it_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8"))
    assert "docs/desk.svg" in named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_two_commands_that_do_all_the_set_up_are_there() -> None:
    readme = README.read_text("utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/convo demo" in readme
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest" in readme
