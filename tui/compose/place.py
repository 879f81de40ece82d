"""What one has to know about a thread to write there, asked in one go."""

from dataclasses import dataclass

from convo.desk.desk import Desk
from convo.model.views import ThreadRow
from convo.model.writing_views import KeptDraft, PresenceView, Way

from .spare import SpareDraft, SpareDrafts


@dataclass(frozen=True, slots=True)
class Place:
    """A thread as somebody sees it who writes there; `spare` are drafts that only a private file holds."""

    thread: ThreadRow
    ways: tuple[Way, ...]
    kept: tuple[KeptDraft, ...]
    others: tuple[PresenceView, ...]
    spare: tuple[SpareDraft, ...]

    def way(self, channel: str) -> Way | None:
        """The way by a channel, or the one that an answer takes when none is named."""
        named = next((way for way in self.ways if way.channel == channel), None)
        return named or next((way for way in self.ways if way.chosen), None)


def place_of(desk: Desk, spare: SpareDrafts, thread: int, session: str) -> Place:
    """Look at a thread; `session` is the screen that asks. Raises NotFound."""
    return Place(
        desk.threads.show(thread, messages=1).row,
        desk.threads.ways(thread),
        desk.drafts.kept(thread),
        desk.presence.others(thread, session),
        spare.held(thread),
    )
