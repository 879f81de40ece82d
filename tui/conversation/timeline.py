"""The timeline: messages, notes, calls and purchases in time order."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rich.text import Text

from convo.model.views import EventView, MessageView

from ..lines.items_view import ItemsView
from ..shown import shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the timeline."""

    what: MessageView | EventView


class Timeline(ItemsView[Entry]):
    """What was said and what happened, oldest first."""

    def key_of(self, item: Entry) -> Hashable:
        """Its kind and number."""
        return type(item.what).__name__, item.what.id

    def lines_of(self, item: Entry, width: int) -> Sequence[Text]:
        """Who said what."""
        text = item.what.body if isinstance(item.what, MessageView) else item.what.title
        return [*shown(text).wrap(self.app.console, width)]
