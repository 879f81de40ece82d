"""What a Telegram message says: its pieces of text in one, what is no text in words, and its files."""

from collections.abc import Iterator

from convo.importers.file_parts import file_part
from convo.model.envelope import Part
from convo.text.json_fields import Fields, Unfit, clean, fields_of, kind_of, loosely, words

_LEFT_OUT = "(File "


def text_of(message: Fields) -> str:
    """The text of a message as Telegram shows it; raises Unfit when it has none of the shapes of a text."""
    value = message.get("text")
    if value is None:
        pieces = []
    elif isinstance(value, str):
        pieces = [clean(value)]
    elif isinstance(value, list):
        pieces = [_entity(piece) for piece in value]
    else:
        raise Unfit(f"its 'text' is {kind_of(value)} where text belongs")
    text = "".join(pieces)
    lines = [f"[forwarded from {origin}]"] if (origin := loosely(message, "forwarded_from")) else []
    lines += [text.strip("\n")] if text.strip() else []
    lines += _besides_text(message)
    return "\n".join(lines)


def _entity(piece: object) -> str:
    if isinstance(piece, str):
        return clean(piece)
    entity = fields_of(piece, "a piece of its text")
    text, target = words(entity, "text"), loosely(entity, "href")
    return f"{text} ({target})" if target and target != text else text


def _besides_text(message: Fields) -> Iterator[str]:
    """What Telegram shows in place of words: a sticker's emoji, a place, a contact, a poll."""
    if loosely(message, "media_type") == "sticker":
        yield loosely(message, "sticker_emoji") or "[sticker]"
    where = message.get("location_information")
    if isinstance(where, dict):
        numbers = [where.get(key) for key in ("latitude", "longitude")]
        yield "[location {}, {}]".format(*(number if isinstance(number, int | float) else "?" for number in numbers))
    contact = message.get("contact_information")
    if isinstance(contact, dict):
        known = (loosely(contact, key) for key in ("first_name", "last_name", "phone_number"))
        yield f"[contact {' '.join(word for word in known if word)}]"
    question = loosely(message, "poll", "question")
    if question:
        yield f"[poll: {question}]"


def parts_of(message: Fields) -> Iterator[Part]:
    """The files of a message by their names; raises Unfit when a name is no text."""
    if words(message, "photo"):
        yield _part(message, "photo", "photo.jpg")
    kind = loosely(message, "media_type")
    if words(message, "file") and kind != "sticker":
        yield _part(message, "file", kind or "file")


def _part(message: Fields, key: str, fallback: str) -> Part:
    path = words(message, key)
    name = loosely(message, "file_name") if key == "file" else ""
    if not name and not path.startswith(_LEFT_OUT):
        name = path
    media_type = loosely(message, "mime_type") if key == "file" else "image/jpeg"
    return file_part(name, fallback, media_type=media_type)
