"""Rings and notifies when something has come: at most once in ten seconds, and never for what one did oneself."""

import os
from collections.abc import Callable, Mapping
from time import monotonic

from convo.desk.desk import Desk
from convo.errors import ConvoError
from convo.model.notification_views import NewsView

from ..asking import Asks
from .notify import BELL, notification

_APART = 10.0
"""Seconds between two notifications at least."""


class News:
    """Asks for news after each change and tells of them through `write`, which sends to the terminal.

    `later` runs a call after so many seconds; what comes meanwhile is told of together. Only what customers wrote is
    news, so that nobody hears of what they did themselves.
    """

    def __init__(
        self,
        app: Asks,
        write: Callable[[str], None],
        later: Callable[[float, Callable[[], None]], object],
        *,
        bell: bool,
        how: str,
        environ: Mapping[str, str] | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._write = write
        self._later = later
        self._bell = bell
        self._how = how
        self._environ = os.environ if environ is None else environ
        self._now = now
        self._upto: int | None = None
        self._told_at: float | None = None
        self._waiting = False

    def look(self) -> None:
        """Ask whether something has come since the last notification; nothing had when this is asked first."""
        if not self._bell and self._how == "off":
            return
        upto = self._upto
        self._app.ask("news", lambda desk: _news(desk, upto), self._tell, _quiet)

    def _tell(self, news: NewsView) -> None:
        if self._upto is None or not news.count:
            self._upto = news.upto
            return
        since = None if self._told_at is None else self._now() - self._told_at
        if since is not None and since < _APART:
            if not self._waiting:
                self._waiting = True
                self._later(_APART - since, self._again)
            return
        self._upto, self._told_at = news.upto, self._now()
        newest = news.items[0]
        title = newest.customer or "a customer" if news.count == 1 else f"{news.count} new messages"
        body = newest.body or newest.subject
        said = notification(title, body if news.count == 1 else f"{newest.customer}: {body}", self._how, self._environ)
        self._write((BELL if self._bell else "") + said)

    def _again(self) -> None:
        self._waiting = False
        self.look()


def _news(desk: Desk, upto: int | None) -> NewsView:
    return desk.arrivals.news(upto)


def _quiet(error: ConvoError) -> None:
    """A store that is lost has its banner; nothing more is to be said here."""
