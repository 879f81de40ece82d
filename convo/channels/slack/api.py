"""Slack's Web API: each method as a call with its answer, or the trouble that its error code means."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from convo.channels.http import Answer, Http
from convo.channels.settings import Secret
from convo.channels.slack.refusals import PASSING, account_refusal, send_trouble
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendUnsure
from convo.text.json_fields import Fields, loosely

_CODE = re.compile(r"[a-z0-9_]{1,60}", re.ASCII)
_SCOPE = re.compile(r"[a-z0-9_.:,-]{1,200}", re.ASCII)
_PAGE = 200
_MOST_PAGES = 1_000
_ATTEMPTS = 5
_LONGEST_WAIT = 120.0


class Declined(ChannelDown):
    """Slack does not do what was asked, for a reason that concerns what was asked for alone."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack declines {method} ({code})")
        self.code = code


class ScopeMissing(ChannelRefused):
    """The app was not given a right; `needed` names it, or is empty."""

    def __init__(self, needed: str) -> None:
        super().__init__(
            f"the Slack app lacks the scope {needed or 'it needs'}: add it under OAuth & Permissions, install it anew"
        )
        self.needed = needed


class Api:
    """Calls with the bot's token, and the one with the app's; no token goes anywhere but to `base` and to files."""

    def __init__(self, base: str, bot_token: Secret, app_token: Secret) -> None:
        self._base = base if base.endswith("/") else base + "/"
        self._bot, self._app = bot_token, app_token
        self.http = Http("Slack", self._base)
        self._place = urlsplit(self._base)

    async def ask(self, method: str, /, **fields: str | int | bool) -> Fields:
        """The answer of a method that only reads, or may be asked again.

        Raises ChannelDown, ChannelRefused (ScopeMissing), and Declined for any other error code.
        """
        headers = {"authorization": f"Bearer {self._bot.reveal()}"}
        answer = await self.http.ask("POST", method, form=_form(fields), headers=headers)
        return _read(method, answer)

    async def scopes(self) -> frozenset[str] | None:
        """The rights of the bot's token; None when Slack does not tell. Raises as `ask` does."""
        headers = {"authorization": f"Bearer {self._bot.reveal()}"}
        answer = await self.http.ask("POST", "auth.test", form={}, headers=headers)
        _read("auth.test", answer)
        told = answer.headers.get("x-oauth-scopes")
        return None if told is None else frozenset(each.strip() for each in told.split(","))

    async def socket_url(self) -> str:
        """Where a socket may be opened, once; raises as `ask` does."""
        headers = {"authorization": f"Bearer {self._app.reveal()}"}
        answer = await self.http.ask("POST", "apps.connections.open", form={}, headers=headers)
        return loosely(_read("apps.connections.open", answer), "url")

    async def pages(self, method: str, listed: str, /, **fields: str | int | bool) -> AsyncIterator[list[Fields]]:
        """The pages of a list, each with the objects under `listed`, as slowly as Slack wants; raises as `ask` does."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            more: dict[str, str] = {"cursor": cursor} if cursor else {}
            answer = await self._patiently(method, limit=_PAGE, **fields, **more)
            entries = answer.get(listed)
            yield [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
            after = loosely(answer, "response_metadata", "next_cursor")
            if not after or after == cursor:
                return
            cursor = after

    async def _patiently(self, method: str, /, **fields: str | int | bool) -> Fields:
        for _ in range(_ATTEMPTS):
            try:
                return await self.ask(method, **fields)
            except ChannelDown as error:
                if error.retry_after is None or error.retry_after > _LONGEST_WAIT:
                    raise
                await asyncio.sleep(error.retry_after)
        return await self.ask(method, **fields)

    async def tell(self, method: str, /, **fields: Any) -> Fields:
        """The answer of a method that sends; raises what says whether it may be tried again, or ChannelRefused."""
        headers = {"authorization": f"Bearer {self._bot.reveal()}"}
        answer = await self.http.tell("POST", method, form=_form(fields), headers=headers)
        if answer.status == 429:
            raise SendLater("Slack wants fewer messages", retry_after=answer.retry_after)
        found = answer.object()
        if answer.fine and found.get("ok") is True:
            return found
        if answer.status >= 500 or not found:
            raise SendUnsure("Slack had an error of its own, so it may have gone or not")
        code = _code(found)
        if code == "missing_scope":
            raise ScopeMissing(_needed(found))
        raise send_trouble(code)

    async def upload(self, url: str, data: bytes) -> None:
        """Put a file where Slack wants it; without any token. Raises SendLater."""
        try:
            answer = await self.http.tell(
                "POST", url, content=data, headers={"content-type": "application/octet-stream"}
            )
        except SendUnsure as trouble:  # what was uploaded is in no conversation yet, so that nothing went
            raise SendLater("a file could not be uploaded to Slack") from trouble
        if not answer.fine:
            raise SendLater("a file could not be uploaded to Slack", retry_after=answer.retry_after)

    async def file(self, url: str, most: int) -> bytes | None:
        """A file's bytes; None when it is gone, too large, or lies where our token must not go. Raises ChannelDown."""
        if not self._is_slacks(url):
            return None
        return await self.http.download(url, most=most, headers={"authorization": f"Bearer {self._bot.reveal()}"})

    def _is_slacks(self, url: str) -> bool:
        """Whether an address is one of Slack's own for files, or of the server that stands in for it."""
        try:
            place = urlsplit(url)
            port = place.port
        except ValueError:
            return False
        if place.username is not None or place.password is not None:
            return False
        home = (self._place.scheme, self._place.hostname, self._place.port)
        if (place.scheme, place.hostname, port) == home:
            return True
        return place.scheme == "https" and port in (None, 443) and place.hostname == f"files.{self._place.hostname}"


def _form(fields: dict[str, Any]) -> dict[str, str]:
    form = {}
    for name, value in fields.items():
        if isinstance(value, bool):
            form[name] = "true" if value else "false"
        else:
            form[name] = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return form


def _read(method: str, answer: Answer) -> Fields:
    if answer.status == 429:
        raise ChannelDown("Slack wants to be asked less often", retry_after=answer.retry_after or 30.0)
    found = answer.object()
    if answer.status >= 500 or not found:
        raise ChannelDown("Slack has an error of its own", retry_after=answer.retry_after)
    if found.get("ok") is True:
        return found
    code = _code(found)
    if code == "missing_scope":
        raise ScopeMissing(_needed(found))
    if code in PASSING:
        raise ChannelDown("Slack does not work now", retry_after=answer.retry_after)
    raise account_refusal(code) or Declined(method, code)


def _code(found: Fields) -> str:
    """Slack's word for what is wrong; what is none of its words is not repeated."""
    code = loosely(found, "error")
    return code if _CODE.fullmatch(code) else "unknown_error"


def _needed(found: Fields) -> str:
    needed = loosely(found, "needed")
    return needed if _SCOPE.fullmatch(needed) else ""
