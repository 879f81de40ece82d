"""Start-up of the command against the imports that it cannot do without."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.timing import in_turn, say


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


@pytest.mark.bench
def test_start_up(tmp_path: Path) -> None:
    convo = str(Path(sys.executable).with_name("convo"))
    ours, bare = in_turn(lambda: _run(convo, "--version"), lambda: _run(sys.executable, "-c", "import typer"), 15)
    say("convo --version / import typer", ours, bare, 1.6)
    store = str(tmp_path / "demo.convo")
    _run(convo, "demo", store)
    ours, bare = in_turn(
        lambda: _run(convo, "--store", store, "thread", "list"),
        lambda: _run(sys.executable, "-c", "import typer, rich.table, sqlmodel"),
        15,
    )
    say("convo thread list / import typer, rich.table, sqlmodel", ours, bare, 1.3)
