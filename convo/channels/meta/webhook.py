"""Proves that a request comes from Meta: its one question about an address, and the signature on all others."""

import hashlib
import hmac
import json
from typing import Any

from convo.channels.base import Fetched, Request
from convo.channels.settings import Secret
from convo.errors import BadInput, NotAllowed
from convo.model.envelope import Unreadable

_MOST_BYTES = 5_000_000
_LONGEST_CHALLENGE = 200
_SIGNATURE = "x-hub-signature-256"


def challenge(request: Request, verify_token: Secret) -> Fetched:
    """The answer to Meta's question whether this address is ours; raises NotAllowed when it is not Meta who asks."""
    asked = request.query.get("hub.challenge", "")
    if request.query.get("hub.mode") != "subscribe" or not asked or len(asked) > _LONGEST_CHALLENGE:
        raise NotAllowed(
            "this is not the question by which Meta verifies an address",
            hint="it has hub.mode=subscribe, hub.challenge and hub.verify_token",
        )
    given = request.query.get("hub.verify_token", "")
    if not verify_token or not _same(given, verify_token.reveal()):
        raise NotAllowed(
            "the verify token is not ours", hint="enter the channel's verify_token at Meta, beside the callback URL"
        )
    return Fetched(answer=asked.encode("utf-8", "replace"))


def signed(request: Request, app_secret: Secret) -> dict[str, Any] | Unreadable:
    """What a request holds, once its signature over the raw bytes is proven; Unreadable when that is no JSON object.

    Raises NotAllowed without a valid signature, BadInput for a request larger than any of Meta's.
    """
    if len(request.body) > _MOST_BYTES:
        raise BadInput(f"the request holds more than {_MOST_BYTES // 1_000_000} MB")
    given = request.headers.get(_SIGNATURE, "").strip()
    if not given:
        raise NotAllowed("the request is not signed", hint="Meta's requests have a header X-Hub-Signature-256")
    expected = "sha256=" + hmac.new(app_secret.reveal().encode(), request.body, hashlib.sha256).hexdigest()
    if not _same(given, expected):
        raise NotAllowed(
            "the signature is wrong: it was not Meta who sent this, or app_secret is another app's",
            hint="the app's secret stands in its basic settings",
        )
    try:
        payload = json.loads(request.body)
    except (ValueError, RecursionError):
        return Unreadable("a signed request that is no JSON", request.body)
    return payload if isinstance(payload, dict) else Unreadable("a signed request that is no JSON object", request.body)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
