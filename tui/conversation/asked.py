"""What the conversation asks of the desk, each a single call that runs in a thread."""

from dataclasses import dataclass

from convo.desk.desk import Desk
from convo.model.views import ThreadView
from convo.model.writing_views import LeavingView

from .loaded import PAGE, Loaded, first, renewed, with_older


@dataclass(frozen=True, slots=True)
class Asked:
    """A thread in its customer's conversation: the newest word of it, what is loaded, what waits to leave.

    `unread` is the first message that nobody has read, when that was asked for.
    """

    thread: ThreadView
    loaded: Loaded
    leaving: tuple[LeavingView, ...]
    unread: int | None = None


def opened(desk: Desk, thread: int, customer: int) -> Asked:
    """A thread at its first unread message, or else where its newest one stands."""
    shown = desk.threads.show(thread, messages=1)
    unread = desk.conversations.first_unread(thread)
    loaded = first(desk.conversations.show(customer, limit=PAGE))
    target = unread if unread is not None else shown.messages[-1].id if shown.messages else None
    if target is not None and not loaded.holds(target) and loaded.next is not None:
        loaded = first(desk.conversations.show(customer, around=target, limit=PAGE), ahead=True)
    return Asked(shown, loaded, desk.deliveries.leaving(thread), unread)


def looked_again(desk: Desk, thread: int, customer: int, held: Loaded) -> Asked:
    """The same as it is now, around what is held."""
    shown = desk.threads.show(thread, messages=1)
    around = held.newest if held.ahead else None
    view = desk.conversations.show(customer, around=around, limit=PAGE)
    return Asked(shown, renewed(held, view, ahead=held.ahead), desk.deliveries.leaving(thread))


def older(desk: Desk, customer: int, held: Loaded) -> Loaded:
    """With the page before what is held."""
    return with_older(held, desk.conversations.show(customer, after=held.next, limit=PAGE))


def newer(desk: Desk, customer: int, held: Loaded) -> Loaded:
    """With what comes after what is held; at its end nothing is ahead any more."""
    view = desk.conversations.show(customer, around=held.newest, limit=2 * PAGE)
    grown = renewed(held, view, ahead=True)
    if len(grown.entries) > len(held.entries):
        return grown
    return renewed(held, desk.conversations.show(customer, limit=PAGE))


def newest(desk: Desk, customer: int) -> Loaded:
    """The end of a conversation."""
    return first(desk.conversations.show(customer, limit=PAGE))
