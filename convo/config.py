"""Settings: flag over environment over project file over user file over default, each with its provenance."""

import math
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from convo.errors import BadInput

PROJECT_FILE = "convo.toml"

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}", re.ASCII)


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
    assistant: AssistantSettings = AssistantSettings()
    provenance: Mapping[str, str] = field(default_factory=dict)


_SECTIONS = {"assistant": AssistantSettings}


def setting_names() -> tuple[str, ...]:
    """The names of all settings; one in a section is named with it, as assistant.url."""
    plain = [f.name for f in fields(Settings) if f.name != "provenance" and f.name not in _SECTIONS]
    return (*plain, *(f"{section}.{f.name}" for section, kind in _SECTIONS.items() for f in fields(kind)))


def setting_value(settings: Settings, name: str) -> object:
    """The value of a setting by its name."""
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def variable_of(name: str) -> str:
    """The environment variable that sets a setting."""
    return f"CONVO_{name.upper().replace('.', '_')}"


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
            {n: environ[v] for n in setting_names() if (v := variable_of(n)) in environ and environ[v]},
        )
    )
    layers.append(("flag", {k: v for k, v in (flags or {}).items() if v is not None}))
    for origin, layer in layers:
        for name, value in _opened(layer, origin):
            if name not in provenance:
                raise BadInput(
                    f"{origin} sets {name!r}, which is no setting",
                    hint="the settings are " + ", ".join(setting_names()),
                )
            said = variable_of(name) if origin == "environment" else origin
            values[name] = check_setting(name, value, said, folder=folders.get(origin))
            provenance[name] = f"environment {said}" if origin == "environment" else origin
    for section, kind in _SECTIONS.items():
        inside = {name.partition(".")[2]: name for name in values if name.startswith(f"{section}.")}
        values[section] = kind(**{name: values.pop(whole) for name, whole in inside.items()})  # type: ignore[arg-type]
    return Settings(**values, provenance=provenance)  # type: ignore[arg-type]


def _opened(layer: Mapping[str, object], origin: str) -> Iterator[tuple[str, object]]:
    """The settings of a layer by their whole names."""
    for name, value in layer.items():
        if name not in _SECTIONS:
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            raise BadInput(f"{origin}: {name} is a section", hint=f"[{name}] and below it url, model, …")


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
    if name == "assistant.timeout":
        return _seconds(value, origin, name)
    if not isinstance(value, str):
        raise BadInput(f"{origin}: {name} takes a text, not {value!r}", hint=f'{name} = "…"')
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
    if not 0.1 <= seconds <= 600:
        raise BadInput(f"{origin}: {name} takes seconds from 0.1 to 600, not {value!r}"[:200], hint=f"{name} = 20")
    return seconds


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
