"""Where servers that Debian does not have are installed for the tests: the user's cache, outside of any checkout."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

CACHE = platformdirs.user_cache_path("convo-tests")
"""Asked for once, at import: later on each test has a home of its own."""


@contextmanager
def fresh_folder(final: Path) -> Iterator[Path]:
    """A folder to install into at its final place; it is removed again when the installation fails."""
    shutil.rmtree(final, ignore_errors=True)
    final.mkdir(parents=True)
    try:
        yield final
    except BaseException:
        shutil.rmtree(final, ignore_errors=True)
        raise
