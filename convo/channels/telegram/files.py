"""The files of a Telegram message: which it has, and under which name they are kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from convo.text.json_fields import loosely

_KINDS = {
    "animation": ("mp4", "video/mp4"),
    "audio": ("mp3", "audio/mpeg"),
    "document": ("bin", "application/octet-stream"),
    "video": ("mp4", "video/mp4"),
    "video_note": ("mp4", "video/mp4"),
    "voice": ("ogg", "audio/ogg"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file that waits at Telegram's: its id there, the name and media type of the part, its size in bytes (or 0)."""

    id: str
    name: str
    media_type: str
    size: int


def files_of(message: Mapping[str, Any], number: int) -> Iterator[File]:
    """The files of a message with this number; what has no id of a file is none."""
    photo = message.get("photo")
    if isinstance(photo, list):
        sizes = [each for each in photo if isinstance(each, dict)]
        largest = max(sizes, key=lambda each: _number(each, "width") * _number(each, "height"), default=None)
        yield from _file(largest, f"photo-{number}.jpg", "image/jpeg")
    for kind, (suffix, media_type) in _KINDS.items():
        if kind == "document" and "animation" in message:
            continue  # the same file once more, for old programs
        yield from _file(message.get(kind), f"{kind.replace('_', '-')}-{number}.{suffix}", media_type)
    sticker = message.get("sticker")
    if isinstance(sticker, dict):
        suffix, media_type = "webp", "image/webp"
        if sticker.get("is_animated") is True:
            suffix, media_type = "tgs", "application/x-tgsticker"
        elif sticker.get("is_video") is True:
            suffix, media_type = "webm", "video/webm"
        yield from _file(sticker, f"sticker-{number}.{suffix}", media_type)


def _file(told: Any, name: str, media_type: str) -> Iterator[File]:
    if isinstance(told, dict) and isinstance(told.get("file_id"), str) and told["file_id"]:
        yield File(
            told["file_id"],
            loosely(told, "file_name") or name,
            loosely(told, "mime_type") or media_type,
            _number(told, "file_size"),
        )


def _number(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name)
    return value if type(value) is int and value > 0 else 0
