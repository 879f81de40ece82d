"""A local Graph API of Meta's: takes messages and files for a number or a page, and refuses what it is told to."""

import hashlib
import hmac
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.http_thread import Answer, Call, HttpThread, Upload
from tests.servers.planned import Planned

TOKEN = "EAAG-a-token-of-the-tests"
APP_SECRET = "0123456789abcdef-the-apps-secret"
VERIFY_TOKEN = "a-verify-token-of-the-tests"
NUMBER = "106540352242922"
PAGE = "108812345678901"
ACCOUNT = "102290129340398"
_PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Media:
    """A file at Meta's: as people sent it, or as it went up."""

    media_type: str
    raw: bytes
    name: str = ""


@dataclass(slots=True)
class Graph:
    """A running Graph API: `sent` are the messages it took, `media` the files it has by id, `calls` all it was asked.

    `acted` are the sender's actions and read marks, such as that somebody types. `held` keeps downloads waiting until
    it is set; `profiles` are people's names by their id.
    """

    sent: list[dict[str, Any]] = field(default_factory=list)
    acted: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    calls: list[tuple[str, Call]] = field(default_factory=list)
    profiles: dict[str, dict[str, str]] = field(default_factory=dict)
    apps: list[str] = field(default_factory=lambda: ["the shop's app"])
    held: threading.Event | None = None
    _planned: Planned = field(default_factory=Planned)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _http: HttpThread | None = None

    @property
    def url(self) -> str:
        """What stands in for `https://graph.facebook.com/v25.0`."""
        assert self._http is not None
        return f"{self._http.url}/v25.0"

    def fails(
        self, method: str, code: int, subcode: int = 0, *, status: int = 400, details: str = "", times: int = 1
    ) -> None:
        """Refuse the next calls of a method (send, upload, media, profile, …) with one of Meta's errors."""
        error: dict[str, Any] = {
            "message": f"(#{code}) says Meta with the token {TOKEN}",
            "type": "OAuthException",
            "code": code,
            "error_subcode": subcode,
            "fbtrace_id": "AbCdEf",
        }
        if details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": details}
        self._planned.refuse(method, Answer({"error": error}, status), times)

    def answers(self, method: str, status: int, body: Any = b"<html>", **headers: str) -> None:
        """Give the next call of a method this answer, with nothing done."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._planned.refuse(method, Answer(body, status, named), 1)

    def drops(self, method: str = "send", *, times: int = 1) -> None:
        """Do what the next calls of a method ask, but hang up before saying so."""
        self._planned.drop(method, times)

    def listen(self) -> None:
        """Be there, at the same place as ever."""
        if self._http is None:
            self._http = HttpThread(self._answer)
        else:
            self._http.start()

    def stop(self) -> None:
        """Be away."""
        assert self._http is not None
        self._http.stop()

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for name, call in self.calls if name == method]

    def has(self, raw: bytes, media_type: str, name: str = "") -> str:
        """Have a file that somebody sent; its id."""
        number = f"{next(self._numbers) + 2_000_000_000}"
        self.media[number] = Media(media_type, raw, name)
        return number

    def place_of(self, media: str) -> str:
        """The URL at which a file is."""
        return f"{self.url}/files/{media}?ext=1&hash=abc"

    def _answer(self, call: Call) -> Answer | None:
        path = call.path.removeprefix("/v25.0/")
        method = _method(call, path)
        self.calls.append((method, call))
        if call.bearer != TOKEN and not (method == "file" and call.bearer == ""):
            return _error(190)
        if method != "file" and call.fields.get("appsecret_proof") != _PROOF:
            return _error(100)
        refusal, dropped = self._planned.next(method)
        if refusal is not None:
            return refusal
        done = self._do(method, path, call)
        return None if dropped else done

    def _do(self, method: str, path: str, call: Call) -> Answer:
        if method == "send":
            return self._send(path, {name: value for name, value in call.fields.items() if name != "appsecret_proof"})
        if method == "upload":
            ((_, upload),) = call.uploads.items()
            number = self._took(upload)
            return Answer({"id": number} if path.endswith("/media") else {"attachment_id": number})
        if method == "file":
            if self.held is not None:
                self.held.wait(20)
            file = self.media.get(path.removeprefix("files/"))
            return Answer(file.raw, headers={"Content-Type": file.media_type}) if file else Answer(b"gone", 404)
        if method == "apps":
            return Answer(
                {"data": [{"whatsapp_business_api_data": {"name": name}, "name": name} for name in self.apps]}
            )
        if path in self.media:
            file = self.media[path]
            told = {"mime_type": file.media_type, "sha256": hashlib.sha256(file.raw).hexdigest(), "id": path}
            return Answer({**told, "url": self.place_of(path), "messaging_product": "whatsapp"})
        if path in self.profiles:
            return Answer({**self.profiles[path], "id": path})
        if path in (NUMBER, PAGE):
            shown = {"display_phone_number": "+1 555-078-3881", "verified_name": "The Shop", "status": "CONNECTED"}
            return Answer({**shown, "name": "The Shop", "id": path})
        return _error(100, 33)

    def _send(self, path: str, body: dict[str, Any]) -> Answer:
        if path == f"{PAGE}/messages" and "sender_action" in body:
            self.acted.append(body)
            # All else goes in a request of its own.
            return Answer({"recipient_id": body["recipient"]["id"]}) if len(body) == 2 else _error(100)
        if path == f"{NUMBER}/messages" and body.get("status") == "read":
            self.acted.append(body)
            return Answer({"success": True}) if str(body.get("message_id")).startswith("wamid.") else _error(100)
        self.sent.append(body)
        number = next(self._numbers)
        if path == f"{PAGE}/messages":
            return Answer({"recipient_id": body["recipient"]["id"], "message_id": f"m_out-{number}"})
        if path != f"{NUMBER}/messages" or body.get("messaging_product") != "whatsapp":
            return _error(100)
        to = body.get("to") or body.get("recipient")
        contacts = [{"input": to, "wa_id": str(to).removeprefix("+")}]
        return Answer(
            {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": f"wamid.OUT{number}"}]}
        )

    def _took(self, upload: Upload) -> str:
        number = f"{next(self._numbers) + 1_000_000_000}"
        self.media[number] = Media(upload.media_type, upload.raw, upload.name)
        return number


def signature(raw: bytes, secret: str = APP_SECRET) -> str:
    """The value of X-Hub-Signature-256 for a body."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def raw_of(payload: Any) -> bytes:
    """A payload as Meta writes it: without spaces, and all but ASCII escaped."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=True).encode()


def _method(call: Call, path: str) -> str:
    if path.startswith("files/"):
        return "file"
    if path.endswith("/subscribed_apps"):
        return "apps"
    if path.endswith("/messages"):
        return "send"
    if path.endswith(("/media", "/message_attachments")):
        return "upload"
    return "number" if path in (NUMBER, PAGE) else "profile" if "first_name" in str(call.fields) else "media"


def _error(code: int, subcode: int = 0, status: int = 400) -> Answer:
    told = {"message": f"(#{code})", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return Answer({"error": told}, 401 if code == 190 else status)


@contextmanager
def graph() -> Iterator[Graph]:
    """A Graph API that runs while it is needed."""
    server = Graph()
    server.listen()
    try:
        yield server
    finally:
        if server.held is not None:
            server.held.set()
        server.stop()
