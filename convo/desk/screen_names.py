"""Names of screens, which tell where a screen runs: on its own machine one can see whether it is still open."""

import os
import platform
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

_LONGEST_NUMBER = 10
_STARTED = 19
"""Where the time at which a process started stands in its status, after its name."""


def screen_name() -> str:
    """A name that no other screen has, at most 64 characters: of the machine, of this process, and one by chance."""
    return f"{_machine()}-{os.getpid()}-{_started('self')}-{uuid4().hex[:16]}"


def runs(name: str) -> bool | None:
    """Whether the screen of this name is in a process of this machine that still runs; None where nobody can tell."""
    machine, *parts = name.split("-")
    if not machine or machine != _machine() or len(parts) != 3:
        return None
    number, started, _ = parts
    if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        return None
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process
        pass
    except (OSError, OverflowError):  # no number of a process
        return None
    # Numbers are given again to other processes; the time of the start tells them apart.
    now = _started(number)
    return started == now if started and now else None


def _started(process: str) -> str:
    """When a process started, in ticks since the machine did; empty where that cannot be seen."""
    try:
        status = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
        return status.rpartition(")")[2].split()[_STARTED]
    except (OSError, ValueError, IndexError):
        return ""


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
