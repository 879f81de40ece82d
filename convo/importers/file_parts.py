"""The files that a chat log names, as parts."""

from convo.model.envelope import Part
from convo.text.file_names import base_name, media_type_of


def file_part(path: str, fallback: str, *, media_type: str = "", data: bytes | None = None) -> Part:
    """The part for a file that a log names; `fallback` is its name when the log gives none."""
    name = base_name(path) or fallback
    plausible = "/" in media_type and len(media_type) < 100 and media_type.isascii() and media_type.isprintable()
    return Part(name=name, media_type=media_type if plausible else media_type_of(name), data=data)
