"""Keys one after another: each finds the screen as the one before it left it, however fast they come."""

from collections import deque
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_PATIENCE = 1.0
"""Seconds after which a key is taken for done, should a part of the screen have gone away over it."""


class KeysInTurn(App[None]):
    """An app in which keys wait for the effect of the key before: over a slow line they come many at once.

    A key goes to what has the focus and from there up to the app, which runs what it is bound to. Textual sends the
    next one on its way meanwhile, so that what is typed into a window would miss it while the window still opens.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coming: deque[events.Key | events.Paste] = deque()
        self._under_way: events.Key | events.Paste | None = None
        self._since = 0.0

    async def on_event(self, event: events.Event) -> None:
        """Take an event; a key, or what is pasted, only when the one before it is done."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._coming.append(event)
        if self._under_way is None or monotonic() - self._since > _PATIENCE:
            await self._next_key()

    async def _next_key(self) -> None:
        self._under_way = event = self._coming.popleft()
        self._since = monotonic()
        target = self.focused or self.screen
        await super().on_event(event)
        self._follow([*target.ancestors_with_self], event)

    def _follow(self, way: list[MessagePump], event: events.Event) -> None:
        """Go the way of a key, behind it; at its end, let the screen that is there then have its messages, too."""
        while way:
            if way.pop(0).call_later(self._follow, list(way), event):
                return
        if not self.screen.call_later(self.call_later, self._done, event):
            self.call_later(self._done, event)

    async def _done(self, event: events.Event) -> None:
        if self._under_way is event:
            self._under_way = None
            if self._coming:
                await self._next_key()
