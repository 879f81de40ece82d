"""The kinds of channel by name: those that come with convo, and those that other packages bring (`convo.channels`)."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from convo.channels.base import Capabilities, Kind
from convo.errors import NotFound

_OURS: dict[str, str] = {
    "email": "convo.channels.email.kind",
    "telegram": "convo.channels.telegram.kind",
    "slack": "convo.channels.slack.kind",
    "matrix": "convo.channels.matrix.kind",
    "discourse": "convo.channels.discourse.kind",
    "whatsapp": "convo.channels.whatsapp.kind",
    "messenger": "convo.channels.messenger.kind",
    "twilio": "convo.channels.twilio.kind",
}
"""The module of each kind of ours, which has it as KIND; looked up only when a channel of it is met."""

GROUP = "convo.channels"
"""The entry point by which another package brings a kind: its name, and `module:KIND`."""


def kind_names() -> tuple[str, ...]:
    """The names of all kinds through which messages travel."""
    return tuple(sorted({*_OURS, *(each.name for each in _others())}))


def has_kind(name: str) -> bool:
    """Whether there is a kind of this name through which messages travel."""
    return name in _OURS or any(each.name == name for each in _others())


@cache
def kind_of(name: str) -> Kind:
    """A kind; raises NotFound for one that only names what was imported, such as "shop"."""
    if name in _OURS:
        found = import_module(_OURS[name]).KIND
    else:
        entry = next((each for each in _others() if each.name == name), None)
        if entry is None:
            raise NotFound(
                f"no messages travel by a channel of kind {name[:40]!r}", hint="one of " + ", ".join(kind_names())
            )
        found = entry.load()
    assert isinstance(found, Kind)
    return found


def capabilities_of(name: str, config: Mapping[str, Any] | None = None) -> Capabilities | None:
    """What a kind can do, with a channel's settings where given; None for one through which nothing travels."""
    if not has_kind(name):
        return None
    kind = kind_of(name)
    return kind.can if config is None or kind.can_with is None else kind.can_with(config)


@cache
def _others() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))
