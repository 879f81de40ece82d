"""The workspace of the tests' Slack: its members, channels, messages and files, and the Web API methods over them."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BOT_TOKEN = "xoxb-the-tests-bot"
APP_TOKEN = "xapp-1-the-tests-app"
TEAM, APP, BOT_USER, BOT_ID = "T0SHOP", "A0DESK", "U0DESK", "B0DESK"
MOST_TEXT = 40_000

Message = dict[str, Any]


class Refused(Exception):
    """An answer that is not ok; its text is Slack's word for why."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the workspace."""

    id: str
    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "Europe/Madrid"


class Workspace:
    """All state; `push` gets each event as Slack would send it."""

    def __init__(self, push: Callable[[dict[str, Any]], None]) -> None:
        self.changed = threading.Condition()
        self.members: dict[str, Member] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, list[Message]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.stored: dict[str, bytes] = {}
        self.sent: list[Message] = []
        self.url = ""
        self._push = push
        self._numbers = itertools.count(1)
        self._second = int(time.time())

    def says(self, member: Member, text: str, *, channel: str = "", thread_ts: str = "", **more: Any) -> Message:
        """A member writes, in a direct message to the bot unless a channel is named; `more` joins the message."""
        with self.changed:
            self.members[member.id] = member
            place = channel or self.direct(member.id)
            self.channel(place)
            message = self.keep(place, {"user": member.id, "text": text, "team": TEAM, **more}, thread_ts)
            kind = "im" if place.startswith("D") else "channel"
        self._event(message | {"channel": place, "channel_type": kind, "event_ts": message["ts"]})
        return message

    def shares(self, member: Member, name: str, raw: bytes, media_type: str, *, text: str = "", **more: Any) -> Message:
        """A member sends a file."""
        file = self.keep_file(name, raw, member.id, media_type)
        return self.says(member, text, subtype="file_share", files=[file], **more)

    def edits(self, channel: str, message: Message, text: str) -> None:
        """A member changes what they wrote."""
        with self.changed:
            before = dict(message)
            message |= {"text": text, "edited": {"user": message["user"], "ts": self._stamp()}}
        about = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": channel}
        self._event(about | {"message": message, "previous_message": before, "ts": self._stamp()})

    def direct(self, user: str) -> str:
        """The direct message channel between the bot and a user."""
        return f"D{user[1:]}"

    def channel(self, name: str) -> dict[str, Any]:
        """A channel by its id, made when it is not there."""
        direct = name.startswith("D")
        made = {"id": name, "is_im": direct, "is_channel": not direct, "name": name.lower(), "is_member": True}
        return self.channels.setdefault(name, made)

    def keep(self, channel: str, body: Message, thread_ts: str = "") -> Message:
        """Stamp a message and keep it in its channel."""
        with self.changed:
            message = {"type": "message", "ts": self._stamp(), **body}
            if thread_ts:
                message["thread_ts"] = thread_ts
            self.messages.setdefault(channel, []).append(message)
            return message

    def keep_file(
        self, name: str, raw: bytes, user: str, media_type: str = "application/octet-stream"
    ) -> dict[str, Any]:
        """Keep a file; it as Slack describes it."""
        with self.changed:
            number = f"F{next(self._numbers):06}"
            place = f"{self.url}/files-pri/{TEAM}-{number}/{name}"
            described = {"id": number, "name": name, "title": name, "mimetype": media_type, "size": len(raw)}
            described |= {"user": user, "url_private": place, "url_private_download": place, "mode": "hosted"}
            self.files[number] = described
            self.stored[number] = raw
            return described

    def do(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        """The answer of a Web API method without its `ok`; raises Refused."""
        known: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": self._auth_test,
            "users.info": self._users_info,
            "conversations.info": lambda told: {"channel": self._found(told)},
            "conversations.open": self._conversations_open,
            "users.conversations": self._users_conversations,
            "conversations.history": lambda told: self._page(told, self._all(told)),
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
            "files.info": lambda told: {"file": self._file(told.get("file", ""))},
            "files.getUploadURLExternal": self._upload_place,
            "files.completeUploadExternal": self._upload_done,
        }
        if method not in known:
            raise Refused("unknown_method")
        with self.changed:
            answer = known[method](told)
            self.changed.notify_all()
        return answer

    def _auth_test(self, _told: dict[str, Any]) -> dict[str, Any]:
        return {
            "url": f"{self.url}/",
            "team": "The shop",
            "user": "desk",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    def _users_info(self, told: dict[str, Any]) -> dict[str, Any]:
        member = self.members.get(told.get("user", ""))
        if member is None:
            raise Refused("user_not_found")
        profile = {"real_name": member.real_name, "display_name": member.name, "email": member.email}
        about = {"id": member.id, "team_id": TEAM, "name": member.name, "real_name": member.real_name, "tz": member.tz}
        return {"user": about | {"is_bot": False, "deleted": False, "profile": {k: v for k, v in profile.items() if v}}}

    def _found(self, told: dict[str, Any]) -> dict[str, Any]:
        if told.get("channel") not in self.channels:
            raise Refused("channel_not_found")
        return self.channels[told["channel"]]

    def _conversations_open(self, told: dict[str, Any]) -> dict[str, Any]:
        if told.get("users") not in self.members:
            raise Refused("user_not_found")
        return {"channel": self.channel(self.direct(told["users"]))}

    def _users_conversations(self, told: dict[str, Any]) -> dict[str, Any]:
        kinds = {"im": "is_im", "public_channel": "is_channel"}
        wanted = {kinds.get(each, "") for each in (told.get("types") or "public_channel").split(",")}
        there = [c for c in self.channels.values() if c["is_member"] and any(c.get(kind) for kind in wanted)]
        return self._paged("channels", there, told)

    def _all(self, told: dict[str, Any]) -> list[Message]:
        """A channel's messages outside of threads, newest first, as its history has them."""
        messages = self.messages.get(self._found(told)["id"], [])
        oldest = float(told.get("oldest") or 0)
        roots = [m for m in reversed(messages) if m.get("thread_ts", m["ts"]) == m["ts"] and float(m["ts"]) > oldest]
        return [self._with_replies(root, messages) for root in roots]

    @staticmethod
    def _with_replies(root: Message, messages: list[Message]) -> Message:
        """The first message of a thread as Slack tells it, with how many answers it has and when the last came."""
        replies = [m["ts"] for m in messages if m.get("thread_ts") == root["ts"] and m is not root]
        if not replies:
            return root
        return root | {"thread_ts": root["ts"], "reply_count": len(replies), "latest_reply": replies[-1]}

    def _replies(self, told: dict[str, Any]) -> dict[str, Any]:
        found = [
            m for m in self.messages.get(self._found(told)["id"], []) if told.get("ts") in {m["ts"], m.get("thread_ts")}
        ]
        if not found:
            raise Refused("thread_not_found")
        oldest = float(told.get("oldest") or 0)
        return self._page(told, [m for m in found if m["ts"] == told["ts"] or float(m["ts"]) > oldest])

    def _page(self, told: dict[str, Any], messages: list[Message]) -> dict[str, Any]:
        if str(told.get("include_all_metadata")).lower() not in {"1", "true"}:
            messages = [{key: value for key, value in m.items() if key != "metadata"} for m in messages]
        return self._paged("messages", messages, told)

    @staticmethod
    def _paged(name: str, entries: list[dict[str, Any]], told: dict[str, Any]) -> dict[str, Any]:
        first, limit = int(told.get("cursor") or 0), int(told.get("limit") or 100)
        more = first + limit < len(entries)
        after = {"response_metadata": {"next_cursor": str(first + limit)}} if more else {}
        return {name: entries[first : first + limit], "has_more": more, **after}

    def _post(self, told: dict[str, Any]) -> dict[str, Any]:
        """A user's id is the direct message with them, as Slack takes it."""
        if told.get("channel") in self.members:
            told["channel"] = self.channel(self.direct(told["channel"]))["id"]
        channel, text = self._found(told)["id"], told.get("text", "")
        if not text and not told.get("blocks"):
            raise Refused("no_text")
        cut = {"warning": "message_truncated"} if len(text) > MOST_TEXT else {}
        body = {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, "team": TEAM, "text": text[:MOST_TEXT]}
        if told.get("metadata"):
            body["metadata"] = told["metadata"]
        message = self.keep(channel, body, told.get("thread_ts") or "")
        self.sent.append(message | {"channel": channel})
        return {"channel": channel, "ts": message["ts"], "message": message, **cut}

    def _file(self, number: str) -> dict[str, Any]:
        if number not in self.files:
            raise Refused("file_not_found")
        return self.files[number]

    def _upload_place(self, told: dict[str, Any]) -> dict[str, Any]:
        if int(told.get("length") or 0) <= 0:
            raise Refused("invalid_arguments")
        file = self.keep_file(told.get("filename", ""), b"", BOT_USER)
        return {"upload_url": f"{self.url}/upload/v1/{file['id']}", "file_id": file["id"]}

    def _upload_done(self, told: dict[str, Any]) -> dict[str, Any]:
        """The files of an upload, shared in its channel as one message of the bot."""
        files = []
        for given in told["files"]:
            file = self._file(given["id"])
            file |= {"title": given.get("title") or file["name"], "size": len(self.stored[given["id"]])}
            files.append(file)
        if told.get("channel_id"):
            channel = self._found({"channel": told["channel_id"]})["id"]
            body = {"user": BOT_USER, "bot_id": BOT_ID, "text": told.get("initial_comment") or "", "files": files}
            message = self.keep(channel, body, told.get("thread_ts") or "")
            self.sent.append(message | {"channel": channel})
        return {"files": files}

    def _event(self, event: dict[str, Any]) -> None:
        with self.changed:
            number = next(self._numbers)
        about = {"token": "not-checked", "team_id": TEAM, "api_app_id": APP, "type": "event_callback"}
        self._push(about | {"event": event, "event_id": f"Ev{number:08}", "event_time": int(time.time())})

    def _stamp(self) -> str:
        return f"{self._second}.{next(self._numbers):06}"
