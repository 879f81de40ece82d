"""Names of files as strangers write them: only the last piece of a path, and the media type by its ending."""

import mimetypes

_TYPES = {
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "tgs": "application/x-tgsticker",
    "vcf": "text/vcard",
    "webm": "video/webm",
    "webp": "image/webp",
}
_NAME_LENGTH = 255


def base_name(path: str) -> str:
    """The last piece of a path or web address written with either kind of slash, at most 255 characters."""
    piece = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return piece.strip().strip("\0")[:_NAME_LENGTH]


def media_type_of(name: str) -> str:
    """The media type that the ending of a name stands for, the same on every machine for what chats send."""
    ending = name.rpartition(".")[2].casefold()
    known = _TYPES.get(ending)
    if known:
        return known
    # guess_file_type exists from 3.13 only; the fixed prefix keeps a hostile name from being taken as an address.
    return mimetypes.guess_type(f"file.{ending}", strict=True)[0] or "application/octet-stream"
