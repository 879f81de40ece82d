"""Meta's Graph API: calls with the access token, files up and down, and its refusals as they are numbered."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from convo.channels.http import Answer, Http
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, SendLater, SendUnsure
from convo.model.envelope import Part

_MOST_BYTES = 2_000_000
_UPLOAD_SECONDS = 45.0
_MEDIA_HOST = "lookaside.fbsbx.com"
"""The one host besides the API's own that is to be told the token: there Meta keeps WhatsApp's media."""
_FILES_COME_FROM = ("fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net")


class GraphError(Exception):
    """A refusal: `code` and `subcode` as Meta numbers them (0: none given), `details` what Meta says on it, no secret.

    `passing` says that Meta itself takes it for a passing trouble; `retry_after` is in seconds.
    """

    def __init__(
        self,
        code: int,
        subcode: int = 0,
        *,
        status: int = 400,
        details: str = "",
        passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"Meta's error {code}")
        self.code = code
        self.subcode = subcode
        self.status = status
        self.details = details
        self.passing = passing or status >= 500 or status == 429
        self.retry_after = retry_after


class Graph:
    """An account's access to the API at `base`; nothing is connected before the first call."""

    def __init__(self, base: str, token: Secret, app_secret: Secret) -> None:
        self._base = base.rstrip("/")
        self._token = token.reveal()
        self._authorization = {"authorization": f"Bearer {self._token}"}
        # Apps can be set to take no call without it: a stolen token alone is then worth nothing.
        proof = hmac.new(app_secret.reveal().encode(), self._token.encode(), hashlib.sha256).hexdigest()
        self._proof = {"appsecret_proof": proof}
        self._http = Http("Meta")

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """What a GET answers; raises GraphError, ChannelDown."""
        answer = await self._http.ask(
            "GET",
            f"{self._base}/{path}",
            query={**query, **self._proof},
            headers=self._authorization,
            most=_MOST_BYTES,
        )
        return self._told(answer)

    async def send(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a POST answers that says something to somebody; raises GraphError, SendLater, SendUnsure."""
        answer = await self._http.tell(
            "POST", f"{self._base}/{path}", query=self._proof, body=body, headers=self._authorization
        )
        try:
            return self._told(answer)
        except ChannelDown as trouble:
            raise SendUnsure(f"{trouble.reason}, so it may have gone or not") from None

    async def upload(self, path: str, fields: Mapping[str, str], name: str, part: Part) -> dict[str, Any]:
        """What a POST of a file in the form field `name` answers; raises GraphError, SendLater."""
        try:
            answer = await self._http.tell(
                "POST",
                f"{self._base}/{path}",
                query=self._proof,
                form=fields,
                files={name: (part.name, part.data or b"", part.media_type)},
                headers=self._authorization,
                seconds=_UPLOAD_SECONDS,
            )
            return self._told(answer)
        except (SendUnsure, ChannelDown):
            # Nobody sees a file that is only uploaded, so that it may be uploaded again.
            raise SendLater("the connection to Meta broke while a file went up") from None

    async def download(self, url: str, most: int) -> bytes | None:
        """A file of up to `most` bytes from one of Meta's hosts; None for what is larger, gone or elsewhere.

        The token goes only to the API's own host and to the one where Meta keeps WhatsApp's media. Raises ChannelDown.
        """
        try:
            here, there = _origin(self._base), _origin(url)
        except ValueError:
            return None
        scheme, host, _ = there
        if there != here and (scheme != "https" or not _is_metas(host)):
            return None
        headers = self._authorization if there == here or host == _MEDIA_HOST else {}
        return await self._http.download(url, most=most, headers=headers)

    def _told(self, answer: Answer) -> dict[str, Any]:
        told = answer.object()
        error = told.get("error")
        if isinstance(error, dict):
            data = error.get("error_data")
            details = str(data.get("details") or "") if isinstance(data, dict) else ""
            raise GraphError(
                _number(error.get("code")),
                _number(error.get("error_subcode")),
                status=answer.status,
                details=details.replace(self._token, "…")[:200],
                passing=error.get("is_transient") is True,
                retry_after=answer.retry_after,
            )
        if answer.status in _WITHOUT_WORDS:
            raise GraphError(_WITHOUT_WORDS[answer.status], status=answer.status, retry_after=answer.retry_after)
        if not answer.fine or not told:
            raise ChannelDown(f"Meta does not work now (HTTP {answer.status})", retry_after=answer.retry_after)
        return told


_WITHOUT_WORDS = {401: 190, 403: 10, 429: 4}
"""The codes that fit answers in which Meta gives none, such as those of a proxy before it."""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port


def _is_metas(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in _FILES_COME_FROM)
