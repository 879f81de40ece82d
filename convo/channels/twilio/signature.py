"""Whether a request comes from Twilio (https://www.twilio.com/docs/usage/security#validating-requests)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from convo.channels.base import Request
from convo.errors import NotAllowed

_MOST_BYTES = 1_000_000
_MOST_FIELDS = 500
_PORTS = {"https": 443, "http": 80}


def genuine_fields(request: Request, token: str, *, public_url: str = "") -> dict[str, str]:
    """The fields of a request that Twilio signed; raises NotAllowed for any other.

    `public_url` is where Twilio was told to call, which a program behind a proxy cannot see.
    """
    signature = request.headers.get("x-twilio-signature", "")
    if not signature:
        raise NotAllowed("the request is not signed by Twilio", hint="it has no X-Twilio-Signature")
    if len(request.body) > _MOST_BYTES:
        raise NotAllowed("the request is larger than any of Twilio's")
    fields = _fields(request)
    signed = fields if fields is not None and request.method != "GET" else []
    genuine = False
    for url in _urls(request, public_url):
        # All are compared, so that the time taken does not tell which came close.
        genuine |= _same(sign(url, signed, token), signature) and (fields is not None or _hashed(url, request.body))
    if not genuine:
        raise NotAllowed(
            "the request is not signed by Twilio for this account",
            hint="is webhook=… exactly the URL that Twilio has, and the token the account's newest?",
        )
    return dict([*request.query.items(), *(fields or ())])


def sign(url: str, fields: Iterable[tuple[str, str]], token: str) -> str:
    """The signature of a request to a URL with these form fields: each name with its values, sorted, each once."""
    said = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.digest(token.encode(), said.encode("utf-8", "surrogatepass"), hashlib.sha1)
    return base64.b64encode(digest).decode()


def _fields(request: Request) -> list[tuple[str, str]] | None:
    """The form's fields; None for a body that is no form, which is signed by its hash in the URL."""
    if "json" in request.headers.get("content-type", "") or "bodySHA256" in request.query:
        return None
    try:
        body = request.body.decode()
        return parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise NotAllowed("the request is not one of Twilio's: its form cannot be read") from None


def _urls(request: Request, public_url: str) -> Iterator[str]:
    """The URLs that may have been signed: with the default port, and without it."""
    urls = [request.url]
    if public_url:
        query = urlsplit(request.url).query
        urls.append(f"{public_url}?{query}" if query and "?" not in public_url else public_url)
    for url in urls:
        try:
            parts = urlsplit(url)
            host = parts.netloc.rpartition("@")[2]
            port = _PORTS.get(parts.scheme)
            yield url
            if parts.port is None and port is not None:
                yield urlunsplit(parts._replace(netloc=f"{host}:{port}"))
            elif parts.port is not None:
                yield urlunsplit(parts._replace(netloc=host.rpartition(":")[0]))
        except ValueError:
            continue


def _hashed(url: str, body: bytes) -> bool:
    told = dict(parse_qsl(urlsplit(url).query)).get("bodySHA256", "")
    return _same(hashlib.sha256(body).hexdigest(), told)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))
