"""A signed token in the address that answers go to, by which an answer finds its thread when its references are lost.

`support+<token>@example.org`: plus addressing delivers it to the mailbox it stands for. Whoever holds a token can write
into its thread and nothing more: it says nothing about who they are.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator

from convo.errors import BadInput
from convo.mail.address import parse_addresses
from convo.mail.headers import Headers

DELIMITER = "+"
_MAX_LOCAL = 64
_LEAST_KEY = 16
_MAC_BYTES = 10
_MAX_ID_BYTES = 8
_TOKEN_LENGTHS = range(18, 30)
_MAX_ADDRESSES = 100
_CONTEXT = b"convo reply token 1:"
_FIELDS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "x-envelope-to", "resent-to")


def make_token(thread: int, key: bytes) -> str:
    """The token of a thread: letters and digits of one case, 18 to 29 of them. Raises BadInput for a short key."""
    if len(key) < _LEAST_KEY:
        raise BadInput(
            f"the key of reply tokens is shorter than {_LEAST_KEY} bytes", hint="make one with os.urandom(32)"
        )
    if not 0 < thread < 1 << 8 * _MAX_ID_BYTES:
        raise BadInput(f"{thread} is no thread", hint="threads have positive numbers")
    number = thread.to_bytes((thread.bit_length() + 7) // 8, "big")
    mac = hmac.digest(key, _CONTEXT + number, "sha256")[:_MAC_BYTES]
    return base64.b32encode(mac + number).decode("ascii").rstrip("=").lower()


def read_token(token: str, key: bytes) -> int | None:
    """The thread whose token this is, in whatever case it came; None for what we did not make."""
    if len(token) not in _TOKEN_LENGTHS or not token.isascii():
        return None
    try:
        data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    thread = int.from_bytes(data[_MAC_BYTES:], "big")
    if not 0 < thread < 1 << 8 * _MAX_ID_BYTES:
        return None
    return thread if hmac.compare_digest(make_token(thread, key), token.lower()) else None


def reply_address(address: str, thread: int, key: bytes) -> str:
    """`address` with the thread's token in it. Raises BadInput where the local part would grow beyond 64 octets."""
    local, _, domain = address.rpartition("@")
    tokened = f"{local}{DELIMITER}{make_token(thread, key)}"
    if not local or '"' in local or len(tokened.encode()) > _MAX_LOCAL:
        raise BadInput(
            f"{address} leaves no room for a reply token before its @",
            hint="use an address whose part before the @ has at most 34 letters",
        )
    return f"{tokened}@{domain}"


def find_thread(headers: Headers, key: bytes) -> int | None:
    """The thread whose token stands in an address that a mail was sent or delivered to; None without a valid one.

    Never raises for a mail; the first 100 addresses are looked at.
    """
    for address in _delivered_to(headers):
        token = address.rpartition("@")[0].rpartition(DELIMITER)[2]
        if (thread := read_token(token, key)) is not None:
            return thread
    return None


def _delivered_to(headers: Headers) -> Iterator[str]:
    left = _MAX_ADDRESSES
    for field in _FIELDS:
        for value in headers.all(field)[:_MAX_ADDRESSES]:
            for address in parse_addresses(value)[:left]:
                left -= 1
                yield address.address
