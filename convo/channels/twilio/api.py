"""Calls of Twilio's REST API, and what its refusals mean (https://www.twilio.com/docs/usage/api)."""

import mimetypes
from collections.abc import Callable, Mapping
from typing import Any

from convo.channels.http import Answer, Http
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.channels.twilio import words
from convo.model.envelope import Part

LARGEST_FILE = 20_000_000
_MOST_FILES = 20
_MOST_LISTED = 20_000
_PAGE = 50
_LONGEST_WORDS = 200
_QUEUE_FULL = 21611
_QUEUE_SECONDS = 60.0
_UNKNOWN_ACCOUNT = "Twilio does not know this account and token: take both from the first page of its console"


class TwilioApi:
    """One account's calls."""

    def __init__(self, server: str, account: str, token: str) -> None:
        self._server = server.rstrip("/")
        self._account = f"/2010-04-01/Accounts/{account}"
        self._http = Http("Twilio", self._server, auth=(account, token))

    async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """What stands under a path of the account, such as "/Messages.json"; raises ChannelDown, ChannelRefused."""
        return await self._get(f"{self._account}{path}", query)

    async def list(
        self, path: str, key: str, query: Mapping[str, str | int], *, until: Callable[[Any], bool]
    ) -> list[Any]:
        """A list, page by page, until one page has an entry that is far enough; raises ChannelDown, ChannelRefused."""
        page = await self.get(path, {"PageSize": _PAGE, **query})
        found: list[Any] = []
        while True:
            part = page.get(key)
            if not isinstance(part, list):
                raise ChannelDown("Twilio answered with something that is no list")
            found += part
            following = page.get("next_page_uri")
            if not following or not part or any(until(each) for each in part):
                return found
            if len(found) >= _MOST_LISTED:
                raise ChannelDown(f"more than {_MOST_LISTED:,} messages wait at Twilio: too many for convo")
            if not isinstance(following, str) or not following.startswith(f"{self._account}/"):
                raise ChannelDown("Twilio names a next page that is none of the account's")
            page = await self._get(following)

    async def send(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Send a message; as Twilio keeps it. Raises SendRefused, SendLater, SendUnsure, ChannelRefused."""
        answer = await self._http.tell("POST", f"{self._account}/Messages.json", form=fields)
        if not answer.fine:
            raise _trouble_sending(answer)
        made = answer.object()
        if not made:
            raise SendUnsure("Twilio answered with something that is no message, so it may have gone or not")
        return made

    async def files(self, sid: str) -> tuple[Part, ...]:
        """The files of a message; without their bytes those that are gone or too large. Raises ChannelDown."""
        told = await self.get(f"/Messages/{sid}/Media.json")
        listed = told.get("media_list")
        parts = []
        for place, media in enumerate(listed[:_MOST_FILES] if isinstance(listed, list) else (), 1):
            media_type = media.get("content_type") if isinstance(media, dict) else None
            media_type = media_type if isinstance(media_type, str) else "application/octet-stream"
            name = f"media-{place}{mimetypes.guess_extension(media_type) or ''}"
            parts.append(Part(name, media_type, await self._file(media)))
        return tuple(parts)

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()

    async def _file(self, media: Any) -> bytes | None:
        uri = media.get("uri") if isinstance(media, dict) else None
        if not isinstance(uri, str) or not uri.startswith(f"{self._account}/") or ".." in uri:
            return None
        place = f"{self._server}{uri.removesuffix('.json')}"
        return await self._http.download(place, most=LARGEST_FILE, redirects=True)

    async def _get(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        answer = await self._http.ask("GET", path, query=query)
        if not answer.fine:
            raise _trouble_asking(answer)
        told = answer.json()
        if not isinstance(told, dict):
            raise ChannelDown("Twilio answered with something that is no object")
        return told


def _trouble_asking(answer: Answer) -> Trouble:
    if answer.status in (401, 403, 404):
        return ChannelRefused(_UNKNOWN_ACCOUNT if answer.status != 403 else f"Twilio refuses us: {_words(answer)}")
    return ChannelDown(f"Twilio does not answer now: {_words(answer)}", retry_after=answer.retry_after)


def _trouble_sending(answer: Answer) -> Trouble:
    code = words.number(answer.object().get("code"))
    if answer.status == 401 or code == 20003:
        return ChannelRefused(_UNKNOWN_ACCOUNT)
    if answer.status in (403, 404) or code in words.OURS:
        return ChannelRefused(f"Twilio lets the account or its number send nothing: {_words(answer)}")
    if answer.status in (429, 503):
        return SendLater("Twilio wants fewer messages", retry_after=answer.retry_after, whole_channel=True)
    if code == _QUEUE_FULL:
        return SendLater("too much waits at Twilio", retry_after=_QUEUE_SECONDS, whole_channel=True)
    if answer.status >= 500:
        return SendUnsure(f"Twilio answered {answer.status}, so it may have gone or not")
    if code in words.FAILURES:
        return SendRefused(words.reason(code, ""), opted_out=code == words.OPTED_OUT)
    return SendRefused(f"Twilio refuses it: {_words(answer)}")


def _words(answer: Answer) -> str:
    told = answer.object()
    said, code = told.get("message"), words.number(told.get("code"))
    shown = said[:_LONGEST_WORDS] if isinstance(said, str) and said else f"status {answer.status}"
    return f"{shown} ({code})" if code else shown
