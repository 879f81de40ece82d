"""Says to the other screens at which thread this one is, and whether somebody writes there."""

from collections.abc import Callable

from textual.timer import Timer

from convo.desk.desk import Desk
from convo.desk.screen_names import screen_name
from convo.errors import ConvoError

_AGAIN = 30.0
_CALM = 0.4
"""Seconds for which a screen stays at a thread before it says so: who only passes by is not there."""


class PresenceOfScreen:
    """A screen that others see at its thread; the widget part is whoever mixes this in."""

    session: str = ""
    _at: int | None = None
    _writes: bool = False
    _said: tuple[int | None, bool] | None = None
    _saying: Timer | None = None

    def begin_presence(self) -> None:
        """Take a name that no other screen has, and see to it every half minute that nobody forgets this screen."""
        self.session = screen_name()
        self.set_interval(_AGAIN, self._stay)  # type: ignore[attr-defined]

    def be_at(self, thread: int | None) -> None:
        """This screen shows a thread now."""
        self._at, self._writes = thread, False
        self._soon()

    def be_writing(self, writing: bool) -> None:
        """Somebody begins or stops to write there."""
        self._writes = writing
        self._soon()

    def end_presence(self) -> None:
        """Say that this screen is closed."""
        session = self.session
        self.ask("leave", lambda desk: desk.presence.leave(session), _nothing, _unsaid, writes=True)  # type: ignore[attr-defined]

    def _soon(self) -> None:
        if self._saying is None:
            self._saying = self.set_timer(_CALM, self._say)  # type: ignore[attr-defined]

    def _say(self) -> None:
        self._saying = None
        if self._said != (self._at, self._writes):
            self._tell(lambda desk: desk.presence.touch)

    def _stay(self) -> None:
        self._tell(lambda desk: desk.presence.stay)

    def _tell(self, operation: Callable[[Desk], Callable[..., None]]) -> None:
        session, at, writes = self.session, self._at, self._writes
        self._said = (at, writes)
        self.ask(  # type: ignore[attr-defined]
            "touch", lambda desk: operation(desk)(session, at, writing=writes), _nothing, _unsaid, writes=True
        )


def _nothing(_: None) -> None:
    """There is nothing to show."""


def _unsaid(_: ConvoError) -> None:
    """It is said again in half a minute; a lost store is told by the banner."""
