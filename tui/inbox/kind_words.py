"""What an empty inbox says: something kind, and where there is still something to do."""

from collections.abc import Sequence

from convo.model.inbox_views import InboxView

from .views_bar import count_of

_WORDS = {
    "mine": "Nothing waits for you.",
    "unassigned": "Everything is in somebody's hands.",
    "all": "All is answered. New mail comes in by itself.",
    "snoozed": "Nothing is asleep.",
    "breaching": "Every promise is being kept.",
}
_WAYS_ON = "Escape shows everything again, [ and ] another view; is:resolved shows what is closed, F3 searches all."
_ELSEWHERE = ("mine", "unassigned", "all")


def kind_words(views: Sequence[InboxView], current: InboxView | None, query: str) -> str:
    """What to say where `current`, filtered by `query` (empty: not), holds nothing."""
    if query:
        return f"Nothing here matches.\n\n{_WAYS_ON}"
    said = _WORDS.get(current.name) if current is not None and not current.saved else None
    if said is None:
        name = current.title if current is not None else ""
        said = f"Nothing is open in {name}." if current is not None and not current.saved else f"Nothing is in {name}."
    other = next((view for view in views if view.name in _ELSEWHERE and view.count and view != current), None)
    if other is None:
        return said
    return f"{said}\n\nThere {'is' if other.count == 1 else 'are'} {count_of(other)} in {other.title}: press v."
