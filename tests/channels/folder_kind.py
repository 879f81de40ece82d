"""The kind of channel that CONTRIBUTING.md shows, taken from the page and installed as a package brings it."""

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convo.channels import registry

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown_on_the_page() -> tuple[str, str]:
    """The module and its registration."""
    blocks = dict(_FENCED.findall(PAGE.read_text(encoding="utf-8")))
    return blocks["python"], blocks["toml"]


def install(site: Path) -> Path:
    """Write the module and its registration, as an installer does; the folder that belongs on the path."""
    module, toml = shown_on_the_page()
    group = re.search(r'entry-points\."([\w.]+)"\]', toml)
    entry = re.search(r'^(\w+) = "([\w:]+)"', toml, re.MULTILINE)
    assert group is not None
    assert entry is not None
    about = site / "convo_folder-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "convo_folder.py").write_text(module, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: convo-folder\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{group[1]}]\n{entry[1]} = {entry[2]}\n")
    return site


def make_folder(place: Path) -> Path:
    """A folder with what the kind needs in it."""
    for name in ("in", "out"):
        (place / name).mkdir(parents=True)
    return place


@contextmanager
def installed(site: Path) -> Iterator[None]:
    """The kind is installed, and known in this process."""
    with known(install(site)):
        yield


@contextmanager
def known(site: Path) -> Iterator[None]:
    """What is installed in a folder is known in this process."""
    sys.path.insert(0, str(site))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(site))
        sys.modules.pop("convo_folder", None)
        _forget()


def _forget() -> None:
    importlib.invalidate_caches()
    registry._others.cache_clear()
    registry.kind_of.cache_clear()
