"""Tells why a thread is where it is: the newest decision of the rules about it, and for each rule why."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from ..asking import zone_of
from ..dialogs.reading import Reading
from .doing import Doing
from .explained import decision_lines

if TYPE_CHECKING:
    from convo.desk.desk import Desk
    from convo.model.routing_views import DecisionView


class WhyActions(Doing):
    """Why it came here."""

    def action_why(self) -> None:
        """Tell what the rules decided about the thread being read, or the one under the cursor."""
        thread = self.inbox.thread_here
        if thread is None:
            self.targets()
            return
        zone = zone_of(self)
        window = Reading(f"Why #{thread} is where it is")
        self.app.push_screen(window)
        self.ask(
            "why",
            lambda desk: _decisions(desk, thread),
            lambda found: window.fill(parted(decision_lines(one, zone) for one in found)),
        )


def parted(blocks: Iterable[Iterable[Text]]) -> list[Text]:
    """The lines of all blocks, a blank one between two."""
    made: list[Text] = []
    for block in blocks:
        made += [*([Text("")] if made else []), *block]
    return made


def _decisions(desk: "Desk", thread: int) -> "tuple[DecisionView, ...]":
    return desk.routing.explain(thread)
