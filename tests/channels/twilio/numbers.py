"""A number of the tests: its channel, a Twilio that the tests play, and what it refuses."""

import base64
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypeVar

import pytest

from convo import clock
from convo.channels.base import Fetched, Outgoing, Setup
from convo.channels.settings import Secret
from convo.channels.trouble import Trouble
from convo.channels.twilio.channel import TwilioChannel
from convo.channels.twilio.kind import TwilioConfig
from convo.model.envelope import Handle, Part
from tests.channels.using import using
from tests.servers.emulators import TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN
from tests.servers.http_thread import Answer, Call, HttpThread

ANA = "+34600111222"
ACCOUNT = f"/2010-04-01/Accounts/{TWILIO_ACCOUNT}"

T = TypeVar("T")


class PlayedTwilio:
    """Messages newest first with real paging and date filters, files behind a redirect, and planned refusals."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.refusals: list[Answer | None] = []
        self.files: dict[str, bytes] = {}
        self.elsewhere: list[Call] = []
        self._cdn = HttpThread(self._file)
        self._http = HttpThread(self._answer)
        self.url, self.cdn = self._http.url, f"{self._cdn.url}/x"

    def gets(self, text: Any, at: datetime, *, who: Any = ANA, **more: Any) -> dict[str, Any]:
        """An inbound message."""
        sid = f"SM{len(self.messages):032d}"
        told = {"sid": sid, "from": who, "to": TWILIO_NUMBER, "body": text, "direction": "inbound", "num_media": "0"}
        message = {**told, "status": "received", "date_created": format_datetime(at), **more}
        self.messages.insert(0, message)
        return message

    def close(self) -> None:
        """End."""
        self._http.stop()
        self._cdn.stop()

    def _answer(self, call: Call) -> Answer | None:
        self.calls.append(call)
        wanted = base64.b64encode(f"{TWILIO_ACCOUNT}:{TWILIO_TOKEN}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {wanted}":
            return Answer({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        if self.refusals:
            return self.refusals.pop(0)
        path = "/" + call.path.lstrip("/")
        if path == f"{ACCOUNT}/Messages.json" and call.method == "POST":
            made = {"sid": f"SM{'f' * 31}{len(self.sent)}", "status": "queued", **call.fields}
            self.sent.append(made)
            return Answer(made, 201)
        if path == f"{ACCOUNT}/Messages.json":
            return self._list(call)
        if path.endswith("/Media.json"):
            sid = path.split("/")[-2]
            uris = [f"{ACCOUNT}/Messages/{sid}/Media/{name}.json" for name in self.files]
            return Answer({"media_list": [{"content_type": "image/jpeg", "uri": uri} for uri in uris]})
        if "/Media/" in path:
            return Answer(b"", 307, {"Location": f"{self._cdn.url}/{path.rpartition('/')[2]}"})
        found = next((each for each in self.messages if path == f"{ACCOUNT}/Messages/{each['sid']}.json"), None)
        return Answer(found) if found else Answer({"code": 20404, "message": "not found"}, 404)

    def _list(self, call: Call) -> Answer:
        size, page = int(call.fields.get("PageSize", 50)), int(call.fields.get("Page", 0))
        found = [m for m in self.messages if call.fields.get("To", m["to"]) == m["to"]]
        found = [m for m in found if call.fields.get("From", m["from"]) == m["from"]]
        start = page * size
        query = "&".join(
            f"{name}={call.fields[name].replace('+', '%2B')}" for name in ("To", "From") if name in call.fields
        )
        following = f"{ACCOUNT}/Messages.json?{query}&PageSize={size}&Page={page + 1}"
        more = following if start + size < len(found) else None
        return Answer({"messages": found[start : start + size], "next_page_uri": more})

    def _file(self, call: Call) -> Answer:
        self.elsewhere.append(call)
        return Answer(self.files.get(call.path.lstrip("/"), b""), headers={"Content-Type": "image/jpeg"})


@contextmanager
def played_twilio() -> Iterator[PlayedTwilio]:
    """A Twilio that runs while it is needed."""
    played = PlayedTwilio()
    try:
        yield played
    finally:
        played.close()


def config(url: str, *, token: str = TWILIO_TOKEN, webhook: str = "", number: str = TWILIO_NUMBER) -> TwilioConfig:
    """How the test's number is reached."""
    return TwilioConfig(TWILIO_ACCOUNT, number, Secret(token), webhook, 0.05, url)


def with_channel(told: TwilioConfig, use: Callable[[TwilioChannel], Coroutine[Any, Any, T]]) -> T:
    """Use a channel that is open as long as that takes."""
    return using(lambda: TwilioChannel(Setup("sms", told)), use)


def fetch(told: TwilioConfig, cursor: dict[str, Any] | None = None) -> Fetched:
    """What is waiting."""
    return with_channel(told, lambda channel: channel.fetch(cursor or {}, wait=0))


def trouble_of(told: TwilioConfig, use: Callable[[TwilioChannel], Coroutine[Any, Any, Any]]) -> Trouble:
    """What goes wrong with a channel."""
    with pytest.raises(Trouble) as raised:
        with_channel(told, use)
    trouble = raised.value
    assert told.token.reveal() not in f"{trouble!r} {trouble.reason}"
    assert trouble.__cause__ is None
    return trouble


def letter(text: str = "It is in stock.", *parts: Part, to: str = ANA) -> Outgoing:
    """One message to Ana."""
    return Outgoing(1, "<key-1@x>", Handle("phone", to), text, clock.now(), parts=parts)
