"""The screens look as they did when somebody last looked at them: see tests/tui/pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.pictures import FOLDER, FRONT, PICTURES, file_of, shop, take


@pytest.fixture(scope="module")
def shop_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with shop(tmp_path_factory.mktemp("shop")) as path:
        yield path


@pytest.mark.parametrize("name", PICTURES)
def test_the_screen_looks_as_in_its_picture(shop_path: Path, name: str) -> None:
    assert take(shop_path, PICTURES[name]) == file_of(name).read_text(encoding="utf-8"), (
        "if it is meant to look like this now: python -m tests.tui.pictures"
    )


def test_every_picture_is_of_something() -> None:
    kept = {one.name for one in FOLDER.iterdir() if one.suffix in {".txt", ".svg"}}
    assert kept | {FRONT.name} == set(PICTURES)
