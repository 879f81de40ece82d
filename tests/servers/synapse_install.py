"""Installs the pinned Synapse for the tests: `python -m tests.servers.synapse_install` (about a minute, 250 MB)."""

import subprocess
import sys
import venv
from pathlib import Path

from tests.servers.installed import CACHE, fresh_folder

VERSION = "1.163.0"
FOLDER = CACHE / f"synapse-{VERSION}"
PYTHON = FOLDER / "bin/python"
_DONE = FOLDER / "installed"


def missing() -> str:
    """Why it is not there, or nothing."""
    if _DONE.exists():
        return ""
    return f"Synapse {VERSION} is not installed (python -m tests.servers.synapse_install)"


def install() -> Path:
    """Install it into an environment of its own, once; the folder."""
    if missing():
        with fresh_folder(FOLDER):
            venv.create(FOLDER, with_pip=True)
            subprocess.run([PYTHON, "-m", "pip", "install", "-q", f"matrix-synapse=={VERSION}"], check=True)
            _DONE.touch()
    return FOLDER


if __name__ == "__main__":
    sys.stdout.write(f"{install()}\n")
