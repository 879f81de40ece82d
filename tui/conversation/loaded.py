"""What of a conversation has been loaded, and how pages of it come together without losing one's place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from convo.model.views import ConversationView, CustomerView, MessageView, ThreadRow

from .items import Entry

PAGE = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """Some of a customer's entries without holes, oldest first.

    `next` is the cursor of what is older, `ahead` says that there may be newer ones.
    """

    customer: CustomerView | None = None
    entries: tuple[Entry, ...] = ()
    threads: Mapping[int, ThreadRow] = field(default_factory=dict)
    next: str | None = None
    ahead: bool = False

    @property
    def newest(self) -> int | None:
        """The number of the newest message."""
        return next((each.id for each in reversed(self.entries) if isinstance(each, MessageView)), None)

    def holds(self, message: int) -> bool:
        """Whether a message is among the entries."""
        return any(isinstance(each, MessageView) and each.id == message for each in self.entries)


def first(view: ConversationView, *, ahead: bool = False) -> Loaded:
    """What a first page comes to."""
    return Loaded(view.customer, view.entries, {row.id: row for row in view.threads}, view.next, ahead)


def with_older(held: Loaded, view: ConversationView) -> Loaded:
    """With the page before what is held."""
    known = {key_of(each) for each in held.entries}
    older = tuple(each for each in view.entries if key_of(each) not in known)
    return replace(held, entries=older + held.entries, next=view.next)


def renewed(held: Loaded, view: ConversationView, *, ahead: bool = False) -> Loaded:
    """With a page read anew, the newest one or (`ahead`) one that others may follow; what did not change stays itself.

    What is held and does not touch the page is let go: something is missing between them.
    """
    page = {key_of(each) for each in view.entries}
    places = [place for place, each in enumerate(held.entries) if key_of(each) in page]
    same_person = held.customer is not None and held.customer.id == view.customer.id
    if not places or not same_person:
        return first(view, ahead=ahead)
    known = {key_of(each): each for each in held.entries}
    fresh = tuple(_kept(known.get(key_of(each)), each) for each in view.entries)
    older = held.entries[: places[0]]
    newer = held.entries[places[-1] + 1 :] if ahead else ()
    return Loaded(
        view.customer,
        older + fresh + newer,
        {row.id: row for row in view.threads},
        held.next if older else view.next,
        ahead,
    )


def arrived(before: Loaded, now: Loaded) -> tuple[MessageView, ...]:
    """The messages that came at the end since."""
    known = {key_of(each) for each in before.entries}
    came: list[MessageView] = []
    for each in reversed(now.entries):
        if key_of(each) in known:
            break
        if isinstance(each, MessageView):
            came.append(each)
    return tuple(reversed(came))


def newest_of(entries: Sequence[Entry], thread: int | None) -> int | None:
    """The highest number of a thread's messages; None without one."""
    return max(
        (each.id for each in entries if isinstance(each, MessageView) and each.thread_id == thread), default=None
    )


def key_of(entry: Entry) -> tuple[bool, int]:
    """What stays the same while an entry changes."""
    return isinstance(entry, MessageView), entry.id


def _kept(old: Entry | None, new: Entry) -> Entry:
    return old if old is not None and old == new else new
