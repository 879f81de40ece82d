"""News ring and show themselves once in ten seconds, in words that do nothing to the terminal; one's own never do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from convo.desk.desk import Desk
from convo.tui.app import ConvoApp
from convo.tui.status.news import News
from tests.intake.saying import mail, take
from tests.tui.piloting import Screen, on_screen

EVIL = "Eve\x1b]0;owned\x07\u202e;rm -rf"


class _Terminal:
    """What was sent, what waits for its time, and the time."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.waiting: list[tuple[float, Callable[[], None]]] = []
        self.time = 100.0

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.waiting.append((seconds, call))

    def news(self, app: ConvoApp, *, bell: bool = True, how: str = "osc777") -> News:
        return News(app, self.sent.append, self.later, bell=bell, how=how, environ={}, now=lambda: self.time)


def _wrote(desk: Desk, minute: int, text: str, name: str = "Eve") -> None:
    take(desk.store, mail("eve@example.org", minute, text, name=name))


def test_what_has_come_is_told_once_and_in_harmless_words(demo: Desk) -> None:
    terminal = _Terminal()

    async def script(screen: Screen) -> None:
        screen.app.news = terminal.news(screen.app)
        screen.app.store_changed()
        await screen.settled()
        demo.threads.reply(13, "It is ready.")
        demo.threads.note(13, "called her")
        screen.app.store_changed()
        await screen.settled()
        assert terminal.sent == []
        _wrote(demo, 1, "hello\x1b[2J; there", EVIL)
        screen.app.store_changed()
        await screen.settled()
        (said,) = terminal.sent
        assert said.startswith("\a\x1b]777;notify;Eve")
        assert said.endswith("\x1b\\")
        inside = said[3:-2]
        assert not any(letter in inside for letter in "\x1b\a\u202e")
        assert inside.count(";") == 3
        assert "hello" in inside

    on_screen(demo, script)


def test_many_things_that_come_are_one_notification(demo: Desk) -> None:
    terminal = _Terminal()

    async def script(screen: Screen) -> None:
        screen.app.news = terminal.news(screen.app)
        screen.app.store_changed()
        await screen.settled()
        for minute, text in enumerate(("one", "two", "three"), 1):
            _wrote(demo, minute, text)
            screen.app.store_changed()
            await screen.settled()
        assert len(terminal.sent) == 1
        ((seconds, again),) = terminal.waiting
        assert seconds == 10.0
        terminal.time += seconds
        again()
        await screen.settled()
        assert "2 new messages" in terminal.sent[1]
        assert "three" in terminal.sent[1]

    on_screen(demo, script)


@pytest.mark.parametrize(("bell", "how", "said"), [(True, "off", ["\a"]), (False, "off", []), (False, "osc9", None)])
def test_the_settings_say_what_is_heard(demo: Desk, bell: bool, how: str, said: list[str] | None) -> None:
    terminal = _Terminal()

    async def script(screen: Screen) -> None:
        screen.app.news = terminal.news(screen.app, bell=bell, how=how)
        screen.app.store_changed()
        await screen.settled()
        _wrote(demo, 1, "hello")
        screen.app.store_changed()
        await screen.settled()
        assert terminal.sent == said if said is not None else terminal.sent[0].startswith("\x1b]9;Eve")

    on_screen(demo, script)


def test_the_screen_sends_it_to_its_terminal(demo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    settings = replace(demo.settings, screen=replace(demo.settings.screen, notify="osc9"))
    monkeypatch.setattr(demo, "settings", settings)

    async def script(screen: Screen) -> None:
        driver, news = screen.app._driver, screen.app.news
        assert driver is not None
        await screen.until(lambda: news._upto is not None)
        await screen.settled()
        monkeypatch.setattr(driver, "write", sent.append)
        _wrote(demo, 1, "hello", "Eve")
        await screen.until(lambda: bool(sent))
        assert sent == ["\a\x1b]9;Eve: hello\x1b\\"]

    on_screen(demo, script)
