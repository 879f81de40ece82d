"""HTTP as channels need it: every call ends in bounded time and memory, and what goes wrong is told in words.

Sentences name the provider, never a URL, a header or another program's error text, for any of them may hold a token.
"""

import asyncio
import json
import logging
import math
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx

from convo import clock
from convo.channels.trouble import ChannelDown, SendLater, SendUnsure

MOST_BYTES = 16_000_000
"""The most bytes of an answer that is no file."""
_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
_LONGEST_WAIT = 86_400.0
_REDIRECTS = 3
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

# httpx tells every URL at the level INFO, and some providers want their token there.
logging.getLogger("httpx").addFilter(lambda record: record.levelno >= logging.WARNING)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered; `headers` by lower-case name."""

    provider: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fine(self) -> bool:
        """Whether it says that it did what was asked."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Its body as JSON; raises ChannelDown for what is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise ChannelDown(f"{self.provider} answered with something that is no JSON") from None

    def object(self) -> dict[str, Any]:
        """Its body as a JSON object, empty when it is anything else."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def retry_after(self) -> float | None:
        """After how many seconds it wants to be asked again, a day at most; None when it does not say (RFC 9110)."""
        said = self.headers.get("retry-after", "").strip()
        if not said:
            return None
        try:
            seconds = float(said)
        except ValueError:
            try:
                seconds = (parsedate_to_datetime(said) - clock.now()).total_seconds()
            except (ValueError, TypeError):  # TypeError: a date without a zone
                return None
        return None if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_WAIT)


class Http:
    """The calls of one channel to one provider, whose name stands in every sentence."""

    def __init__(
        self,
        provider: str,
        base_url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        seconds: float = 30.0,
    ) -> None:
        self.provider = provider
        self._seconds = seconds
        self._closed = False
        self._calls = set[asyncio.Timeout]()
        self._client = httpx.AsyncClient(
            base_url=base_url,
            # An answer that is packed could unpack to any size.
            headers={"user-agent": "convo", "accept-encoding": "identity", **(headers or {})},
            auth=auth,
            verify=_trusted(),
            timeout=httpx.Timeout(seconds, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=10, max_keepalive_connections=4),
            max_redirects=_REDIRECTS,
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Any = None,
        form: Mapping[str, str | Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
        most: int = MOST_BYTES,
    ) -> Answer:
        """Ask something that may be asked again; `body` is sent as JSON, `form` as a form.

        Any status is an answer. Raises ChannelDown when there is none in `seconds`, or it is larger than `most` bytes.
        """
        try:
            return await self._call(method, path, seconds, most, params=query, json=body, data=form, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise ChannelDown(self._sentence(error)) from None

    async def tell(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Any = None,
        form: Mapping[str, str | Sequence[str]] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Send a message, which must not go twice; `files` are (name, data, media type) by field of a multipart form.

        Any status is an answer. Raises SendLater when the provider was not reached, SendUnsure when the line broke
        after that.
        """
        given = {"params": query, "json": body, "data": form, "files": files, "content": content, "headers": headers}
        try:
            return await self._call(method, path, seconds, MOST_BYTES, **given)
        except _NOT_CONNECTED as error:
            raise SendLater(self._sentence(error), whole_channel=True) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise SendUnsure(f"{self._sentence(error)}, so it may have gone or not") from None
        except ChannelDown as error:
            raise SendLater(error.reason, whole_channel=True) from None

    async def download(
        self,
        url: str,
        *,
        most: int,
        headers: Mapping[str, str] | None = None,
        redirects: bool = False,
        seconds: float | None = None,
    ) -> bytes | None:
        """The bytes of a file; None when it is gone, forbidden or larger than `most`. Raises ChannelDown.

        With `redirects` it may lie elsewhere: another host is not told of an Authorization header, but of any other.
        """
        try:
            answer = await self._call("GET", url, seconds, most, headers=headers, follow_redirects=redirects)
        except _TooLarge:
            return None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise ChannelDown(self._sentence(error)) from None
        if answer.status >= 500 or answer.status == 429:
            raise ChannelDown(f"{self.provider} does not give a file out now", retry_after=answer.retry_after)
        return answer.body if answer.fine else None

    async def close(self) -> None:
        """Hang up; what is still asked ends with ChannelDown."""
        self._closed = True
        for call in self._calls:
            # A connection that is still being made is not yet one that the client would close.
            if not call.expired():
                call.reschedule(asyncio.get_running_loop().time())
        with suppress(TimeoutError, httpx.HTTPError, OSError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._client.aclose()

    async def _call(
        self, method: str, url: str, seconds: float | None, most: int, *, follow_redirects: bool = False, **given: Any
    ) -> Answer:
        if self._closed:
            raise ChannelDown(f"the connection to {self.provider} is closed")
        longest = seconds or self._seconds
        timeout = httpx.Timeout(longest, connect=min(_CONNECT_SECONDS, longest))
        request = self._client.build_request(method, url, timeout=timeout, **given)
        async with asyncio.timeout(longest + _CONNECT_SECONDS) as limit:
            self._calls.add(limit)
            try:
                response = await self._client.send(request, stream=True, follow_redirects=follow_redirects)
                try:
                    held = bytearray()
                    async for chunk in response.aiter_raw():
                        held += chunk
                        if len(held) > most:
                            raise _TooLarge("an answer that is too large")
                finally:
                    await response.aclose()
            finally:
                self._calls.discard(limit)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(self.provider, response.status_code, headers, bytes(held))

    def _sentence(self, error: Exception) -> str:
        match error:
            case _ if self._closed:
                return f"the connection to {self.provider} is closed"
            case httpx.ConnectTimeout() | httpx.ConnectError() | httpx.ProxyError():
                return f"{self.provider} cannot be reached: is this machine online?"
            case httpx.PoolTimeout():
                return f"too much is asked of {self.provider} at once"
            case httpx.TimeoutException() | TimeoutError():
                return f"{self.provider} did not answer in time"
            case _TooLarge():
                return f"{self.provider} answered with far too much"
            case httpx.InvalidURL() | httpx.UnsupportedProtocol():
                return f"the address given for {self.provider} is none"
            case _:
                return f"the connection to {self.provider} broke"


@cache
def _trusted() -> ssl.SSLContext:
    """Whom all channels trust; reading it takes longer than a message."""
    return httpx.create_ssl_context()


class _TooLarge(httpx.HTTPError):
    """More bytes than are taken."""
