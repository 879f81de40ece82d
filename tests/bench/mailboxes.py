"""Large mailboxes of realistic mails for measuring: short and long texts, quotes, HTML forms, some attachments."""

import base64
import random
from collections.abc import Iterator
from pathlib import Path

from tests.bench.making import sentence

_PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\n"


def write_mbox(path: Path, size: int) -> Path:
    """An mbox of about `size` bytes, always the same; one mail in twelve has an attachment, of up to 2 MB."""
    dice = random.Random(11)
    written = 0
    with path.open("wb") as file:
        for number, mail in enumerate(_mails(dice)):
            block = b"From c@example.org Mon Nov  2 09:00:00 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n\n"
            file.write(block)
            written += len(block)
            if written >= size and number:
                return path
    return path


def _mails(dice: random.Random) -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        writer = dice.randrange(2_000)
        head = (
            f"From: Customer {writer} <c{writer}@example.org>\r\nTo: Shop <shop@example.net>\r\n"
            f"Subject: Re: {sentence(dice)[:60]}\r\nMessage-ID: <{number}.{writer}@example.org>\r\n"
            f"In-Reply-To: <{max(1, number - dice.randint(1, 50))}.{writer}@example.net>\r\n"
            f"Date: {1 + number // 86_400 % 28} Nov 2026 "
            f"{number // 3_600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d} +0000\r\n"
            "MIME-Version: 1.0\r\n"
        )
        lines = [sentence(dice) for _ in range(dice.randint(2, 30))]
        quoted = [f"> {sentence(dice)}" for _ in range(dice.choice((0, 0, 10, 60)))]
        text = "\r\n".join([*lines, "", "On Mon, 2 Nov 2026 at 09:12, Shop wrote:", *quoted] if quoted else lines)
        kind = dice.random()
        if kind < 0.4:
            yield f"{head}{_PLAIN}{text}\r\n".encode()
            continue
        html = "<html><body><div>" + "</p><p style='margin:0'>".join(lines) + "</p></div></body></html>"
        forms = (
            "Content-Type: multipart/alternative; boundary=alt\r\n\r\n"
            f"--alt\r\n{_PLAIN}{text}\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--alt--\r\n"
        )
        if kind < 0.92:
            yield f"{head}{forms}".encode()
            continue
        data = dice.randbytes(dice.choice((20_000, 80_000, 80_000, 300_000, 2_000_000)))
        yield (
            f"{head}Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\n{forms}\r\n--mix\r\n"
            "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="photo-{number}.jpg"\r\n\r\n'
        ).encode() + base64.encodebytes(data) + b"\r\n--mix--\r\n"  # fmt: skip
