"""The name under which an attached part is kept: never a path, never a control character, never empty."""

from convo.mail.address import one_line

_MAX_LENGTH = 150
_MAX_SUFFIX = 20
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))

_SUFFIXES = {
    "application/json": ".json",
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/vcard": ".vcf",
}


def part_name(written: str, media_type: str, number: int) -> str:
    """The base name of what the mail calls the part, or "part-NUMBER" with a suffix that suits its media type."""
    name = one_line(written).replace("\\", "/").rpartition("/")[2].translate(_FORBIDDEN).strip(" .")
    if not name:
        fallback = ".txt" if media_type.startswith(("text/", "message/")) else ".bin"
        name = f"part-{number}{_SUFFIXES.get(media_type, fallback)}"
    elif media_type == "message/rfc822" and not name.lower().endswith(".eml"):
        name += ".eml"
    if len(name) > _MAX_LENGTH:
        stem, dot, suffix = name.rpartition(".")
        kept = f"{dot}{suffix}" if stem and len(suffix) <= _MAX_SUFFIX else ""
        name = name[: _MAX_LENGTH - len(kept)].rstrip(" .") + kept
    return name
