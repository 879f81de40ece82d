"""The other side of the tests' Telegram: people who write to the bot, their files, and the queue of updates."""

import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]

KEPT_BACK_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
BOT = {"id": 7_000_000_001, "is_bot": True, "first_name": "The shop", "username": "the_shop_bot"}
_COMMAND_END = " "


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on Telegram; a private chat has the person's number."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"

    @property
    def user(self) -> dict[str, Any]:
        """As a User of the Bot API: what is empty is absent."""
        shown = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        known = {name: value for name, value in shown.items() if value}
        return {"id": self.id, "is_bot": False, **known, "language_code": self.language_code}

    @property
    def chat(self) -> dict[str, Any]:
        """The private chat with this person."""
        return {name: value for name, value in self.user.items() if name not in {"is_bot", "language_code"}} | {
            "type": "private"
        }


@dataclass(slots=True)
class World:
    """All state; whoever touches it holds `changed`, and notifies when the queue grows."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    updates: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    chats: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _update_numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(840_000_001))

    def says(
        self,
        person: Person,
        text: str = "",
        *,
        reply_to: Message | None = None,
        chat: Message | None = None,
        **more: Any,
    ) -> Message:
        """A person writes (in a group, when `chat` is one); `more` are further fields of the Message. The message."""
        with self.changed:
            self.blocked.discard(person.id)
            body: Message = {"from": person.user, **({"text": text} if text else {})}
            if text.startswith("/"):
                length = len(text.partition(_COMMAND_END)[0])
                body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            if reply_to is not None:
                body["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
            message = self.keep(chat or person.chat, body | more)
            self._push("message", message)
            return message

    def starts(self, person: Person, payload: str = "") -> Message:
        """A person opens the bot by a link `t.me/bot?start=payload`."""
        return self.says(person, f"/start {payload}".rstrip())

    def edits(self, message: Message, text: str) -> Message:
        """A person changes what they wrote."""
        with self.changed:
            edited = message | {"text": text, "edit_date": int(time.time())}
            self.messages[edited["chat"]["id"], edited["message_id"]] = edited
            self._push("edited_message", edited)
            return edited

    def sends(self, person: Person, kind: str, raw: bytes, name: str = "", caption: str = "", **more: Any) -> Message:
        """A person sends a file: `kind` is `document`, `photo`, `voice`, `audio`, `video` and so on."""
        file = self.keep_file(kind, raw, name)
        sizes = [file | {"width": 90, "height": 90}, file | {"width": 900, "height": 900}]
        told: Message = {kind: sizes if kind == "photo" else file} | ({"caption": caption} if caption else {})
        return self.says(person, **(told | more))

    def blocks(self, person: Person) -> None:
        """A person blocks the bot; writing to it again unblocks it."""
        with self.changed:
            self.blocked.add(person.id)
            states = ({"status": status, "user": BOT} for status in ("member", "kicked"))
            old, new = states
            told = {"chat": person.chat, "from": person.user, "date": int(time.time())}
            self._push("my_chat_member", told | {"old_chat_member": old, "new_chat_member": new})

    def keep(self, chat: dict[str, Any], body: Message) -> Message:
        """Number a message and keep it."""
        with self.changed:
            message = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat, **body}
            self.chats[chat["id"]] = chat
            self.messages[chat["id"], message["message_id"]] = message
            return message

    def keep_file(self, kind: str, raw: bytes, name: str = "", media_type: str = "") -> dict[str, Any]:
        """Keep a file; it as the Bot API describes it in a message."""
        with self.changed:
            number = next(self._numbers)
            file_id = f"file-{number}"
            self.files[file_id] = (f"{kind}s/file_{number}", raw)
        known = {"file_name": name, "mime_type": media_type}
        shown = {key: value for key, value in known.items() if value}
        return {"file_id": file_id, "file_unique_id": f"unique-{number}", "file_size": len(raw), **shown}

    def _push(self, kind: str, body: dict[str, Any]) -> None:
        self.updates.append({"update_id": next(self._update_numbers), kind: body})
        self.changed.notify_all()
