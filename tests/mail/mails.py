"""What the mail tests share: a small mail to change, and one decoding call."""

from convo.mail.decode import decode_mail
from convo.mail.ourselves import Ourselves
from convo.model.envelope import Envelope, Item

OWN = "support@bikes.example"
OURSELVES = Ourselves(frozenset({OWN, "sales@bikes.example"}))

FIELDS = {
    "From": "Ana Lima <ana@lima.example>",
    "To": f"Bike shop <{OWN}>",
    "Date": "Mon, 29 Apr 2019 02:01:27 +0200",
    "Message-ID": "<one@lima.example>",
    "Subject": "My chain",
}


def mail(body: str | bytes = "It fell off.\n", *, without: str = "", extra: str | bytes = "", **fields: str) -> bytes:
    """A mail with the usual fields, those of `fields` in their stead (`Reply_To` is Reply-To), and `extra` lines."""
    given = {name.replace("_", "-"): value for name, value in fields.items()}
    shown = {name: value for name, value in (FIELDS | given).items() if name != without}
    head = "".join(f"{name}: {value}\n" for name, value in shown.items()).encode()
    return head + _bytes(extra) + b"\n" + _bytes(body)


def decode(raw: bytes, ourselves: Ourselves = OURSELVES) -> Item:
    """Whatever the mail becomes."""
    return decode_mail(raw, ourselves, source="inbox", place="message 1")


def envelope(raw: bytes, ourselves: Ourselves = OURSELVES) -> Envelope:
    """The envelope that the mail becomes; anything else fails the test."""
    item = decode(raw, ourselves)
    assert isinstance(item, Envelope), item
    return item


def multipart(subtype: str, *parts: str | bytes, boundary: str = "edge") -> tuple[str, bytes]:
    """A Content-Type value and a body of these parts, each with its own header."""
    body = b"".join(b"--" + boundary.encode() + b"\n" + _bytes(part) + b"\n" for part in parts)
    return f'multipart/{subtype}; boundary="{boundary}"', body + b"--" + boundary.encode() + b"--\n"


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
