"""Every kind of channel keeps the contract, and so does the one that CONTRIBUTING.md shows."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from convo.channels.base import Kind, Setup
from convo.channels.registry import has_kind, kind_names, kind_of
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.store import Store
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels import contract, folder_kind, made_up
from tests.channels.far_sides import far_side

KINDS = kind_names()
_TRANSPORTS = (
    "httpx",
    "aiohttp",
    "slack_sdk",
    "imap_tools",
    "imaplib",
    "smtplib",
    "websockets",
    "nio",
    "socket",
    "ssl",
)
_LOOK = """
import json, sys
import convo.channels.registry as registry
found = {}
for name in json.loads(sys.argv[1]):
    before = set(sys.modules)
    registry.kind_of(name)
    found[name] = sorted(set(sys.modules) - before)
print(json.dumps(found))
"""


@pytest.mark.parametrize("held", contract.DECLARED, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_declares_what_it_is(name: str, held: Callable[[Kind], None]) -> None:
    assert kind_of(name).name == name
    held(kind_of(name))


@pytest.mark.parametrize("held", contract.UNANSWERED, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_has_manners_when_nothing_answers(name: str, held: Callable[[Kind], None]) -> None:
    held(kind_of(name))


@pytest.mark.parametrize("name", KINDS)
def test_a_message_its_answer_and_its_edit_travel_by_every_kind(
    name: str, sqlite_store: Store, request: pytest.FixtureRequest
) -> None:
    desk = Desk(sqlite_store, Settings(store=str(sqlite_store.location.path)), Actor("tester", Role.ADMIN))
    said = asyncio.run(contract.travels(kind_of(name), far_side(name, request)))
    came = [desk.arrivals.receive(one, channel="shop", kind=name) for one in said]
    shown = desk.threads.show(1).messages
    assert [one.thread_id for one in came] == [1] * len(said), "an edit opened a thread of its own"
    assert [message.body.strip() for message in shown][1:] == ["(edited) hello you"] * kind_of(name).can.edits


@pytest.mark.parametrize("name", KINDS)
def test_a_customer_is_shown_that_somebody_writes_where_the_kind_declares_it(
    name: str, request: pytest.FixtureRequest
) -> None:
    asyncio.run(contract.shows_typing(kind_of(name), far_side(name, request)))


def test_no_kind_loads_a_transport_before_it_is_opened() -> None:
    """A fresh interpreter, as modules that are loaded once stay."""
    done = subprocess.run([sys.executable, "-c", _LOOK, json.dumps(KINDS)], capture_output=True, timeout=60, check=True)
    for name, loaded in json.loads(done.stdout).items():
        assert not set(_TRANSPORTS) & {module.partition(".")[0] for module in loaded}, name


class FolderSide:
    """Somebody who puts files into a folder, and reads those put there."""

    def __init__(self, place: Path) -> None:
        self.place = folder_kind.make_folder(place)
        self._said = 0

    def setup(self) -> Setup:
        return Setup("folder", made_up.sample(kind_of("folder"), {"path": str(self.place)}))

    async def says(self, text: str) -> None:
        self._said += 1
        (self.place / "in" / f"{self._said}-ana@x.example.txt").write_text(text)

    async def heard(self) -> list[str]:
        return [file.read_text() for file in sorted((self.place / "out").iterdir())]


def test_the_kind_that_contributing_shows_keeps_the_contract(tmp_path: Path) -> None:
    with folder_kind.installed(tmp_path / "site"):
        kind = kind_of("folder")
        for held in (*contract.DECLARED, *contract.UNANSWERED):
            held(kind)
        asyncio.run(contract.travels(kind, FolderSide(tmp_path / "folder")))
        assert "folder" in kind_names()
    assert not has_kind("folder")


def test_what_contributing_shows_is_short_and_well_formed(tmp_path: Path) -> None:
    module, toml = folder_kind.shown_on_the_page()
    assert len(module.splitlines()) + len(toml.splitlines()) <= 60
    file = tmp_path / "convo_folder.py"
    file.write_text(module)
    for words in (["ruff", "format", "--check", "--line-length", "120"], ["mypy", "--strict", "--no-incremental"]):
        done = subprocess.run(
            [sys.executable, "-m", *words, str(file)], capture_output=True, text=True, cwd=folder_kind.PAGE.parent
        )
        assert done.returncode == 0, done.stdout


def test_a_customer_is_answered_through_the_kind_that_contributing_shows(desk: Desk, tmp_path: Path) -> None:
    with folder_kind.installed(tmp_path / "site"):
        place = folder_kind.make_folder(tmp_path / "folder")
        desk.channels.add("folder", "door", {"path": str(place)})
        (place / "in" / "1-ana@x.example.txt").write_text("where is my wheel?")
        (place / "in" / "2-bo@x.example.txt").write_bytes(b"\xff\xfe\x00")
        report = asyncio.run(Worker(desk, Log()).once())
        assert (report.channels[0].stored, report.channels[0].quarantined) == (1, 1)
        desk.threads.reply(1, "on its way")
        asyncio.run(Worker(desk, Log()).once())
        (answer,) = (place / "out").iterdir()
        assert answer.read_text() == "to ana@x.example\n\non its way"
        assert sorted(file.name for file in (place / "done").iterdir()) == ["1-ana@x.example.txt", "2-bo@x.example.txt"]
