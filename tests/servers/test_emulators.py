"""The npm emulators by use: a Slack thread, an SMS out and in with its signature, and requests that Prism refuses."""

import base64
import hashlib
import hmac
from collections.abc import Iterator

import httpx
import pytest
from slack_sdk import WebClient

from tests.servers import emulators
from tests.servers.emulators import (
    SLACK_CHANNEL,
    SLACK_TOKEN,
    TWILIO_ACCOUNT,
    TWILIO_NUMBER,
    TWILIO_TOKEN,
    Emulator,
    emulate_twilio,
)
from tests.servers.hook import Hook
from tests.servers.http_thread import Call
from tests.servers.needs import needs
from tests.servers.process import wait_until

ACCOUNT = f"/2010-04-01/Accounts/{TWILIO_ACCOUNT}"
ANA = "+34600111222"


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.close()


@pytest.fixture
def twilio(hook: Hook) -> Iterator[httpx.Client]:
    needs(emulators)
    with (
        emulate_twilio(hook.url) as emulator,
        httpx.Client(base_url=emulator.url, auth=(TWILIO_ACCOUNT, TWILIO_TOKEN)) as client,
    ):
        yield client


def signature(call: Call, url: str) -> str:
    """What Twilio signs: the URL and every field with its name, in the order of the names."""
    said = url + "".join(f"{name}{call.fields[name]}" for name in sorted(call.fields))
    return base64.b64encode(hmac.digest(TWILIO_TOKEN.encode(), said.encode(), hashlib.sha1)).decode()


def test_slack_keeps_a_thread(slack_emulator: Emulator) -> None:
    web = WebClient(SLACK_TOKEN, base_url=f"{slack_emulator.url}/api/")
    question = web.chat_postMessage(channel=SLACK_CHANNEL, text="Is it in stock?")
    web.chat_postMessage(channel=SLACK_CHANNEL, text="Yes.", thread_ts=question["ts"])
    replies = web.conversations_replies(channel=SLACK_CHANNEL, ts=question["ts"])
    assert [message["text"] for message in replies["messages"]] == ["Is it in stock?", "Yes."]


def test_twilio_takes_an_sms_and_tells_how_it_went(twilio: httpx.Client, hook: Hook) -> None:
    told = {"To": ANA, "From": TWILIO_NUMBER, "Body": "It is in stock.", "StatusCallback": hook.url}
    sent = twilio.post(f"{ACCOUNT}/Messages.json", data=told)
    assert (sent.status_code, sent.json()["to"]) == (201, ANA)
    twilio.post(
        "/_twilio/simulate/message-status", data={"MessageSid": sent.json()["sid"], "Status": "delivered"}
    ).raise_for_status()
    wait_until(lambda: any(call.fields.get("MessageStatus") == "delivered" for call in hook.calls))
    refused = twilio.post(f"{ACCOUNT}/Messages.json", data={"From": TWILIO_NUMBER, "Body": "To nobody"})
    assert (refused.status_code, refused.json()["code"]) == (400, 21201)


def test_twilio_signs_the_sms_of_a_customer(twilio: httpx.Client, hook: Hook) -> None:
    said = {"To": TWILIO_NUMBER, "From": ANA, "Body": "¿Está en stock?"}
    twilio.post("/_twilio/simulate/inbound-message", data=said).raise_for_status()
    wait_until(lambda: hook.calls != [])
    [call] = hook.calls
    assert (call.fields["Body"], call.fields["From"]) == (said["Body"], ANA)
    assert call.headers["x-twilio-signature"] == signature(call, hook.url)


def test_prism_tells_a_request_that_the_description_allows_from_one_it_forbids(prism_twilio: Emulator) -> None:
    place, auth = f"{prism_twilio.url}{ACCOUNT}/Messages.json", (TWILIO_ACCOUNT, TWILIO_TOKEN)
    good = httpx.post(place, auth=auth, data={"To": ANA, "From": TWILIO_NUMBER, "Body": "Hello"})
    bad = httpx.post(place, auth=auth, data={"From": TWILIO_NUMBER, "Body": "Hello"})
    assert (good.status_code, bad.status_code) == (201, 422)
    assert "'To'" in bad.json()["validation"][0]["message"]
