"""What proves who we are to a mail server: a password, or an access token that is asked for when it runs out."""

import time
from collections.abc import Callable

import httpx

from convo.channels.email.kind import EmailConfig
from convo.channels.email.line import is_loopback
from convo.channels.trouble import ChannelDown, ChannelRefused

_MARGIN = 120.0
_LONGEST_ANSWER = 100_000


class AccessTokens:
    """Gives a token that is good for some minutes yet, and asks for one no oftener than it must (RFC 6749, 6)."""

    def __init__(self, config: EmailConfig, now: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self._now = now
        self._token = ""
        self._until = 0.0

    def forget(self) -> None:
        """The token was refused: ask for another one next time."""
        self._token = ""

    def get(self) -> str:
        """A token; blocks. Raises ChannelDown, and ChannelRefused when the account's owner has to grant it anew."""
        if not self._token or self._now() >= self._until:
            self._ask()
        return self._token

    def _ask(self) -> None:
        config = self._config
        if not config.token_url or not config.refresh_token:
            raise ChannelRefused("login is xoauth2, which takes token_url, client_id and refresh_token")
        url = httpx.URL(config.token_url)
        if url.scheme != "https" and not is_loopback(url.host):
            raise ChannelRefused("token_url has to begin with https://")
        asked = {
            "grant_type": "refresh_token",
            "refresh_token": config.refresh_token.reveal(),
            "client_id": config.client_id,
        }
        if config.client_secret:
            asked["client_secret"] = config.client_secret.reveal()
        try:
            answer = httpx.post(url, data=asked, timeout=config.timeout)
            told = answer.json() if len(answer.content) <= _LONGEST_ANSWER else {}
        except httpx.HTTPError as error:
            raise ChannelDown(f"no access token: {url.host} cannot be reached") from error
        except ValueError:
            told = {}
        token = told.get("access_token") if isinstance(told, dict) else None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise ChannelDown(f"no access token: {url.host} answers {answer.status_code}")
        if answer.status_code != 200 or not isinstance(token, str) or not token:
            code = told.get("error") if isinstance(told, dict) else None
            known = code if code in _WORDS else ""
            raise ChannelRefused(f"{url.host} gives no access token: {_WORDS.get(known, 'it says no')}")
        seconds = told.get("expires_in", 3600)
        self._token = token
        self._until = self._now() + (float(seconds) if isinstance(seconds, int | float) else 3600.0) - _MARGIN


_WORDS = {
    "invalid_grant": "the grant has run out or was taken back, and the account's owner has to give it anew",
    "invalid_client": "it does not know the application: are client_id and client_secret right?",
    "unauthorized_client": "the application may not do this: give it the right to use mail",
    "invalid_scope": "the grant is not for mail: give it again with the rights to read and send mail",
}


def xoauth2(user: str, token: str) -> str:
    """What AUTH XOAUTH2 says first."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"
