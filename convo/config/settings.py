"""What a desk can be told: its settings with their defaults, by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class AssistantSettings:
    """The section [assistant]: a language model that drafts for operators when they ask; off without a url."""

    url: str = ""
    """An OpenAI-compatible endpoint that drafts when asked, such as http://localhost:8080/v1; empty: none."""
    model: str = ""
    """The model that the endpoint is asked for."""
    key_env: str = ""
    """The name of the environment variable that holds the endpoint's key; the key itself stands nowhere else."""
    timeout: float = 20.0
    """After so many seconds without its answer the built-in retrieval drafts instead."""


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The section [screen]: how the desk looks and sounds on screen."""

    theme: str = "auto"
    """The colours: auto (dark or light, as the terminal says), dark, light, contrast or mono."""
    bell: bool = True
    """Whether the terminal's bell rings for news: on or off."""
    notify: str = "auto"
    """How a desktop notification is asked for: auto (where the terminal is known to show it), osc9, osc777 or off."""
    undo_seconds: float = 10.0
    """How many seconds (0 to 60) a reply can be taken back before it leaves."""
    mouse: bool = True
    """Whether the mouse works: on or off (then the terminal selects and copies as elsewhere)."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """The section [channels]: what holds for all channels that a worker with these settings has."""

    typing: str = "auto"
    """Whether customers see that somebody writes to them: auto (not where it marks their messages as read), on, off."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a desk can be told; `provenance` says for each setting where its value came from."""

    store: str = ""
    """The store: a file's path, or a postgresql:// URL. Default: desk.convo in the platform's data folder."""
    operator: str = ""
    """The operator who acts; empty: whoever can open the store acts as its admin."""
    home_region: str = "US"
    """The region (ISO 3166, two letters) whose phone numbers may be written without a country code."""
    currency: str = "EUR"
    """The currency (ISO 4217) of amounts that name none."""
    time_zone: str = "UTC"
    """The time zone (IANA) in which local times are read and shown."""
    own: tuple[str, ...] = ()
    """Our own addresses, numbers and names in logs: what they wrote is outbound."""
    authserv_id: str = ""
    """The name by which our own mail server signs its Authentication-Results; only those are believed then."""
    thread_window: str = "7d"
    """How long after its last message a customer's open thread takes up a new message that names no thread."""
    pager: str = ""
    """The pager for long output on a terminal; empty: $PAGER, else less -R; off: none."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Other keys for the screen, by the ids on its page of keys: keys.desk.close = "x", or several: "x,ctrl+x"."""
    assistant: AssistantSettings = AssistantSettings()
    channels: ChannelSettings = ChannelSettings()
    screen: ScreenSettings = ScreenSettings()
    provenance: Mapping[str, str] = field(default_factory=dict)


SECTIONS: Mapping[str, type] = {
    "assistant": AssistantSettings,
    "channels": ChannelSettings,
    "screen": ScreenSettings,
}
"""The sections whose settings are known by name; [keys] holds as many as there are actions on the screen."""

_KEY = re.compile(r"keys\.[a-z]{1,30}\.[a-z0-9_]{1,30}(\.[1-9])?", re.ASCII)


def setting_names() -> tuple[str, ...]:
    """The names of all settings but keys.…; one in a section is named with it, as assistant.url."""
    plain = [f.name for f in fields(Settings) if f.name not in {"provenance", "keys", *SECTIONS}]
    return (*plain, *(f"{section}.{f.name}" for section, kind in SECTIONS.items() for f in fields(kind)))


def is_setting(name: str) -> bool:
    """Whether a name is a setting's, or keys. and what may be the id of an action on the screen."""
    return name in setting_names() or _KEY.fullmatch(name) is not None


def setting_value(settings: Settings, name: str) -> object:
    """The value of a setting by its name; empty for keys that nobody changed."""
    if name.startswith("keys."):
        return settings.keys.get(name.removeprefix("keys."), "")
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def variable_of(name: str) -> str:
    """The environment variable that sets a setting."""
    return f"CONVO_{name.upper().replace('.', '_')}"
