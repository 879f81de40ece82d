"""Names of screens, which tell where a screen runs: one that was killed is known by it not to be open any more."""

import os
import platform
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

_LONGEST_NUMBER = 10


def screen_name() -> str:
    """A name that no other screen has, at most 64 characters: of the machine, of this process, and one by chance."""
    return f"{_machine()}-{os.getpid()}-{uuid4().hex}"


def is_over(name: str) -> bool:
    """Whether the screen of this name ran in a process of this machine that has ended; False where nobody can tell."""
    machine, _, rest = name.partition("-")
    number = rest.partition("-")[0]
    if not machine or machine != _machine() or not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # somebody else's process, or no number of one
        return False
    return False


@cache
def _machine() -> str:
    """What tells this machine, since it was started, from all others; empty where the system does not say.

    Within it the numbers of processes mean the same, so that every container is a machine of its own.
    """
    try:
        started = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        numbers = Path("/proc/self/ns/pid").readlink()
    except (OSError, ValueError):
        return ""
    return sha256(f"{platform.node()} {started} {numbers}".encode()).hexdigest()[:12]
