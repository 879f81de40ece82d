"""The demo shop, at noon on 17 November 2026, with kim at the desk."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from convo import clock
from convo.commands.main import main
from convo.desk.desk import Desk, open_desk

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.convo"
    with clock.fixed(NOON), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVO_PAGER", "off")
        assert main(["demo", str(path), "--quiet"]) == 0
    return path


@pytest.fixture
def demo(_demo: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk on a demo shop of its own, with kim at it, at noon."""
    path = tmp_path / "demo.convo"
    shutil.copy(_demo, path)
    folder = _demo.with_name(_demo.name + ".files")
    if folder.exists():
        shutil.copytree(folder, path.with_name(path.name + ".files"))
    with clock.fixed(NOON), open_desk(path, operator="kim") as desk:
        yield desk
