"""Tags threads: those that they have are taken off, others put on, several at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input

from convo.desk.thread_tags import tag_name
from convo.model.actions import Tag

from ..dialogs.choice import Choice, Option, Options
from ..keymap import bindings
from .doing import Doing

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LOOKED_AT = 50
_OFF, _SOME, _ON = " ", "-", "✓"


class TagActions(Doing):
    """Tag."""

    def action_tag(self) -> None:
        """Choose tags to put on and to take off."""
        threads = self.targets()
        if threads:
            window = TagChoice(lambda action: self.work(action, threads, _said(action)))
            self.choose(window, lambda _: None, lambda desk: tags_for(desk, threads))


class TagChoice(Choice):
    """Asks for tags: Tab turns one on or off and goes on asking; Enter ends, with what is typed turned, too."""

    READ_FIRST: ClassVar[bool] = False
    BINDINGS = bindings("tags")

    def __init__(self, chosen: Callable[[Tag], None]) -> None:
        super().__init__("Tag", None, read=self._typed_tag, placeholder="a tag; Tab for several", nothing="type a tag")
        self._chosen = chosen
        self._known: dict[str, str] = {}
        self._wanted: dict[str, bool] = {}

    def fill(self, options: Sequence[Option]) -> None:
        """The tags have come, each marked with whether the threads have it."""
        self._known |= {option.value: option.mark for option in options}
        self._show()

    def action_turn(self) -> None:
        """Turn the tag under the cursor on or off, and go on."""
        option = self.query_one(Options).current
        if option is not None:
            self._turn(option.value)
            self.query_one(Input).value = ""
            self._show()

    def enter(self) -> None:
        """Do what was turned; what is typed, or the tag under the cursor where nothing was turned, is turned first."""
        option = self.query_one(Options).current
        if option is not None and (self.query_one(Input).value.strip() or not self._wanted):
            self._turn(option.value)
        add = tuple(sorted(tag for tag, on in self._wanted.items() if on))
        remove = tuple(sorted(tag for tag, on in self._wanted.items() if not on))
        if option is not None or self._wanted:
            self.dismiss(None)
        if add or remove:
            self._chosen(Tag(add, remove))

    def _turn(self, tag: str) -> None:
        had = self._known.setdefault(tag, _OFF)
        wanted = not self._wanted.get(tag, had == _ON)
        self._wanted[tag] = wanted
        if had == (_ON if wanted else _OFF):
            del self._wanted[tag]

    def _show(self) -> None:
        super().fill([self._option(tag) for tag in self._known])

    def _option(self, tag: str) -> Option:
        wanted, had = self._wanted.get(tag), self._known.get(tag, _OFF)
        if wanted is None:
            return Option(tag, tag, {_ON: "on", _SOME: "on some", _OFF: ""}[had], had)
        return Option(tag, tag, "to put on" if wanted else "to take off", _ON if wanted else _OFF)

    def _typed_tag(self, typed: str) -> Option:
        return self._option(tag_name(typed))


def tags_for(desk: "Desk", threads: Sequence[int]) -> tuple[Option, ...]:
    """The tags of these threads, those first that all have, then others in use."""
    looked = threads[:_LOOKED_AT]
    counted = Counter(tag for thread in looked for tag in desk.threads.show(thread, messages=1).tags)
    had = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    used = (one.text.removeprefix("tag:").strip('"') for one in desk.queries.complete("tag:", 4).items)
    return (
        *(Option(tag, tag, mark=_ON if count == len(looked) else _SOME) for tag, count in had),
        *(Option(tag, tag, mark=_OFF) for tag in used if tag not in counted and tag not in {"none", "*"}),
    )


def _said(action: Tag) -> str:
    put = [f"tagged {', '.join(action.add)}"] if action.add else []
    taken = [f"took {', '.join(action.remove)} off"] if action.remove else []
    return " and ".join((*put, *taken)) + ":"
