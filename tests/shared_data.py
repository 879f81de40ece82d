"""Real data that is kept beside the project and not in it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared(name: str) -> Path:
    """The path of a file of the shared data; skips the test where that data is not laid out beside the project."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"the shared data file {name} is not beside this checkout")
    return path
