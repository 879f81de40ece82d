"""Which requests are Twilio's: by the examples that Twilio publishes, and by what was changed on the way."""

import hashlib
from urllib.parse import urlencode

import pytest

from convo.channels.base import Request
from convo.channels.twilio.signature import genuine_fields, sign
from convo.errors import NotAllowed

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
"""What Twilio's documentation says that these sign to."""


def request(
    signature: str = SIGNATURE,
    url: str = URL,
    body: bytes | None = None,
    kind: str = "application/x-www-form-urlencoded",
) -> Request:
    headers = {"x-twilio-signature": signature, "content-type": kind}
    query = {"foo": "1", "bar": "2"}
    return Request("POST", url, headers, query, urlencode(FIELDS).encode() if body is None else body)


def test_the_published_examples_are_genuine() -> None:
    assert genuine_fields(request(), TOKEN) == {"foo": "1", "bar": "2", **FIELDS}
    repeated = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
    assert sign(URL, repeated, TOKEN) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


def test_a_body_that_is_no_form_is_signed_by_its_hash() -> None:
    body = b'{"property": "value", "boolean": true}'
    told = hashlib.sha256(body).hexdigest()
    assert told == "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    url = f"{URL}&bodySHA256={told}"
    genuine = request(sign(url, (), TOKEN), url, body, "application/json")
    assert genuine_fields(genuine, TOKEN)["foo"] == "1"
    for broken in (
        request(sign(url, (), TOKEN), url, body + b" ", "application/json"),
        request(sign(URL, (), TOKEN), URL, body, "application/json"),
    ):
        with pytest.raises(NotAllowed):
            genuine_fields(broken, TOKEN)


def test_a_proxy_that_changes_host_or_port_does_no_harm_when_the_public_url_is_known() -> None:
    inside = request(url="http://127.0.0.1:8080/hook?foo=1&bar=2")
    with pytest.raises(NotAllowed):
        genuine_fields(inside, TOKEN)
    assert genuine_fields(inside, TOKEN, public_url="https://mycompany.com/myapp.php")
    assert genuine_fields(request(url=URL.replace(".com/", ".com:443/")), TOKEN)
    with_port = sign(URL.replace(".com/", ".com:443/"), FIELDS.items(), TOKEN)
    assert genuine_fields(request(with_port), TOKEN)


@pytest.mark.parametrize(
    "forged",
    [
        request(""),
        request("RSOYDt4T1cUTdK1PDd93/VVr8B9="),
        request("ü€\ud800"),
        request(url=URL + "&x=1"),
        request(url="https://[broken"),
        request(body=urlencode(FIELDS | {"Digits": "9"}).encode()),
        request(body=b"\xff\xfe"),
        request(body=b"a=1&" * 600),
        request(body=b"a" * 1_000_001),
    ],
)
def test_what_was_forged_or_changed_is_not_allowed(forged: Request) -> None:
    with pytest.raises(NotAllowed) as raised:
        genuine_fields(forged, TOKEN)
    assert TOKEN not in raised.value.message + raised.value.hint


def test_what_is_signed_and_yet_larger_than_anything_of_twilios_is_not_read() -> None:
    fields = {"Body": "a" * 1_000_000}
    body = urlencode(fields).encode()
    with pytest.raises(NotAllowed, match="larger"):
        genuine_fields(request(sign(URL, fields.items(), TOKEN), body=body), TOKEN)


def test_another_token_is_another_account() -> None:
    with pytest.raises(NotAllowed):
        genuine_fields(request(), "54321")
