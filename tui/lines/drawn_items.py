"""A scroll view that draws items of one or more lines each: only what is seen is drawn, however many there are."""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import accumulate
from typing import ClassVar, Generic, TypeVar

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

T = TypeVar("T")

_CACHED = 2_000


class DrawnItems(ScrollView, Generic[T]):
    """Items, each as high as its lines, and the one under the cursor; a subclass says what a key is and how to draw.

    Lines are kept once drawn, for as long as their item's key and the width stay the same or until `redraw`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"items--cursor", "items--cursor-elsewhere"}
    DEFAULT_CSS = """
    DrawnItems { scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    DrawnItems > .items--cursor { background: $primary-muted; }
    DrawnItems > .items--cursor-elsewhere { background: $surface-lighten-1; }
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """How large the whole list is, which moves nothing else unless the list is as high as it is long."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.items: list[T] = []
        self.cursor = 0
        self._ends: list[int] = []
        self._strips: LRUCache[tuple[Hashable, int], list[Strip]] = LRUCache(_CACHED)
        self._base = Style.null()

    # -- what a subclass says

    def key_of(self, item: T) -> Hashable:
        """What stays the same while an item changes."""
        raise NotImplementedError

    def lines_of(self, item: T, width: int) -> Sequence[Text]:
        """An item as lines of at most `width` columns."""
        raise NotImplementedError

    def height_of(self, item: T, width: int) -> int:
        """How many lines an item takes; override it where that is known without drawing."""
        return len(self._drawn(item, width))

    # -- where items are

    def place_of(self, key: Hashable) -> int | None:
        """Where the item of a key stands."""
        return next((place for place, item in enumerate(self.items) if self.key_of(item) == key), None)

    def place_at(self, y: int) -> int | None:
        """The place of the item at a line of the screen, counted from the top of this list."""
        line = y - self.gutter.top + round(self.scroll_offset.y)
        return bisect_right(self._ends, line) if 0 <= line < (self._ends[-1] if self._ends else 0) else None

    @property
    def _width(self) -> int:
        return max(1, self.scrollable_content_region.width)

    def _measure(self) -> None:
        width = self._width
        self._ends = list(accumulate(self.height_of(item, width) for item in self.items))
        size = Size(width, self._ends[-1] if self._ends else 0)
        if size != self.virtual_size:
            self.virtual_size = size
            if self.styles.is_auto_height:
                self.refresh(layout=True)
            else:
                self._scroll_update(size)

    def _start(self, place: int) -> int:
        return self._ends[place - 1] if place else 0

    # -- drawing

    def redraw(self, key: Hashable | None = None) -> None:
        """Draw an item anew, or all of them."""
        if key is None:
            self._strips.clear()
        else:
            self._strips.discard((key, self._width))
        self._measure()
        self.refresh()

    def _drawn(self, item: T, width: int) -> list[Strip]:
        key = (self.key_of(item), width)
        found = self._strips.get(key)
        if found is None:
            console = self.app.console
            found = [_strip(line, console) for line in self.lines_of(item, width)]
            self._strips[key] = found
        return found

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of one frame, whose styles are looked up once."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        line = y + round(self.scroll_offset.y)
        width = self._width
        base = self._base
        if not self._ends or line >= self._ends[-1]:
            return Strip.blank(width, base)
        place = bisect_right(self._ends, line)
        strips = self._drawn(self.items[place], width)
        row = line - self._start(place)
        strip = strips[row] if row < len(strips) else Strip([Segment("")])
        style = base
        if place == self.cursor:
            style = self.get_component_rich_style("items--cursor" if self.has_focus else "items--cursor-elsewhere")
        return (
            strip.crop(0, width)
            .extend_cell_length(width, style)
            .apply_style(base + Style.from_color(None, style.bgcolor))
        )


def _strip(text: Text, console: Console) -> Strip:
    """A line as Textual draws it; Rich leaves a text's own style out where no part of it has another."""
    style = console.get_style(text.style) if isinstance(text.style, str) else text.style
    return Strip(list(Segment.apply_style(text.render(console), style)), text.cell_len)
