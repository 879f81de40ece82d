"""Paths whose names may hold bytes that are no text: shown as text, kept with a run, and found again."""

import os
from collections.abc import Mapping
from pathlib import Path

_KEPT = "path_hex"


def shown(path: Path) -> str:
    """The path as text that every store keeps; bytes in it that are no UTF-8 are read as Windows-1252."""
    raw = os.fsencode(path)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def kept(path: Path) -> dict[str, str]:
    """What a run has to keep beside the path as it is shown, to find the file from any folder; often nothing."""
    whole = path.absolute()
    return {} if shown(path) == str(whole) else {_KEPT: os.fsencode(whole).hex()}


def found_again(shown_path: str, remembered: Mapping[str, object]) -> Path:
    """The path of a run by what it shows and keeps."""
    raw = remembered.get(_KEPT)
    return Path(os.fsdecode(bytes.fromhex(raw))) if isinstance(raw, str) else Path(shown_path)
