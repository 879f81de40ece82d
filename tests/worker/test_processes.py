"""The worker as a process: stopped, killed and taken over on a store, with a log that tells nothing that was said."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from convo.desk.desk import Desk
from tests.channels import folder_kind
from tests.commands.terminal import COMMAND

HOSTILE = 'my card is 4111-1111 \x1b]52;c;aGk=\x07 {"event": "sent"}\n{} \u202e'
ANSWER = "your secret answer"
SECONDS = 40


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return folder_kind.install(tmp_path / "site")


@pytest.fixture
def place(desk: Desk, site: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder that is a channel of the store."""
    found = folder_kind.make_folder(tmp_path / "folder")
    with folder_kind.known(site):
        desk.channels.add("folder", "door", {"path": str(found)})
        yield found


class Process:
    """A worker of its own; its log goes to a file."""

    def __init__(self, desk: Desk, site: Path, log: Path) -> None:
        store = str(desk.store.location.path or desk.store.location.url)
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*COMMAND, "work", "--every", "0.2", "--log", "--store", store],
                stderr=out,
                env=os.environ | {"PYTHONPATH": str(site)},
            )

    def told(self) -> list[dict[str, Any]]:
        """What its log says so far."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"at"') and line.endswith("}")]

    def events(self) -> list[str]:
        """Which things happened so far."""
        return [each["event"] for each in self.told()]


@contextmanager
def worker(desk: Desk, site: Path, log: Path) -> Iterator[Process]:
    process = Process(desk, site, log)
    try:
        yield process
    finally:
        process.process.kill()
        process.process.wait()


def until(done: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_it_stops_cleanly_and_its_log_links_what_came_with_what_left_and_quotes_neither(
    desk: Desk, place: Path, site: Path, tmp_path: Path
) -> None:
    with worker(desk, site, tmp_path / "log") as one:
        (place / "in" / "1-ana@x.example.txt").write_text(HOSTILE)
        (place / "in" / "2-bo@x.example.txt").write_bytes(b"\xff4111-1111")
        until(lambda: desk.threads.list().items, "nothing came")
        desk.threads.reply(1, ANSWER)
        until(lambda: "sent" in one.events(), "nothing left")
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(timeout=SECONDS) == 0
        assert one.events()[-1] == "worker stopped"
    told = {each["event"]: each for each in one.told()}
    assert told["stored"]["trail"] == told["sent"]["trail"]
    assert told["sent"]["delivery"] == 1
    assert told["quarantined"]["reason"] == "it is no UTF-8 text"
    written = one.log.read_text()
    for secret in ("4111", "\x1b", "secret answer", "ana@x.example", str(place)):
        assert secret not in written


def test_when_the_worker_that_has_the_channels_is_killed_another_takes_them_over(
    desk: Desk, place: Path, site: Path, tmp_path: Path
) -> None:
    with worker(desk, site, tmp_path / "one") as one:
        until(lambda: "channel opened" in one.events(), "the first did not begin")
        with worker(desk, site, tmp_path / "two") as two:
            until(lambda: "worker started" in two.events(), "the second did not begin")
            (place / "in" / "1-ana@x.example.txt").write_text("hello")
            until(lambda: "stored" in one.events(), "the first stored nothing")
            assert "channel opened" not in two.events()
            one.process.kill()
            one.process.wait()
            desk.threads.reply(1, "on its way")
            until(lambda: "sent" in two.events(), "the second took nothing over")
            (place / "in" / "2-ana@x.example.txt").write_text("thanks")
            until(lambda: "stored" in two.events(), "the second stored nothing")
    assert [file.read_text() for file in (place / "out").iterdir()] == ["to ana@x.example\n\non its way"]
    assert [message.body for message in desk.threads.show(1).messages] == ["hello", "on its way", "thanks"]
