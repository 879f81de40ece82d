"""A message as WhatsApp takes it: the bodies to send, one after the other, and how a status finds its way back."""

import re
from dataclasses import dataclass
from typing import Any

from convo.channels.base import Outgoing, Template, Typing
from convo.model.envelope import Part

LONGEST = 4_096
_LONGEST_CAPTION = 1_024
_NUMBER = re.compile(r"\+?\d{5,20}", re.ASCII)
_WITHOUT_CAPTION = ("audio",)
_TYPES = {
    "image/jpeg": ("image", 5_000_000),
    "image/png": ("image", 5_000_000),
    "video/mp4": ("video", 16_000_000),
    "video/3gpp": ("video", 16_000_000),
    "audio/aac": ("audio", 16_000_000),
    "audio/amr": ("audio", 16_000_000),
    "audio/mp4": ("audio", 16_000_000),
    "audio/mpeg": ("audio", 16_000_000),
    "audio/ogg": ("audio", 16_000_000),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of those that an answer becomes: `file` goes up before, and its id into `body`."""

    body: dict[str, Any]
    file: Part | None = None

    def with_media(self, media: str) -> dict[str, Any]:
        """The body with the id that the uploaded file got."""
        held = self.body[self.body["type"]]
        return {**self.body, self.body["type"]: {**held, "id": media}}


def pieces_of(outgoing: Outgoing, language: str) -> tuple[Piece, ...]:
    """The messages that an answer becomes: the first bears its text, where one file can bear it as a caption."""
    envelope = _envelope(outgoing)
    if outgoing.template is not None:
        return (Piece({**envelope, **_template(outgoing.template, language), **_marked(outgoing.key, 1)}),)
    if outgoing.answers and "/edit/" not in outgoing.answers:
        envelope["context"] = {"message_id": outgoing.answers}
    bodies: list[tuple[dict[str, Any], Part | None]] = []
    text = outgoing.text
    if outgoing.parts and text and len(text) <= _LONGEST_CAPTION:
        kind = _kind(outgoing.parts[0])
        if kind not in _WITHOUT_CAPTION:
            bodies.append((_media(kind, outgoing.parts[0], text), outgoing.parts[0]))
            text = ""
    left = outgoing.parts[len(bodies) :]
    if text:
        bodies.insert(0, ({"type": "text", "text": {"body": text, "preview_url": False}}, None))
    bodies += [(_media(_kind(part), part, ""), part) for part in left]
    return tuple(
        Piece({**envelope, **body, **_marked(outgoing.key, place)}, file)
        for place, (body, file) in enumerate(bodies, start=1)
    )


def typing_after(typing: Typing) -> dict[str, Any] | None:
    """What shows, below the customer's message that it marks as read, that somebody writes.

    None where nothing can be shown: without such a message, and in groups, whose messages cannot be marked as read.
    """
    message = (typing.answers or "").partition("/edit/")[0]
    if not message or (typing.thread_key or "").startswith("group:"):
        return None
    shown = {"messaging_product": "whatsapp", "status": "read", "message_id": message}
    return {**shown, "typing_indicator": {"type": "text"}}


def key_of(mark: str) -> tuple[str, int]:
    """The key and the place (from 1) of the message that a status is about, by the mark that went with it."""
    key, sign, place = mark.rpartition("#")
    if sign and place.isascii() and place.isdecimal() and len(place) < 4:
        return key, max(1, int(place))
    return mark, 1


def _marked(key: str, place: int) -> dict[str, str]:
    return {"biz_opaque_callback_data": key if place == 1 and "#" not in key else f"{key}#{place}"}


def _envelope(outgoing: Outgoing) -> dict[str, Any]:
    to: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    group = (outgoing.thread_key or "").removeprefix("group:")
    if outgoing.thread_key and group != outgoing.thread_key:
        return to | {"recipient_type": "group", "to": group}
    value = outgoing.recipient.value
    # A number goes into "to"; the id that Meta gives a person for one business alone into "recipient".
    return to | ({"to": value.removeprefix("+")} if _NUMBER.fullmatch(value) else {"recipient": value})


def _template(template: Template, language: str) -> dict[str, Any]:
    held: dict[str, Any] = {"name": template.name, "language": {"code": template.language or language}}
    if template.values:
        # WhatsApp refuses values with line breaks, tabs or more than four spaces in a row.
        values = [{"type": "text", "text": " ".join(value.split())} for value in template.values]
        held["components"] = [{"type": "body", "parameters": values}]
    return {"type": "template", "template": held}


def _media(kind: str, part: Part, caption: str) -> dict[str, Any]:
    held: dict[str, Any] = {"caption": caption} if caption else {}
    if kind == "document":
        held["filename"] = part.name
    return {"type": kind, kind: held}


def _kind(part: Part) -> str:
    kind, most = _TYPES.get(part.media_type.lower(), ("document", 0))
    return kind if len(part.data or b"") <= most else "document"
