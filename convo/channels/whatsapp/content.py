"""What a customer says by WhatsApp, in words: the text, the files and the answered message of each type of message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convo.channels.meta.pieces import RemoteFile, mapping, mappings, text

_MEDIA = ("image", "document", "audio", "video", "sticker")
_ENDINGS = {
    "audio/aac": "aac", "audio/amr": "amr", "audio/mp4": "m4a", "audio/mpeg": "mp3", "audio/ogg": "ogg",
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/3gpp": "3gp", "video/mp4": "mp4",
}  # fmt: skip
_MOST_CONTACTS = 20
_MOST_PRODUCTS = 100


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says; `light` for what wants no answer, `unwanted` why it is no message at all."""

    text: str = ""
    files: tuple[RemoteFile, ...] = ()
    answers: str = ""
    light: bool = False
    unwanted: str = ""


def content_of(message: dict[str, Any]) -> Content:
    """What a message says, of whatever type, also of one that is not known yet."""
    kind = text(message.get("type"))
    held = message.get(kind)
    answers = text(mapping(message.get("context")).get("id"))
    if kind in _MEDIA:
        return _media(kind, mapping(held), answers)
    if kind == "contacts":
        return Content("\n".join(map(_contact, mappings(held)[:_MOST_CONTACTS])) or "(a contact)", answers=answers)
    if kind in ("reaction", "system", "revoke"):
        return _SPECIAL[kind](mapping(held))
    if kind in _WORDS:
        return Content(_WORDS[kind](mapping(held)), answers=answers)
    if kind == "request_welcome":
        return Content(unwanted="the chat was opened, and nothing said yet")
    return Content("(sent something that WhatsApp does not hand over; only the phone shows it)", answers=answers)


def _media(kind: str, held: dict[str, Any], answers: str) -> Content:
    media_type = text(held.get("mime_type")).partition(";")[0].strip().lower() or "application/octet-stream"
    name = text(held.get("filename"))
    if not name:
        ending = _ENDINGS.get(media_type)
        stem = "voice" if held.get("voice") is True else kind
        name = f"{stem}.{ending}" if ending else stem
    file = RemoteFile(text(held.get("id")), name, media_type, text(held.get("url")))
    return Content(text(held.get("caption")), (file,), answers)


def _location(held: dict[str, Any]) -> str:
    place = ", ".join(filter(None, (text(held.get("name")), text(held.get("address")))))
    at = ", ".join(f"{held[name]:.6f}" for name in ("latitude", "longitude") if isinstance(held.get(name), int | float))
    return f"location: {place} ({at})" if place else f"location: {at}"


def _contact(held: dict[str, Any]) -> str:
    name = text(mapping(held.get("name")).get("formatted_name"))
    phones = [text(each.get("phone")) for each in mappings(held.get("phones"))]
    emails = [text(each.get("email")) for each in mappings(held.get("emails"))]
    return "contact: " + ", ".join(filter(None, (name, *phones[:5], *emails[:5])))


def _interactive(held: dict[str, Any]) -> str:
    """The title of the button or row that was chosen, or what was filled into a form."""
    kind = text(held.get("type"))
    chosen = mapping(held.get(kind))
    if kind == "nfm_reply":
        return "\n".join(filter(None, (text(chosen.get("body")), text(chosen.get("response_json"))))) or "(a form)"
    title, about = text(chosen.get("title")), text(chosen.get("description"))
    return "\n".join(filter(None, (title, about))) or f"(answered: {kind[:40] or 'something'})"


def _order(held: dict[str, Any]) -> str:
    lines = ["order:"]
    for product in mappings(held.get("product_items"))[:_MOST_PRODUCTS]:
        price = " ".join(filter(None, (_decimal(product.get("item_price")), text(product.get("currency")))))
        each = f", {price} each" if price else ""
        lines.append(f"{_decimal(product.get('quantity'))} × {text(product.get('product_retailer_id'))}{each}")
    return "\n".join(filter(None, (text(held.get("text")), *lines)))


def _decimal(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else text(value)


def _reaction(held: dict[str, Any]) -> Content:
    emoji = text(held.get("emoji"))
    if not emoji:
        return Content(unwanted="a reaction was taken back")
    return Content(f"reacted with {emoji}", answers=text(held.get("message_id")), light=True)


def _system(held: dict[str, Any]) -> Content:
    return Content(text(held.get("body")) or "(something about the account changed)", light=True)


def _revoke(held: dict[str, Any]) -> Content:
    return Content(unwanted="a message was deleted by whoever had sent it")


_SPECIAL: dict[str, Callable[[dict[str, Any]], Content]] = {
    "reaction": _reaction,
    "system": _system,
    "revoke": _revoke,
}
_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": lambda held: text(held.get("body")),
    "button": lambda held: text(held.get("text")) or text(held.get("payload")),
    "location": _location,
    "interactive": _interactive,
    "order": _order,
}
