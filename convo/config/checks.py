"""Checks a setting's value, wherever it stands, and says in one sentence what is wrong with it."""

import math
import re
from pathlib import Path

from convo.errors import BadInput

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}", re.ASCII)

_SECONDS = {"assistant.timeout": (0.1, 600, 20), "screen.undo_seconds": (0, 60, 10)}
"""The least, the most and a usual number of seconds."""
_WORDS = {
    "channels.typing": ("auto", "on", "off"),
    "screen.theme": ("auto", "dark", "light", "contrast", "mono"),
    "screen.notify": ("auto", "osc9", "osc777", "off"),
}
_SWITCH = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def check_setting(name: str, value: object, origin: str, *, folder: Path | None = None) -> object:
    """The value as the setting's own type; raises BadInput naming `origin` when it cannot be one.

    A store's path is taken from `folder`, that of the file which names it, or else from the working folder.
    """
    if name == "own":
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise BadInput(f"{origin}: own takes a list of addresses", hint='own = ["shop@example.org"]')
        return tuple(item.strip() for item in items if item.strip())
    if name in _SECONDS:
        return _seconds(value, origin, name)
    if name in {"screen.bell", "screen.mouse"}:
        return _switch(value, origin, name)
    if name == "channels.typing" and isinstance(value, bool):
        return "on" if value else "off"
    if not isinstance(value, str):
        raise BadInput(f"{origin}: {name} takes a text, not {value!r}", hint=f'{name} = "…"')
    if name.startswith("keys."):
        return value.strip()
    if name in _WORDS:
        return _one_of(_WORDS[name], value, origin, name)
    if name == "store":
        return _place(value, folder)
    if name in {"assistant.url", "assistant.key_env"}:
        return _without_secrets(name, value.strip(), origin)
    if name == "time_zone":
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise BadInput(f"{origin}: {value!r} is no time zone", hint="such as Europe/Madrid") from error
    if name in {"home_region", "currency"}:
        wanted = 2 if name == "home_region" else 3
        if len(value) != wanted or not value.isascii() or not value.isalpha():
            raise BadInput(f"{origin}: {name} takes {wanted} letters, not {value!r}", hint="such as ES or EUR")
        return value.upper()
    return value


def _seconds(value: object, origin: str, name: str) -> float:
    try:
        seconds = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except ValueError:
        seconds = math.nan
    least, most, usual = _SECONDS[name]
    if not least <= seconds <= most:
        said = f"{origin}: {name} takes seconds from {least} to {most}, not {value!r}"
        raise BadInput(said[:200], hint=f"{name} = {usual}")
    return seconds


def _switch(value: object, origin: str, name: str) -> bool:
    known = (
        value if isinstance(value, bool) else _SWITCH.get(value.strip().casefold()) if isinstance(value, str) else None
    )
    if known is None:
        raise BadInput(f"{origin}: {name} is on or off, not {value!r}"[:200], hint=f'{name} = "off"')
    return known


def _one_of(words: tuple[str, ...], value: str, origin: str, name: str) -> str:
    word = value.strip().casefold()
    if word not in words:
        raise BadInput(
            f"{origin}: {name} is none of {', '.join(words)}: {value!r}"[:200], hint=f'{name} = "{words[0]}"'
        )
    return word


def _without_secrets(name: str, value: str, origin: str) -> str:
    """The value, when it holds no secret; what is refused may be one, so that it is not repeated."""
    if not value:
        return value
    if name == "assistant.key_env":
        if not _VARIABLE.fullmatch(value):
            raise BadInput(
                f"{origin}: {name} takes the name (in capitals) of an environment variable, never the key itself",
                hint='key_env = "ASSISTANT_KEY", and the key in $ASSISTANT_KEY',
            )
        return value
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or "@" in parts.netloc or parts.query or parts.fragment or not value.isprintable() or " " in value:
        raise BadInput(
            f"{origin}: {name} takes an http or https address without a password or a query",
            hint=f'{name.partition(".")[2]} = "https://api.example.org/v1"',
        )
    return value


def _place(store: str, folder: Path | None) -> str:
    """The store's path in full, so that it stays the same file wherever one stands; a URL as it is."""
    if not store.strip() or "://" in store or store.startswith("~"):
        return store
    try:
        return str((folder or Path.cwd()) / store)
    except OSError:
        return store
