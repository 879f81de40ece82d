"""What a test does about a server that cannot run here: skip with the reason, or fail where skips are forbidden."""

import os
from collections.abc import Callable
from typing import Protocol

import pytest


class Server(Protocol):
    """A module of this folder."""

    missing: Callable[[], str]


def needs(*servers: Server) -> None:
    """Skip the asking test or fixture, or in CI fail it, when one of the servers cannot run here."""
    for reason in filter(None, (server.missing() for server in servers)):
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
