"""Content-Transfer-Encoding: the bytes of a part as they were before they travelled."""

import binascii
from io import BytesIO

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


def decode_transfer(data: bytes | memoryview, encoding: str) -> bytes:
    """The bytes behind `encoding`, a Content-Transfer-Encoding as written; what it does not know stays as it is."""
    name = encoding.partition(";")[0].strip(" \t\"'").lower().replace(" ", "-")
    match name:
        case "base64":
            return decode_base64(data)
        case "quoted-printable" | "quotedprintable" | "qp":
            return binascii.a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _decode_uu(bytes(data))
        case _:
            return bytes(data)


def decode_base64(data: bytes | memoryview) -> bytes:
    """What `data` holds, foreign characters, missing padding and a torn end tolerated; never raises."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    kept = bytes(data).translate(None, _NOT_BASE64)
    padding = kept.find(b"=")
    whole = len(kept) if padding < 0 else padding
    kept = kept[: whole - 1 if whole % 4 == 1 else whole]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _decode_uu(data: bytes) -> bytes:
    lines = iter(BytesIO(data))
    if not any(line.startswith(b"begin ") for line in lines):
        return data
    decoded = bytearray()
    for line in lines:
        line = line.rstrip(b"\r\n")
        if line == b"end":
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders pad the last group wrongly: keep as many characters as the line's length byte asks for.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                decoded += binascii.a2b_uu(line[:wanted])
            except binascii.Error:
                return data
    return bytes(decoded)
