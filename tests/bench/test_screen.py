"""The screen on a large store: how soon it shows, how it keeps up with held keys, what it takes while nobody works."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.making import filled_store
from tests.bench.timing import p95, say
from tests.tui.process import ScreenProcess

THREADS = 100_000
_LONG = 10_000
_IMPORTS = "import textual.app, sqlmodel"
_TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 100,000 threads, 300,000 messages, and one customer with 10,000 messages more, the newest of all."""
    path = tmp_path_factory.mktemp("large") / "large.convo"
    store = filled_store(path, threads=THREADS, messages=3 * THREADS, long=_LONG)
    store.close()
    return path


def _resident(pid: int) -> float:
    """Megabytes that a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def _busy(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _first_paint(large: Path) -> float:
    with ScreenProcess(large) as screen:
        return screen.until_said("Topic ")


@pytest.mark.bench
def test_first_paint(large: Path) -> None:
    ours, bare = [], []
    for _ in range(7):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", _IMPORTS], check=True)
        bare.append(time.perf_counter() - started)
        ours.append(_first_paint(large))
    say(
        "first paint of the inbox / import textual.app, sqlmodel", statistics.median(ours), statistics.median(bare), 1.5
    )


@pytest.mark.bench
def test_held_keys_memory_and_idling(large: Path) -> None:
    with ScreenProcess(large) as screen:
        screen.until_said("Topic ")
        screen.quiet()
        times = []
        for key in "j" * 150 + "k" * 50:
            started = time.perf_counter()
            screen.type(key)
            while not screen.read(1.0):
                pass
            times.append(time.perf_counter() - started)
            while time.perf_counter() - started < 0.033:  # keys held down come thirty times a second
                screen.read(0.005)
        print(f"key to painted frame, p95 of {len(times)} held keys: {p95(times) * 1000:.1f} ms (aim: 50 ms)")
        screen.quiet()
        pid = screen.process.pid
        print(f"memory after that: {_resident(pid):.0f} MB (aim: 200 MB)")
        before, began = _busy(pid), time.perf_counter()
        while time.perf_counter() - began < 20:
            screen.read(1.0)
        used = (_busy(pid) - before) / (time.perf_counter() - began)
        print(f"processor while nobody works: {used:.2%} (aim: 1 %)")
        screen.type("g\r")
        screen.quiet(1.0)
        print(f"memory with the long conversation open: {_resident(pid):.0f} MB (aim: 200 MB)")
