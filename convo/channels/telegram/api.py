"""Calls of Telegram's Bot API, and what its refusals mean (https://core.telegram.org/bots/api#making-requests)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from convo.channels.http import Answer, Http
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble

MOST_DOWNLOADED = 20_000_000
"""What the Bot API gives out, in bytes."""
_DOWNLOAD_SECONDS = 25.0
_UPLOAD_SECONDS = 50.0
_LONGEST_WORDS = 200

_UNKNOWN_BOT = "Telegram does not know this token: take the current one from @BotFather"
_WEBHOOK = "another program has set a webhook for this bot: use another bot, or set takes_over=on to remove it"
_POLLED = "another program asks Telegram for this bot's messages: stop it, or give it a bot of its own"
_FINAL = (
    ("bot was blocked by the user", "they blocked the bot", True),
    ("user is deactivated", "their Telegram account is closed", False),
    ("can't initiate conversation", "they have not started the bot, and a bot cannot write first", False),
    ("chat not found", "they have not started the bot, and a bot cannot write first", False),
    ("bot was kicked", "the bot is no longer in that group", False),
    ("bot is not a member", "the bot is no longer in that group", False),
    ("message is too long", "Telegram finds the text too long", False),
    ("caption is too long", "Telegram finds the text too long", False),
    ("request entity too large", "Telegram finds the file too large", False),
    ("file is too big", "Telegram finds the file too large", False),
)


class WebhookSet(ChannelRefused):
    """A webhook takes what we ask for."""


class BotApi:
    """One bot's calls; `bot` is its number, which is no secret."""

    def __init__(self, server: str, token: str) -> None:
        self.bot = token.partition(":")[0]
        self._place = quote(token, safe=":")
        self._http = Http("Telegram", server.rstrip("/"))

    async def ask(self, method: str, fields: Mapping[str, Any] | None = None, *, seconds: float = 20.0) -> Any:
        """Call what may be called again; its result. Raises ChannelDown, ChannelRefused."""
        answer = await self._http.ask("POST", self._path(method), body=dict(fields or {}), seconds=seconds)
        if answer.fine:
            return answer.object().get("result")
        raise _trouble_asking(answer)

    async def send(
        self, method: str, fields: Mapping[str, Any], file: tuple[str, str, bytes, str] | None = None
    ) -> dict[str, Any]:
        """Send a message, with a file (field, name, data, media type); the message as Telegram keeps it.

        Raises SendRefused, SendLater, SendUnsure, ChannelRefused.
        """
        if file is None:
            answer = await self._http.tell("POST", self._path(method), body=dict(fields))
        else:
            field, name, data, media_type = file
            form = {key: str(value) for key, value in fields.items()}
            answer = await self._http.tell(
                "POST",
                self._path(method),
                form=form,
                files={field: (name, data, media_type)},
                seconds=_UPLOAD_SECONDS,
            )
        if not answer.fine:
            raise _trouble_sending(answer, str(fields.get("chat_id", "")))
        result = answer.object().get("result")
        if not isinstance(result, dict):
            raise SendUnsure("Telegram answered with something that is no message, so it may have gone or not")
        return result

    async def file(self, file_id: str) -> bytes | None:
        """The bytes of a file; None when it is gone or too large. Raises ChannelDown, ChannelRefused."""
        asked = {"file_id": file_id}
        answer = await self._http.ask("POST", self._path("getFile"), body=asked, seconds=_DOWNLOAD_SECONDS)
        if answer.status == 400:
            return None
        if not answer.fine:
            raise _trouble_asking(answer)
        result = answer.object().get("result")
        path = result.get("file_path") if isinstance(result, dict) else None
        if not isinstance(path, str):
            return None
        place = f"/file/bot{self._place}/{quote(path)}"
        return await self._http.download(place, most=MOST_DOWNLOADED, seconds=_DOWNLOAD_SECONDS)

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()

    def _path(self, method: str) -> str:
        return f"/bot{self._place}/{method}"


def _trouble_asking(answer: Answer) -> Trouble:
    if answer.status in (401, 404):
        return ChannelRefused(_UNKNOWN_BOT)
    if answer.status == 409:
        return WebhookSet(_WEBHOOK) if "webhook" in _words(answer) else ChannelDown(_POLLED)
    if answer.status == 429:
        return ChannelDown("Telegram wants to be asked less often", retry_after=_retry_after(answer))
    if answer.status == 403:
        return ChannelRefused(f"Telegram refuses the bot: {_words(answer)}")
    return ChannelDown(f"Telegram answered {answer.status}: {_words(answer)}", retry_after=answer.retry_after)


def _trouble_sending(answer: Answer, chat: str) -> Trouble:
    words = _words(answer)
    if answer.status in (401, 404):
        return ChannelRefused(_UNKNOWN_BOT)
    if answer.status == 429:
        # In a group only that group's measure is full; elsewhere it may be the bot's.
        whole = not chat.startswith("-")
        return SendLater("Telegram wants fewer messages", retry_after=_retry_after(answer), whole_channel=whole)
    if answer.status >= 500:
        return SendUnsure(f"Telegram answered {answer.status}, so it may have gone or not")
    if answer.status == 413:
        return SendRefused("Telegram finds the file too large")
    for sign, reason, opted_out in _FINAL:
        if sign in words.lower():
            return SendRefused(reason, opted_out=opted_out)
    return SendRefused(f"Telegram refuses it: {words}")


def _retry_after(answer: Answer) -> float | None:
    """Telegram says it in the body, and some servers before it in a header."""
    said = answer.object().get("parameters")
    seconds = said.get("retry_after") if isinstance(said, dict) else None
    return float(min(seconds, 86_400)) if type(seconds) is int and seconds >= 0 else answer.retry_after


def _words(answer: Answer) -> str:
    """What Telegram says in words; never what was sent, which it does not repeat."""
    said = answer.object().get("description")
    return said[:_LONGEST_WORDS] if isinstance(said, str) and said else f"status {answer.status}"
