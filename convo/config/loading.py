"""Settings: flag over environment over project file over user file over default, each with its provenance."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import platformdirs

from convo.config.checks import check_setting
from convo.config.settings import SECTIONS, Settings, is_setting, setting_names, variable_of
from convo.errors import BadInput

PROJECT_FILE = "convo.toml"


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
            if not is_setting(name):
                raise BadInput(
                    f"{origin} sets {name!r}, which is no setting",
                    hint="the settings are " + ", ".join((*setting_names(), "keys.…")),
                )
            said = variable_of(name) if origin == "environment" else origin
            values[name] = check_setting(name, value, said, folder=folders.get(origin))
            provenance[name] = f"environment {said}" if origin == "environment" else origin
    for section, kind in SECTIONS.items():
        inside = {name.partition(".")[2]: name for name in values if name.startswith(f"{section}.")}
        values[section] = kind(**{name: values.pop(whole) for name, whole in inside.items()})
    keys = [name for name in values if name.startswith("keys.")]
    values["keys"] = {name.removeprefix("keys."): values.pop(name) for name in keys}
    return Settings(**values, provenance=provenance)  # type: ignore[arg-type]


def _opened(layer: Mapping[str, object], origin: str) -> Iterator[tuple[str, object]]:
    """The settings of a layer by their whole names."""
    for name, value in layer.items():
        if name not in {"keys", *SECTIONS}:
            yield name, value
        elif not isinstance(value, Mapping):
            said = 'desk.close = "x"' if name == "keys" else f"{fields(SECTIONS[name])[0].name}, …"
            raise BadInput(f"{origin}: {name} is a section", hint=f"[{name}] and below it {said}")
        elif name == "keys":
            yield from _keys(name, value)
        else:
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())


def _keys(name: str, value: object) -> Iterator[tuple[str, object]]:
    """The keys of a section, whose ids with their points may stand in quotes or as tables in tables."""
    if isinstance(value, Mapping) and name.count(".") < 4:
        for inner, one in value.items():
            yield from _keys(f"{name}.{inner}", one)
    else:
        yield name, value


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
