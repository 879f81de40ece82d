"""Others' ideas of the chat APIs, from npm: emulate holds a Slack or Twilio account, another a bot, Prism judges."""

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.servers.npm_install import EMULATE_PROGRAM, PRISM_PROGRAM, TELEGRAM_PACKAGE, description
from tests.servers.npm_install import missing as missing
from tests.servers.process import Process, free_port

SLACK_TOKEN = "xoxb-the-tests-bot"
SLACK_CHANNEL = "C000000001"
TWILIO_ACCOUNT = "AC00000000000000000000000000000001"
TWILIO_TOKEN = "the-tests-auth-token"
TWILIO_NUMBER = "+15551234567"
_TELEGRAM = "new (require(process.argv[1]))({host: '127.0.0.1', port: Number(process.argv[2])}).start()"
_SLACK = {
    "team": {"name": "The shop", "domain": "the-shop"},
    "users": [{"name": "ana", "real_name": "Ana Ruiz", "email": "ana@example.net"}],
    "tokens": [{"token": SLACK_TOKEN, "user": "admin"}],
}


class Emulator:
    """A server of npm's at `url`."""

    def __init__(self, name: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = Process(name)

    def start(self, *command: str | Path) -> None:
        """Run it until it answers anything at all; raises ServerFailed."""
        self.process.command = ("node", *command)
        self.process.start(self._answers)

    def close(self) -> None:
        """Stop for good."""
        self.process.close()

    def _answers(self) -> bool:
        try:
            httpx.get(f"{self.url}/", timeout=5)
        except httpx.HTTPError:
            return False
        return True


@contextmanager
def emulate_slack() -> Iterator[Emulator]:
    """Slack's Web API at `url`/api/ with state, for SLACK_TOKEN; without Socket Mode. Ready in 0.3 s."""
    with _emulate("slack", _SLACK) as emulator:
        yield emulator


@contextmanager
def emulate_twilio(inbound_url: str = "") -> Iterator[Emulator]:
    """Twilio's REST API, for TWILIO_ACCOUNT; signs the webhooks that it sends to `inbound_url` and to StatusCallbacks.

    POST `/_twilio/simulate/inbound-message` (To, From, Body) is a customer's SMS, and
    `/_twilio/simulate/message-status` (MessageSid, Status) is news of ours. Ready in 0.3 s.
    """
    number = {"phone_number": TWILIO_NUMBER, "friendly_name": "The shop", "sms_url": inbound_url}
    account = {"sid": TWILIO_ACCOUNT, "auth_token": TWILIO_TOKEN, "friendly_name": "The shop"}
    with _emulate("twilio", {"account": account, "phone_numbers": [number]}) as emulator:
        yield emulator


@contextmanager
def telegram_test_api() -> Iterator[Emulator]:
    """A Bot API for any token: POST `/sendMessage` is what a person says, `/getUpdates` what the bot said to one.

    It forgets an update once it was asked for, waits for none, and knows no files. Ready in 0.3 s.
    """
    with contextlib.closing(Emulator("telegram-test-api")) as emulator:
        emulator.start("-e", _TELEGRAM, TELEGRAM_PACKAGE, str(emulator.port))
        yield emulator


@contextmanager
def prism(api: str) -> Iterator[Emulator]:
    """An answerer for `discourse`, `slack`, `telegram` or `twilio` that says 422 to a request its description forbids.

    Ready in 1.4 to 3.4 s. What it answers otherwise is made up; for Telegram it is 500, its answers being too deep.
    """
    with contextlib.closing(Emulator(f"prism-{api}")) as emulator:
        emulator.start(PRISM_PROGRAM, "mock", "-h", "127.0.0.1", "-p", str(emulator.port), description(api))
        yield emulator


@contextmanager
def _emulate(service: str, seed: dict[str, Any]) -> Iterator[Emulator]:
    with contextlib.closing(Emulator(service)) as emulator:
        place = emulator.process.folder / "seed.json"
        place.write_text(json.dumps({service: seed}))
        emulator.start(EMULATE_PROGRAM, "start", "--service", service, "--port", str(emulator.port), "--seed", place)
        yield emulator
