"""The app: it holds the desk, its screens and the themes, and composes no more than that."""

import os
from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding
from textual.screen import ModalScreen, Screen
from textual.timer import Timer

from convo.desk.desk import Desk
from convo.model.inbox_views import InboxView

from .asking import Asker, Asks, StoreFound, StoreLost
from .collecting import collect_from_now
from .keymap import bindings
from .keys.chosen import keymap_of
from .keys.in_turn import KeysInTurn
from .keys.names import key_shown
from .live import Live, StoreChanged
from .screens.desk import DeskScreen
from .status.banner import Banner
from .status.news import News
from .terminal import Terminal
from .theme import THEMES, theme_for

_SETTLED = 1.0
"""Seconds until the store is watched: what is first shown comes before what is shown again."""

_CALM = 0.15
"""Seconds in which many changes are one."""


def _search() -> Screen[Any]:
    from .screens.search import SearchScreen

    return SearchScreen()


def _channels() -> Screen[Any]:
    from .screens.channels import ChannelsScreen

    return ChannelsScreen()


def _rules() -> Screen[Any]:
    from .screens.rules import RulesScreen

    return RulesScreen()


def _dashboard() -> Screen[Any]:
    from .screens.dashboard import DashboardScreen

    return DashboardScreen()


class ConvoApp(Asks, KeysInTurn):
    """The desk on screen. `desk` stays the caller's, who closes it after `run` has returned.

    `background` is the terminal's (red, green, blue from 0 to 1), where it is known. Raises BadInput for keys
    in the settings that cannot be.
    """

    TITLE = "convo"
    BINDINGS = bindings("app")
    ENABLE_COMMAND_PALETTE = True
    SCREENS: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {
        "desk": DeskScreen,
        "search": _search,
        "rules": _rules,
        "channels": _channels,
        "dashboard": _dashboard,
    }

    def __init__(self, desk: Desk, *, background: tuple[float, float, float] | None = None) -> None:
        super().__init__(driver_class=Terminal)
        self.asker = Asker(desk)
        self.live = Live(self, desk)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_for(desk.settings.screen.theme, os.environ, background)
        self.chosen_keys = keymap_of(desk.settings.keys)
        self.set_keymap(self.chosen_keys)
        self._looking: Timer | None = None
        screen = desk.settings.screen
        self.news = News(self, self.send_to_terminal, self.set_timer, bell=screen.bell, how=screen.notify)

    def on_mount(self) -> None:
        """Show the desk, and watch the store."""
        self.push_screen("desk")
        self.set_timer(_SETTLED, self._settled)

    def _settled(self) -> None:
        collect_from_now()
        self.live.start()

    def on_unmount(self) -> None:
        """Stop watching, and let the last writes end."""
        self.live.stop()
        self.asker.close()

    def on_store_changed(self, event: StoreChanged) -> None:
        """Look again, once for many changes in quick succession."""
        self._look_again()

    def store_changed(self) -> None:
        """Somebody changed the store: the screens that are open look again."""
        for screen in self.screen_stack:
            look = getattr(screen, "refresh_from_store", None)
            if look is not None and screen.children:  # a screen that is just being left has no parts any more
                look()
        self.news.look()

    def send_to_terminal(self, sequence: str) -> None:
        """Send what is no text to the terminal itself: a bell, a notification."""
        if self._driver is not None and sequence:
            self._driver.write(sequence)

    def _look_again(self) -> None:
        if self._looking is None:
            self._looking = self.set_timer(_CALM, self._looked)

    def _looked(self) -> None:
        self._looking = None
        self.store_changed()

    def on_store_lost(self, event: StoreLost) -> None:
        """Say so, and go on trying."""
        for banner in self._banners():
            banner.say(event.error)
        self.live.lost()

    def on_store_found(self, event: StoreFound) -> None:
        """All is well again: look at everything anew."""
        for banner in self._banners():
            banner.clear()
        self.store_changed()

    def action_go(self, name: str) -> None:
        """Show one of the screens; from any of them Escape leads back to the desk."""
        if isinstance(self.screen, ModalScreen):
            return  # first comes what the window asks
        while not isinstance(self.screen, DeskScreen):
            self.pop_screen()
        if name != "desk":
            self.push_screen(name)

    def action_help(self) -> None:
        """Show the keys of where one is."""
        from .keys.help import help_for

        self.push_screen(help_for(self.screen))

    def action_command_palette(self) -> None:
        """Show every action that can run where one is, and every view of the inbox."""
        from .keys.palette import Palette

        desk = self.get_screen("desk", DeskScreen)
        views = () if isinstance(self.screen, ModalScreen) else desk.inbox.views
        palette = Palette(self.screen, views, self._show_view)

        def chosen(value: str | None) -> None:
            if value is not None:
                self.call_later(palette.run_chosen, value)

        self.push_screen(palette, chosen)

    def _show_view(self, view: InboxView) -> None:
        self.action_go("desk")
        self.get_screen("desk", DeskScreen).show_view(view)

    def get_key_display(self, binding: Binding) -> str:
        """A key as the line of keys shows it."""
        return key_shown(binding.key)

    def _banners(self) -> list[Banner]:
        return [banner for screen in self.screen_stack for banner in screen.query(Banner)]
