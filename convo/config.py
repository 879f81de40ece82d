"""Settings: flag over environment over project file over user file over default, each with its provenance."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from convo.errors import BadInput

PROJECT_FILE = "convo.toml"


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
    provenance: Mapping[str, str] = field(default_factory=dict)


def setting_names() -> tuple[str, ...]:
    """The names of all settings."""
    return tuple(f.name for f in fields(Settings) if f.name != "provenance")


def user_file() -> Path:
    """The user's own settings file."""
    return Path(platformdirs.user_config_dir("convo", appauthor=False)) / "config.toml"


def project_file(start: Path | None = None) -> Path | None:
    """The nearest convo.toml in this folder or above it."""
    try:
        folder = (start or Path.cwd()).absolute()
    except OSError:
        return None
    for candidate in (folder, *folder.parents):
        path = candidate / PROJECT_FILE
        if path.is_file():
            return path
    return None


def default_store() -> str:
    """Where the store is when nobody says otherwise."""
    return str(Path(platformdirs.user_data_dir("convo", appauthor=False)) / "desk.convo")


def load_settings(
    flags: Mapping[str, object] | None = None, *, environ: Mapping[str, str] | None = None, start: Path | None = None
) -> Settings:
    """All settings with where each came from; raises BadInput naming the file or variable that is wrong."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {"store": default_store()}
    provenance = dict.fromkeys(setting_names(), "default")
    layers: list[tuple[str, Mapping[str, object]]] = []
    folders: dict[str, Path] = {}
    for path in (user_file(), project_file(start)):
        if path is not None and path.is_file():
            layers.append((str(path), _read(path)))
            folders[str(path)] = path.parent
    layers.append(
        (
            "environment",
            {n: environ[v] for n in setting_names() if (v := f"CONVO_{n.upper()}") in environ and environ[v]},
        )
    )
    layers.append(("flag", {k: v for k, v in (flags or {}).items() if v is not None}))
    for origin, layer in layers:
        for name, value in layer.items():
            if name not in provenance:
                raise BadInput(
                    f"{origin} sets {name!r}, which is no setting",
                    hint="the settings are " + ", ".join(setting_names()),
                )
            said = f"CONVO_{name.upper()}" if origin == "environment" else origin
            values[name] = check_setting(name, value, said, folder=folders.get(origin))
            provenance[name] = f"environment {said}" if origin == "environment" else origin
    return Settings(**values, provenance=provenance)  # type: ignore[arg-type]


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", hint="mend it, or remove it") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} cannot be read: it is no text in UTF-8", hint="mend it, or remove it") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} cannot be read: {error}", hint="mend it, or remove it") from error
    except RecursionError as error:
        raise BadInput(f"{path} cannot be read: its values nest too deep", hint="mend it, or remove it") from error


def check_setting(name: str, value: object, origin: str, *, folder: Path | None = None) -> object:
    """The value as the setting's own type; raises BadInput naming `origin` when it cannot be one.

    A store's path is taken from `folder`, that of the file which names it, or else from the working folder.
    """
    if name == "own":
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise BadInput(f"{origin}: own takes a list of addresses", hint='own = ["shop@example.org"]')
        return tuple(item.strip() for item in items if item.strip())
    if not isinstance(value, str):
        raise BadInput(f"{origin}: {name} takes a text, not {value!r}", hint=f'{name} = "…"')
    if name == "store":
        return _place(value, folder)
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


def _place(store: str, folder: Path | None) -> str:
    """The store's path in full, so that it stays the same file wherever one stands; a URL as it is."""
    if not store.strip() or "://" in store or store.startswith("~"):
        return store
    try:
        return str((folder or Path.cwd()) / store)
    except OSError:
        return store
