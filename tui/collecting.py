"""Keeps Python's search for garbage away while the screen opens: what is made then stays, and is never garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Search for no garbage from here until `collect_from_now`, or until the end of this."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collect_from_now() -> None:
    """Search for garbage again, if that was put off, but only among what is made from now on: a search is short."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
