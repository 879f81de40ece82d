"""Calls to a Discourse site with the desk's key: what reads, what posts, and what its refusals mean."""

import asyncio
from typing import Any
from urllib.parse import urljoin, urlsplit

from convo.channels.http import Answer, Http
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure
from convo.text.json_fields import Fields, loosely
from convo.text.safe import safe

REFUSED = "the Discourse site refuses the key: have an admin make one for the desk's user (convo channel secret)"
_ATTEMPTS = 3
_LONGEST_WAIT = 30.0
_LONGEST_REASON = 200
_MOST_REDIRECT = 100_000


class Gone(ChannelDown):
    """What was asked for is not there, or not for us."""


class Api:
    """One site, asked as one user; the key goes to that site alone."""

    def __init__(self, site: str, user: str, key: Secret) -> None:
        self._site = site.rstrip("/") + "/"
        self._home = urlsplit(self._site)
        self._headers = {"api-username": user, "accept": "application/json"}
        self._key = key
        self.http = Http("Discourse", self._site)

    @property
    def host(self) -> str:
        """The site's host and port, and its folder where it is in one."""
        return (self._home.netloc.rpartition("@")[2] + self._home.path.rstrip("/")).casefold()

    def _with_key(self) -> dict[str, str]:
        return {**self._headers, "api-key": self._key.reveal()}

    async def ask(self, path: str, **query: str | int) -> Fields:
        """What a path tells, waiting a little where the site wants that; raises ChannelDown (Gone), ChannelRefused."""
        for attempt in range(_ATTEMPTS):
            answer = await self.http.ask("GET", path, query=query or None, headers=self._with_key())
            wait = _wait(answer)
            if answer.status != 429 or wait > _LONGEST_WAIT or attempt == _ATTEMPTS - 1:
                break
            await asyncio.sleep(wait)
        return _read(answer)

    async def post(self, path: str, form: dict[str, str]) -> Fields:
        """What the site says to a post; raises what says whether it may be tried again, or ChannelRefused."""
        answer = await self.http.tell("POST", path, form=form, headers=self._with_key())
        return await self._posted(answer)

    async def upload(self, name: str, data: bytes, media_type: str) -> Fields:
        """What the site says of a file that it keeps for a post; raises as `post` does."""
        files = {"file": (name, data, media_type)}
        form = {"type": "composer", "synchronous": "true"}
        try:
            answer = await self.http.tell("POST", "uploads.json", form=form, files=files, headers=self._with_key())
        except SendUnsure as trouble:  # it stands in no post yet
            raise SendLater("a file could not be uploaded to Discourse") from trouble
        if answer.status >= 500:
            raise SendLater("a file could not be uploaded to Discourse")
        return await self._posted(answer)

    async def file(self, short: str, most: int) -> bytes | None:
        """An upload by its short name; None when it is gone, too large or not for us. Raises ChannelDown."""
        path = f"uploads/short-url/{short}"
        data = await self.http.download(path, most=most, headers=self._with_key())
        if data is not None:
            return data
        try:
            answer = await self.http.ask("GET", path, headers=self._with_key(), most=_MOST_REDIRECT)
        except ChannelDown:
            return None
        target = urljoin(self._site, answer.headers.get("location", ""))
        if answer.status not in (301, 302, 303, 307, 308) or urlsplit(target).scheme not in ("http", "https"):
            return None
        same = urlsplit(target)[:2] == self._home[:2]
        return await self.http.download(target, most=most, headers=self._with_key() if same else None)

    async def _posted(self, answer: Answer) -> Fields:
        if answer.fine:
            return answer.object()
        if answer.status == 429:
            raise SendLater("Discourse wants fewer posts", retry_after=_wait(answer))
        if answer.status >= 500:
            raise SendUnsure("Discourse had an error of its own, so it may have gone or not")
        if answer.status in (401, 403):
            try:
                await self.ask("session/current.json")
            except Gone:
                raise ChannelRefused(REFUSED) from None
            except ChannelDown as error:
                raise SendLater(error.reason, retry_after=error.retry_after) from None
            raise SendRefused("Discourse does not let the desk's user write there")
        if answer.status in (404, 410):
            raise SendRefused("the Discourse topic is gone, or the desk's user may not see it")
        if answer.status == 413:
            raise SendRefused("a file is larger than the Discourse site takes")
        raise SendRefused(f"Discourse does not take it: {_words(answer)}")


def _read(answer: Answer) -> Fields:
    if answer.status == 429:
        raise ChannelDown("Discourse wants to be asked less often", retry_after=_wait(answer))
    if answer.status == 401:
        raise ChannelRefused(REFUSED)
    if answer.status in (403, 404, 410):
        raise Gone("Discourse does not show that to the desk's user")
    if not answer.fine:
        raise ChannelDown("Discourse does not work now", retry_after=answer.retry_after)
    found = answer.json()
    if not isinstance(found, dict):
        raise ChannelDown("Discourse answered with something that is no object")
    return found


def _wait(answer: Answer) -> float:
    """How many seconds the site wants to be left alone."""
    extras: Any = answer.object().get("extras")
    wait = extras.get("wait_seconds") if isinstance(extras, dict) else None
    told = float(wait) if isinstance(wait, int | float) and 0 <= wait < 86_400 else 0.0
    return max(told, answer.retry_after or 0.0) or 10.0


def _words(answer: Answer) -> str:
    """The site's own words for what is wrong, on one short line."""
    found = answer.object()
    errors = found.get("errors")
    told = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], str) else loosely(found, "error")
    return safe(told[:_LONGEST_REASON], single_line=True) or f"status {answer.status}"
