"""The screen on a large store: how soon it shows, how it keeps up with held keys, what it takes while nobody works."""

import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from convo.desk.desk import open_desk
from tests.bench.making import filled_store
from tests.bench.timing import in_turn, p95, say, seconds
from tests.tui.process import ScreenProcess

THREADS = 100_000
_LONG = 10_000
_IMPORTS = "import textual.app, sqlmodel"
_TICKS = os.sysconf("SC_CLK_TCK")
_HELD = 0.033
"""Keys held down come thirty times a second."""
_FILTER = "wheel and brake or helmet light"
_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""An installed program's modules are compiled once; without this they would be at each start, unlike the others'."""
_COMMITTING = """
import sqlite3, sys, time
store = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
while True:
    store.execute("UPDATE customer SET last_seen_at = last_seen_at + 1 WHERE id = 5")
    time.sleep(1)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 100,000 threads, 300,000 messages, and one customer with 10,000 messages more, the newest of all."""
    path = tmp_path_factory.mktemp("large") / "large.convo"
    store = filled_store(path, threads=THREADS, messages=3 * THREADS, long=_LONG)
    store.close()
    return path


@contextmanager
def _screen(large: Path) -> Iterator[ScreenProcess]:
    """The screen with its rows painted and everything else loaded."""
    with ScreenProcess(large, env=_INSTALLED) as screen:
        screen.until_said("Topic ")
        screen.quiet(1.5)
        yield screen


def _told(name: str, value: float, unit: str, aim: str) -> None:
    print(f"{name:<58} {value:6.1f} {unit}  (aim: {aim})")


def _resident(pid: int) -> float:
    """Megabytes that a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def _busy(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _share(screen: ScreenProcess, lasting: float) -> float:
    """Percent of a processor that the screen takes, watched for so many seconds."""
    before, began = _busy(screen.process.pid), time.perf_counter()
    while time.perf_counter() - began < lasting:
        screen.read(0.5)
    return 100 * (_busy(screen.process.pid) - before) / (time.perf_counter() - began)


def _painted(screen: ScreenProcess, keys: str, shown: Callable[[int], bool]) -> float:
    """Seconds from pressing keys until `shown`, which gets the number of bytes sent before, holds."""
    since, started = len(screen.sent), time.perf_counter()
    screen.type(keys)
    while not shown(since):
        screen.read(0.5)
        if time.perf_counter() - started > 60:
            raise TimeoutError(f"nothing shown for {keys!r}")
    return time.perf_counter() - started


def _hold(screen: ScreenProcess, keys: str) -> list[float]:
    """Seconds from each key to its frame, pressed at the pace of keys that are held down."""
    times = []
    for key in keys:
        started = time.perf_counter()
        screen.type(key)
        while not screen.read(1.0):
            pass
        times.append(time.perf_counter() - started)
        while time.perf_counter() - started < _HELD:
            screen.read(0.002)
    return times


@pytest.mark.bench
def test_first_paint(large: Path) -> None:
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(12):
        bare.append(
            seconds(lambda: subprocess.run([sys.executable, "-c", _IMPORTS], check=True, env=os.environ | _INSTALLED))
        )
        with ScreenProcess(large, env=_INSTALLED) as screen:
            ours.append(screen.until_said("Topic "))
    del ours[0], bare[0]  # the first start compiles what later ones find compiled
    say("first paint / import textual.app, sqlmodel", statistics.median(ours), statistics.median(bare), 1.5)
    say("  the same, the best of each", min(ours), min(bare), 1.5)


@pytest.mark.bench
def test_held_keys_long_conversation_and_memory(large: Path) -> None:
    with _screen(large) as screen:
        pid = screen.process.pid
        _told("memory at the start", _resident(pid), "MB", "200 MB")
        times = _hold(screen, "j" * 200 + "k" * 100)
        _told(f"held j and k, key to frame, p95 of {len(times)}", p95(times) * 1000, "ms", "50 ms")
        _told("  their median", statistics.median(times) * 1000, "ms", "-")
        screen.quiet(1.0)
        _hold(screen, "j" * 2000)
        screen.quiet(1.0)
        _told("memory after 2,000 j", _resident(pid), "MB", "200 MB")
        screen.type("g")
        screen.quiet(1.0)
        opened: dict[str, list[float]] = {"#100000": [], "#99996": []}
        for _ in range(10):
            for key, thread in (("j\r", "#99996"), ("k\r", "#100000")):
                opened[thread].append(_painted(screen, key, lambda since, name=thread: name in screen.words(since)))  # type: ignore[misc]
                screen.quiet(0.5)
                screen.type("\x1b")
                screen.quiet(0.5)
        long, short = (statistics.median(opened[thread]) for thread in ("#100000", "#99996"))
        _told("opening 10,000 messages, key to frame", long * 1000, "ms", "150 ms")
        say("  opening 10,000 messages / 30", long, short, 1.2)
        _told("memory with the long conversation open", _resident(pid), "MB", "200 MB")


@pytest.mark.bench
def test_typing_while_a_slow_filter_runs(large: Path) -> None:
    with open_desk(large) as desk:
        slow = seconds(lambda: desk.inbox.list(_FILTER))
    with _screen(large) as screen:
        screen.type("/")
        screen.quiet()
        times, typed = [], ""
        for letter in _FILTER:
            typed += letter
            echoed = lambda since, text=typed: text.rstrip() in screen.words(since)  # type: ignore[misc] # noqa: E731
            times.append(_painted(screen, letter, echoed))
            began = time.perf_counter()
            while time.perf_counter() - began < 0.2:  # slow enough that every letter asks for the list, too
                screen.read(0.01)
        _told(f"filter, key to echo, p95 of {len(times)}", p95(times) * 1000, "ms", "50 ms")
        _told("  the list of that filter takes", slow * 1000, "ms", "-")


@pytest.mark.bench
def test_idling(large: Path) -> None:
    with _screen(large) as screen:
        screen.quiet(3.0)
        _told("processor while nobody works, 30 s", _share(screen, 30), "%", "1 %")
        other = subprocess.Popen([sys.executable, "-c", _COMMITTING, str(large)])
        try:
            _told("processor while another commits once a second, 20 s", _share(screen, 20), "%", "-")
        finally:
            other.kill()
            other.wait()


@pytest.mark.bench
def test_the_counts_of_the_views(large: Path) -> None:
    with open_desk(large) as desk:
        without = statistics.median(seconds(desk.inbox.views) for _ in range(20))
        bare = sqlite3.connect(large)
        count = "SELECT count(*) FROM (SELECT 1 FROM thread WHERE status = 'open' LIMIT 1001)"
        ours, theirs = in_turn(desk.inbox.views, lambda: bare.execute(count).fetchall(), 30)
        say("views() / one bare count", ours, theirs, 100)
        desk.queries.save("held", "is:open tag:vip priority:high")
        with_saved = statistics.median(seconds(desk.inbox.views) for _ in range(20))
        _told("views() with a saved query of two fields", with_saved * 1000, "ms", "-")
        _told("  without", without * 1000, "ms", "-")
        desk.queries.remove("held")
        bare.close()
