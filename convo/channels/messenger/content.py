"""What somebody says by Messenger, in words: the text and the files of a message."""

from typing import Any
from urllib.parse import urlsplit

from convo.channels.meta.pieces import RemoteFile, mapping, mappings, text

_TYPES = {"image": "image/jpeg", "audio": "audio/mp4", "video": "video/mp4"}
_ENDINGS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "mp4": "video/mp4", "pdf": "application/pdf", "aac": "audio/aac", "mp3": "audio/mpeg", "ogg": "audio/ogg",
}  # fmt: skip
_MOST_ATTACHMENTS = 30


def words_of(message: dict[str, Any]) -> str:
    """The text of a message, with what its attachments say that are no files."""
    said = [text(message.get("text"))]
    for each in mappings(message.get("attachments"))[:_MOST_ATTACHMENTS]:
        if not _is_file(each):
            said.append(_described(each))
    return "\n".join(filter(None, said))


def files_of(message: dict[str, Any]) -> tuple[RemoteFile, ...]:
    """The files of a message; a sticker is one, too."""
    found = []
    for each in mappings(message.get("attachments"))[:_MOST_ATTACHMENTS]:
        if _is_file(each):
            kind, url = text(each.get("type")), text(mapping(each.get("payload")).get("url"))
            name, media_type = _named(kind, url)
            found.append(RemoteFile("", name, media_type, url))
    return tuple(found)


def _is_file(attachment: dict[str, Any]) -> bool:
    return text(attachment.get("type")) in ("image", "audio", "video", "file")


def _named(kind: str, url: str) -> tuple[str, str]:
    """A file's name and type, by the last part of its URL's path."""
    try:
        last = urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        last = ""
    ending = last.rpartition(".")[2].lower()
    media_type = _ENDINGS.get(ending, _TYPES.get(kind, "application/octet-stream"))
    return last[-120:] if "." in last else kind, media_type


def _described(attachment: dict[str, Any]) -> str:
    kind, held = text(attachment.get("type")), mapping(attachment.get("payload"))
    at = mapping(held.get("coordinates"))
    if kind == "location" and at:
        return f"location: {_degrees(at.get('lat'))}, {_degrees(at.get('long'))}"
    title = text(attachment.get("title")) or text(held.get("title"))
    told = " ".join(filter(None, (title, text(held.get("url")) or text(attachment.get("url")))))
    return told or f"(sent something that Messenger does not hand over: {kind[:40] or 'nameless'})"


def _degrees(value: object) -> str:
    return f"{value:.6f}" if isinstance(value, int | float) else "?"
