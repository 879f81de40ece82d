"""Writes one setting into a settings file, keeping its comments, and readable by its owner only."""

import os
import tempfile
from pathlib import Path
from typing import Any

from convo.errors import BadInput


def write_setting(path: Path, name: str, value: object) -> None:
    """Set `name` to `value` in the file (None takes it out); raises BadInput when that cannot be done."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise BadInput(f"{path} cannot be read: {error}", hint="mend it, or remove it") from error
    section, _, inner = name.partition(".") if "." in name else ("", "", name)
    holder: Any = document
    if section:
        if not isinstance(document.get(section), dict):
            if value is None:
                return
            document[section] = tomlkit.table()
        holder = document[section]
        while isinstance(holder.get(inner.partition(".")[0]), dict):
            first, _, inner = inner.partition(".")
            holder = holder[first]
    if value is None:
        holder.pop(inner, None)
    else:
        holder[inner] = list(value) if isinstance(value, tuple) else value
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
        Path(draft).replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from error
