"""Calls of a Matrix homeserver's client API, and its refusals in words."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from convo.channels.http import Answer, Http
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, Trouble
from convo.model.envelope import Part

_V3 = "/_matrix/client/v3"
_UPLOAD_SECONDS = 45.0
_LOGGED_OUT = {
    "M_UNKNOWN_TOKEN": "the homeserver does not know the access token any more: log in again and keep the new one",
    "M_MISSING_TOKEN": "the homeserver wants an access token",
    "M_USER_DEACTIVATED": "the homeserver has closed the account",
    "M_USER_LOCKED": "the homeserver has locked the account",
    "M_USER_SUSPENDED": "the homeserver has suspended the account",
    "M_CONSENT_NOT_GIVEN": "the homeserver wants its terms accepted first: log in once and do so",
}
_REFUSED = {
    "M_FORBIDDEN": "we are not in the room any more, or may not write there",
    "M_NOT_FOUND": "the homeserver knows no such room or person",
    "M_TOO_LARGE": "it is too large for the homeserver",
    "M_INVALID_PARAM": "the homeserver does not take such a recipient",
    "M_GUEST_ACCESS_FORBIDDEN": "guests may not write there",
}


class Refusal(Exception):
    """What a homeserver does not do: its `errcode`, and after how many seconds it may do it, where it says so."""

    def __init__(self, errcode: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.status = status
        self.retry_after = retry_after

    @property
    def gone(self) -> bool:
        """Whether asking again helps nobody."""
        return self.errcode in _REFUSED

    def for_channel(self) -> Trouble:
        """What it means for all that we do there."""
        if self.errcode in _LOGGED_OUT or self.status == 401:
            return ChannelRefused(_LOGGED_OUT.get(self.errcode, _LOGGED_OUT["M_UNKNOWN_TOKEN"]))
        if self.errcode == "M_LIMIT_EXCEEDED" or self.status == 429:
            return ChannelDown("the homeserver takes no more calls for now", retry_after=self.retry_after)
        return ChannelDown(f"the homeserver does not do what it is asked for ({self._told})")

    def for_message(self) -> Trouble:
        """What it means for the message that was being sent."""
        if self.errcode in _LOGGED_OUT or self.status == 401:
            return self.for_channel()
        if self.errcode == "M_LIMIT_EXCEEDED" or self.status == 429:
            reason = "the homeserver takes no more messages for now"
            return SendLater(reason, retry_after=self.retry_after, whole_channel=True)
        if self.status >= 500:
            return SendLater(f"the homeserver does not work now ({self._told})")
        return SendRefused(f"{_REFUSED.get(self.errcode, 'the homeserver does not take it')} ({self._told})")

    @property
    def _told(self) -> str:
        return self.errcode or f"HTTP {self.status}"


class Homeserver:
    """The client API at `url`, with the account's token; nothing is connected before the first call."""

    def __init__(self, url: str, token: Secret) -> None:
        self._http = Http(
            "the homeserver", url.rstrip("/"), headers={"authorization": f"Bearer {token.reveal()}"}, seconds=30.0
        )

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()

    async def get(
        self, *path: str, query: Mapping[str, str | int] | None = None, seconds: float | None = None
    ) -> dict[str, Any]:
        """What a GET answers; raises Refusal, ChannelDown."""
        return _told(await self._http.ask("GET", _place(path), query=query, seconds=seconds))

    async def put(self, *path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a PUT of something that may be put again answers; raises Refusal, ChannelDown."""
        return _told(await self._http.ask("PUT", _place(path), body=body))

    async def post(self, *path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What a POST of something that may be posted again answers; raises Refusal, ChannelDown."""
        return _told(await self._http.ask("POST", _place(path), body=body or {}))

    async def send(self, room: str, transaction: str, content: Mapping[str, Any]) -> str:
        """Send a message; its event id, the same however often one transaction is sent.

        Raises Refusal, SendLater, SendUnsure.
        """
        path = _place(("rooms", room, "send", "m.room.message", transaction))
        return str(_told(await self._http.tell("PUT", path, body=content)).get("event_id") or "")

    async def upload(self, part: Part) -> str:
        """Bring a file up, which nobody sees yet; its mxc URI. Raises Refusal, SendLater, SendUnsure."""
        answer = await self._http.tell(
            "POST",
            "/_matrix/media/v3/upload",
            query={"filename": part.name},
            content=part.data or b"",
            headers={"content-type": _media_type(part)},
            seconds=_UPLOAD_SECONDS,
        )
        return str(_told(answer).get("content_uri") or "")

    async def download(self, mxc: str, most: int) -> bytes | None:
        """The file of an mxc URI; None when it is gone or larger than `most` bytes. Raises ChannelDown."""
        server, slash, media = mxc.removeprefix("mxc://").partition("/")
        if not mxc.startswith("mxc://") or not server or not slash or not media or "/" in media:
            return None
        place = f"/_matrix/client/v1/media/download/{quote(server, safe='')}/{quote(media, safe='')}"
        return await self._http.download(place, most=most, redirects=True)


def _place(path: tuple[str, ...]) -> str:
    return "/".join((_V3, *(quote(part, safe="") for part in path)))


def _media_type(part: Part) -> str:
    kept = part.media_type if part.media_type.isascii() and part.media_type.isprintable() else ""
    return kept or "application/octet-stream"


def _told(answer: Answer) -> dict[str, Any]:
    told = answer.object()
    if answer.fine:
        return told
    errcode = told.get("errcode")
    after = told.get("retry_after_ms")
    seconds = min(after / 1000, 86_400.0) if isinstance(after, int | float) and after >= 0 else answer.retry_after
    known = errcode if isinstance(errcode, str) and errcode.isascii() and errcode.isprintable() else ""
    raise Refusal(known[:60], answer.status, seconds)
