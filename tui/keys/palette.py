"""Every action that can run where one is, by its name; also the inbox's views, and the themes. What is chosen runs."""

from collections.abc import Callable, Sequence
from typing import Any

from textual.screen import Screen

from convo.model.inbox_views import InboxView

from ..dialogs.choice import Choice, Option
from ..inbox.views_bar import count_of
from ..theme import NAMES
from .active import Active, active
from .names import key_shown

_NOT_NAMED = frozenset({"list", "dialog", "tags", "confirm", "merge", "reading"})
_LAST = frozenset({"next_pane", "previous_pane", "back", "jump", "help"})
"""What one does by its key or not at all stands at the end."""
_ACTION, _THEME, _VIEW = "action:", "theme:", "view:"


class Palette(Choice):
    """Answers what to run; `run_chosen` runs it. `show_view` goes to one of the `views`, as they are known already."""

    def __init__(
        self, screen: Screen[Any], views: Sequence[InboxView], show_view: Callable[[InboxView], object]
    ) -> None:
        named = [one for one in active(screen, by_keys=False) if one.key.where not in _NOT_NAMED]
        named.sort(key=lambda one: one.key.name in _LAST)
        self._actions = {one.key.id: one for one in named if one.key.name not in {"insert", "palette"}}
        self._views, self._show_view = tuple(views), show_view
        to_views = [Option(f"{_VIEW}{n}", f"go to view: {one.title}", count_of(one)) for n, one in enumerate(views)]
        themes = [Option(_THEME + name, f"theme: {name}", "until you leave") for name in NAMES]
        options = [*map(_option, self._actions.values()), *to_views, *themes]
        super().__init__("Actions", options, placeholder="what to do")

    async def run_chosen(self, value: str) -> None:
        """Run what was chosen, where it runs; the window is closed by then."""
        kind, _, name = value.partition(":")
        if f"{kind}:" == _THEME:
            self.app.theme = NAMES[name]
        elif f"{kind}:" == _VIEW:
            self._show_view(self._views[int(name)])
        elif name in self._actions:
            one = self._actions[name]
            await self.app.run_action(one.binding.action, one.node)


def _option(one: Active) -> Option:
    keys: Sequence[str] = [key_shown(name) for name in one.keys]
    return Option(_ACTION + one.key.id, one.key.title, " ".join(keys))
