"""Shows long output in the reader's pager."""

import os
import shlex
import subprocess


def show(text: str, setting: str) -> bool:
    """Show the text in the pager that the setting, $PAGER or convention names; False when there is none to be had."""
    words = setting or os.environ.get("PAGER") or "less -R"
    try:
        command = shlex.split(words)
    except ValueError:
        return False
    if setting == "off" or not command or command == ["cat"]:
        return False
    environment = os.environ | {"LESS": os.environ.get("LESS", "FRX"), "LESSCHARSET": "utf-8"}
    try:
        subprocess.run(command, input=text.encode("utf-8", "replace"), env=environment, check=False)  # noqa: S603
    except OSError:
        return False
    return True
