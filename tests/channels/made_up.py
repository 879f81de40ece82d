"""Channels of made-up settings, and a world in which nothing answers them."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from convo.channels.base import Channel, Kind, Setup
from convo.channels.settings import Secret, check_values, declared, read
from convo.errors import BadInput

SECRET = "s3cr3t-0f-"
"""What every made-up secret begins with."""
_SAMPLES: Mapping[str, str] = {
    "address": "desk@shop.example",
    "number": "+4930123456",
    "user": "desk",
    "path": "/nowhere/at/all",
    "folder": "INBOX",
}


def sample(kind: Kind, values: Mapping[str, object] | None = None) -> Any:
    """A config of made-up values, or those given, with a secret for each that it has."""
    hints = get_type_hints(kind.config)
    made = {
        each.name: _made_up(each.name, hints[each.name])
        for each in declared(kind.config)
        if hints[each.name] is not Secret and not isinstance(each.default, int | float | tuple)
    }
    kept = check_values(kind.config, {**made, **(values or {})}, kind.name)
    return read(kind.config, kept, lambda name, _: Secret(f"{SECRET}{name}"), channel="tried")


def _made_up(name: str, hint: Any) -> object:
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if any(word in name for word in ("url", "site", "server", "api")):
        return "http://127.0.0.1:9"
    return _SAMPLES.get(name) or ("localhost" if "host" in name else "sample")


def setup_of(kind: Kind) -> Setup:
    """What a channel of made-up settings is opened with."""
    return Setup("tried", sample(kind), frozenset({"desk@shop.example"}))


def opened(kind: Kind) -> Channel | None:
    """A channel of made-up settings; None of a kind that cannot be opened yet, or not with those."""
    try:
        return kind.open(setup_of(kind))
    except BadInput as error:
        told = f"{error.message}{error.hint}"
    assert SECRET not in told
    return None


@contextmanager
def nothing_answers() -> Iterator[list[object]]:
    """No host is found and no connection made; yields what was tried."""
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    def unknown(host: object, *_: object, **__: object) -> None:
        tried.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "getaddrinfo", unknown)
        yield tried
