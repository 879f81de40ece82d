"""Where the `convo` command starts; nothing slow is imported before it is known to be needed."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given in (["--version"], ["-V"]):
            from .version import version_line

            sys.stdout.write(version_line() + "\n")
            return 0
        if given == ["tui"] and "_CONVO_COMPLETE" not in os.environ:
            from .opening_screen import start_screen

            return start_screen()
        from .running import run

        return run(given)
    except KeyboardInterrupt:
        return 130
