"""A local Telegram Bot API with the real one's long polling and errors; texts are taken as they are, without markup."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.servers.bot_api_world import BOT, KEPT_BACK_BY_DEFAULT, Message, World
from tests.servers.http_thread import Answer, Call, HttpThread
from tests.servers.planned import Planned

TOKEN = "7000000001:a-token-of-the-tests"
MOST_DOWNLOADED = 20_000_000
_JSON_FIELDS = ("allowed_updates", "reply_parameters", "reply_markup", "entities", "link_preview_options")
_SENDING = {
    f"send{kind.capitalize()}": kind
    for kind in ("photo", "document", "voice", "audio", "video", "animation", "sticker")
}
_SECOND_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class _Refused(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after

    @property
    def answer(self) -> Answer:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return Answer(body, self.code)


class BotApi:
    """A running Bot API for one bot: `world` is what people do, `calls`, `sent` and `acted` are what the bot did."""

    def __init__(self) -> None:
        self.world = World()
        self.calls: list[tuple[str, Call]] = []
        self.sent: list[Message] = []
        self.acted: list[dict[str, Any]] = []
        self._planned = Planned()
        self.polling = False
        """Whether somebody waits for news; look at it while you hold `world.changed`."""
        self._poll = 0
        self._allowed: list[str] = []
        self._webhook = ""
        self._closed = False
        self._http = HttpThread(self._answer)

    @property
    def url(self) -> str:
        """What stands in for `https://api.telegram.org`."""
        return self._http.url

    def fails(
        self, method: str, code: int, description: str, *, retry_after: int | None = None, times: int = 1
    ) -> None:
        """Refuse the next calls of a method, with nothing done."""
        self._planned.refuse(method, _Refused(code, description, retry_after).answer, times)

    def floods(self, method: str = "sendMessage", *, retry_after: int = 3, times: int = 1) -> None:
        """Answer the next calls of a method with 429."""
        self.fails(method, 429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after, times=times)

    def drops(self, method: str = "sendMessage", *, times: int = 1) -> None:
        """Do what the next calls of a method ask, but hang up before saying so: the bot cannot know."""
        self._planned.drop(method, times)

    def stop(self) -> None:
        """Be away."""
        self._http.stop()

    def start(self) -> None:
        """Be back, at the same place."""
        self._http.start()

    def close(self) -> None:
        """End, and let go of who polls."""
        with self.world.changed:
            self._closed = True
            self.world.changed.notify_all()
        self._http.stop()

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Message]:
        """What the bot has sent, once it is so many messages; raises TimeoutError."""
        with self.world.changed:
            if not self.world.changed.wait_for(lambda: len(self.sent) >= count, seconds):
                raise TimeoutError(f"{len(self.sent)} of {count} messages were sent in {seconds} s")
            return list(self.sent)

    def _answer(self, call: Call) -> Answer | None:
        _, _, rest = call.path.partition("/")
        if rest.startswith("file/"):
            return self._download(rest.removeprefix(f"file/bot{TOKEN}/"))
        bot, _, method = rest.partition("/")
        self.calls.append((method, call))
        if bot != f"bot{TOKEN}":
            return _Refused(401, "Unauthorized").answer
        refusal, dropped = self._planned.next(method)
        if refusal is not None:
            return refusal
        try:
            result = self._do(method, call)
        except _Refused as refused:
            return refused.answer
        return None if dropped else Answer({"ok": True, "result": result})

    def _download(self, path: str) -> Answer:
        for place, raw in self.world.files.values():
            if place == path:
                return Answer(raw, headers={"Content-Type": "application/octet-stream"})
        return _Refused(404, "Not Found").answer

    def _do(self, method: str, call: Call) -> Any:
        told = dict(call.fields)
        for name in _JSON_FIELDS:
            if isinstance(told.get(name), str):
                told[name] = json.loads(told[name])
        if method == "getMe":
            return BOT | {"can_join_groups": True, "can_read_all_group_messages": False}
        if method == "getUpdates":
            return self._updates(told)
        if method in {"setWebhook", "deleteWebhook"}:
            self._webhook = told.get("url", "") if method == "setWebhook" else ""
            return True
        if method == "getWebhookInfo":
            return {"url": self._webhook, "pending_update_count": len(self.world.updates)}
        if method == "getFile":
            return self._file(told.get("file_id", ""))
        if method == "sendChatAction":
            self._chat(told)
            self.acted.append(told)
            return True
        if method == "sendMessage":
            return self._send(told, {"text": _checked(told.get("text", ""), 4096, "message")})
        if method == "editMessageText":
            return self._edit(told)
        if method in _SENDING:
            return self._send(told, self._with_file(_SENDING[method], told, call))
        raise _Refused(404, "Not Found: method not found")

    def _updates(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        offset, seconds = int(told.get("offset", 0)), float(told.get("timeout", 0))
        limit = min(max(int(told.get("limit", 100)), 1), 100)
        until = time.monotonic() + seconds
        with self.world.changed:
            if self._webhook:
                raise _Refused(409, _WEBHOOK)
            self._allowed = told.get("allowed_updates", self._allowed)
            self._poll += 1
            mine = self._poll
            self.world.changed.notify_all()
            if offset < 0:
                offset = (
                    self.world.updates[max(offset, -len(self.world.updates))]["update_id"] if self.world.updates else 0
                )
            self.world.updates[:] = [update for update in self.world.updates if update["update_id"] >= offset]
            while not (waiting := [update for update in self.world.updates if self._wanted(update)]):
                left = until - time.monotonic()
                if left <= 0 or self._closed:
                    break
                self.polling = True
                self.world.changed.notify_all()
                self.world.changed.wait(left)
                self.polling = False
                if self._poll != mine:
                    raise _Refused(409, _SECOND_POLLER)
            return waiting[:limit]

    def _wanted(self, update: dict[str, Any]) -> bool:
        kind = next(name for name in update if name != "update_id")
        return kind in self._allowed if self._allowed else kind not in KEPT_BACK_BY_DEFAULT

    def _file(self, file_id: str) -> dict[str, Any]:
        if file_id not in self.world.files:
            raise _Refused(400, "Bad Request: invalid file_id")
        path, raw = self.world.files[file_id]
        if len(raw) > MOST_DOWNLOADED:
            raise _Refused(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(raw), "file_path": path}

    def _chat(self, told: dict[str, Any]) -> dict[str, Any]:
        """The chat that is written to; people who never wrote to the bot are none."""
        try:
            chat = self.world.chats[int(told.get("chat_id", ""))]
        except (KeyError, ValueError):
            raise _Refused(400, "Bad Request: chat not found") from None
        if chat["id"] in self.world.blocked:
            raise _Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _send(self, told: dict[str, Any], body: Message) -> Message:
        with self.world.changed:
            chat = self._chat(told)
            reply = told.get("reply_parameters") or {"message_id": told.get("reply_to_message_id")}
            if reply["message_id"] is not None:
                answered = self.world.messages.get((chat["id"], int(reply["message_id"])))
                if answered is not None:
                    body["reply_to_message"] = {k: v for k, v in answered.items() if k != "reply_to_message"}
                elif not reply.get("allow_sending_without_reply"):
                    raise _Refused(400, "Bad Request: message to be replied not found")
            message = self.world.keep(chat, {"from": BOT, **body})
            self.sent.append(message)
            self.world.changed.notify_all()
            return message

    def _edit(self, told: dict[str, Any]) -> Message:
        with self.world.changed:
            place = (self._chat(told)["id"], int(told.get("message_id", 0)))
            message = self.world.messages.get(place)
            if message is None or message["from"] != BOT:
                raise _Refused(400, "Bad Request: message to edit not found")
            text = _checked(told.get("text", ""), 4096, "message")
            self.world.messages[place] = message | {"text": text, "edit_date": int(time.time())}
            return self.world.messages[place]

    def _with_file(self, kind: str, told: dict[str, Any], call: Call) -> Message:
        given = told.get(kind, "")
        upload = call.uploads.get(given.removeprefix("attach://") if given else kind)
        if upload is not None:
            file = self.world.keep_file(kind, upload.raw, upload.name, upload.media_type)
        elif given in self.world.files:
            file = {"file_id": given, "file_unique_id": given}
        else:
            raise _Refused(400, f"Bad Request: there is no {kind} in the request")
        caption = told.get("caption", "")
        shown = {"caption": _checked(caption, 1024, "message caption")} if caption else {}
        return {kind: [file | {"width": 90, "height": 90}] if kind == "photo" else file, **shown}


def _checked(text: str, most: int, what: str) -> str:
    """A text that is there and not too long; Telegram counts UTF-16 units."""
    if not text.strip():
        raise _Refused(400, f"Bad Request: {what} text is empty")
    if len(text.encode("utf-16-le")) // 2 > most:
        raise _Refused(400, f"Bad Request: {what} is too long")
    return text


def missing() -> str:
    """It can run everywhere."""
    return ""


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """A Bot API that runs while it is needed."""
    server = BotApi()
    try:
        yield server
    finally:
        server.close()
