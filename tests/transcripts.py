"""README's transcripts: what follows each `$ convo` line is what that line writes on a terminal.

A line may end in `| tail -N`.

`python -m tests.transcripts` writes them anew from the demo shop; its picture is one of those in tests/tui/pictures.
"""

import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

from tests.commands.terminal import on_terminal

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
COLUMNS = 100

_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_STILL = """
import sys
from datetime import UTC, datetime
from convo import clock
from convo.commands.main import main
with clock.fixed(datetime(2026, 11, 17, 12, tzinfo=UTC)):
    sys.exit(main(sys.argv[1:]))
"""


def shop_of_its_own(folder: Path) -> dict[str, str]:
    """The environment of somebody who has just installed convo and stands in an empty folder."""
    home = str(folder / "home")
    Path(home).mkdir()
    return {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "USER": "kim", "LOGNAME": "kim"}


def say(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What `convo` with these words writes on a terminal, at noon on 17 November 2026, colours and all."""
    old = Path.cwd()
    os.chdir(folder)
    try:
        ran = on_terminal(
            [sys.executable, "-c", _STILL, *words],
            env=environment | {"PYTHONPATH": str(ROOT)},
            columns=COLUMNS,
        )
    finally:
        os.chdir(old)
    return ran.out.replace("\r\n", "\n")


def plain(text: str) -> str:
    """The text without colours and without blanks at line ends."""
    return "\n".join(line.rstrip() for line in _COLOUR.sub("", text).rstrip().split("\n"))


def commands(readme: str) -> list[str]:
    """Every `$ ` line of the transcripts, in order."""
    return [line[2:] for block in _BLOCK.findall(readme) for line in block.split("\n") if line.startswith("$ ")]


def rewritten(readme: str, folder: Path) -> str:
    """README with every transcript as it comes out now."""
    environment = shop_of_its_own(folder)

    def run(found: re.Match[str]) -> str:
        lines = []
        for line in found[1].split("\n"):
            if not line.startswith("$ "):
                continue
            lines.append(line)
            if line.startswith("$ export "):
                name, _, value = line.removeprefix("$ export ").partition("=")
                environment[name] = value
                continue
            words, _, last = line.partition(" | tail -")
            written = plain(say(shlex.split(words)[2:], folder, environment))
            if last:
                written = "\n".join(written.split("\n")[-int(last) :])
            lines += [written, ""] if written else [""]
        while lines and not lines[-1]:
            lines.pop()
        return "```console\n" + "\n".join(lines) + "\n```"

    return _BLOCK.sub(run, readme)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(rewritten(README.read_text("utf-8"), Path(folder)), "utf-8")
