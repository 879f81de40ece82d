"""A list read page by page, as far as its reader wants to go, that knows how to go on from there."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from convo.model.views import Page

T = TypeVar("T")

_LARGEST = 1000


class Pages(Generic[T]):
    """Up to `limit` records that `fetch(cursor, size)` gives; `next` is the cursor after them, once they are read."""

    def __init__(self, fetch: "Callable[[str | None, int], Page[T]]", *, after: str | None, limit: int) -> None:
        self._fetch = fetch
        self._limit = limit
        self.next = after

    def __iter__(self) -> Iterator[T]:
        """The records, in order; one pass only."""
        left = self._limit
        while left > 0:
            page = self._fetch(self.next, min(left, _LARGEST))
            yield from page.items
            self.next = page.next
            left -= len(page.items)
            if page.next is None or not page.items:
                return
