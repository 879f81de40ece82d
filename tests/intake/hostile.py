"""Files that mean harm, or that something broke, and the sound ones beside which they lie."""

import io
import json
import zipfile
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path

OSC52 = "\x1b]52;c;cm0gLXJmIC8=\x07"
EVIL = f"{OSC52}\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u202c[/][bold]{{x}}\x00\ud800%s\r\nBcc: all@example.org"
EVIL_BYTES = EVIL.replace("\ud800", "").encode() + b"\xff\xfe\xed\xa0\x80"

MAGICS = (
    b"", b"\x00", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"7z\xbc\xaf\x27\x1c", b"%PDF-1.7\n",
    b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"\x7fELF", b"MZ", b"RIFF", b"SQLite format 3\x00",
    b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\xef\xbb\xbf", b"From ", b"From a Mon Nov  2 09:00:00 2026\n",
    b"From: a@example.org\nDate: ", b"{", b"[", b'{"messages":[', b'{"chats":{"list":[', b'{"tickets":[', b"[{",
    b"[02/11/2026, 09:00:00] ", b"02/11/2026, 09:00 - ", b"Email,Date,Text\n", b'"","","",', b"sep=;\n", b"<!DOCTYPE",
)  # fmt: skip


def sound_log(path: Path, count: int = 5, start: int = 0) -> Path:
    """JSON lines that are as they should be."""
    lines = [
        json.dumps({"from": f"w{n % 3}@example.org", "date": 1_760_000_000 + n, "text": f"sound {n}", "id": f"s{n}"})
        for n in range(start, start + count)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def sound_mail(number: int, body: str = "the wheel wobbles") -> bytes:
    """A mail that is as it should be."""
    mail = EmailMessage()
    mail["From"] = f"Customer {number % 7} <c{number % 7}@example.org>"
    mail["To"] = "shop@example.net"
    mail["Subject"] = f"About {number}"
    mail["Date"] = f"Mon, 02 Nov 2026 09:{number // 60 % 60:02d}:{number % 60:02d} +0000"
    mail["Message-ID"] = f"<{number}@example.org>"
    mail.set_content(body)
    return mail.as_bytes()


def mbox(path: Path, mails: Iterable[bytes]) -> Path:
    """An mbox of these mails."""
    with path.open("wb") as file:
        for mail in mails:
            file.write(b"From a@example.org Mon Nov  2 09:00:00 2026\n" + mail.rstrip(b"\n") + b"\n\n")
    return path


def slack_zip(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A Slack export of two channels and three days, ten messages a day."""
    days = {
        f"{channel}/2026-11-{day:02d}.json": [
            {
                "type": "message",
                "user": f"U{n % 3}",
                "text": f"{channel} {day} {n}",
                "ts": f"{1762041600 + day}.{n:06d}",
            }
            for n in range(10)
        ]
        for channel in ("general", "help")
        for day in (2, 3, 4)
    }
    users = [{"id": f"U{n}", "name": f"person{n}", "profile": {"email": f"p{n}@example.org"}} for n in range(3)]
    lists = {"users.json": users, "channels.json": [{"id": f"C{n}", "name": n} for n in ("general", "help")]}
    return _zipped({name: json.dumps(value).encode() for name, value in (lists | days).items()}, method)


def whatsapp_zip(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A WhatsApp export of twenty messages, two of them with a photo."""
    lines = []
    for n in range(20):
        said = f"IMG-{n}.jpg (file attached)" if n in (5, 15) else f"message {n}"
        lines.append(f"02/11/2026, 09:{n:02d} - {'Ana Ruiz' if n % 2 else 'Ben Shop'}: {said}")
    photos = {f"IMG-{n}.jpg": b"\xff\xd8\xff" + bytes(range(256)) * 4 for n in (5, 15)}
    text = "\n".join(lines).encode()
    return _zipped({"WhatsApp Chat with Ana Ruiz.txt": text, **photos}, method)


def _zipped(members: dict[str, bytes], method: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()
