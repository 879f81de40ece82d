"""Runs Python in another process, as the desk's neighbours do."""

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def spawn(script: str, *arguments: object, **options: object) -> "subprocess.Popen[str]":
    """Start a script with its arguments in `sys.argv[1:]`; its output is text."""
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(process: "subprocess.Popen[str]", seconds: float = 120) -> str:
    """What a process printed, once it has ended well."""
    printed, complaints = process.communicate(timeout=seconds)
    assert process.returncode == 0, complaints
    return printed
