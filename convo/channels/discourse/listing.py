"""The posts of a site's list that are new: its pages begin with the newest, what is given begins with the oldest."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

from convo.channels.discourse.api import Api
from convo.text.json_fields import Fields

_MOST = 100
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Listed:
    """New posts, oldest first, up to which id all are there, edited ones of the newest page, and their versions."""

    new: tuple[Fields, ...]
    upto: int
    more: bool
    edited: tuple[Fields, ...]
    versions: Mapping[str, int]


async def new_posts(api: Api, path: str, root: str, known: int | None, versions: Mapping[str, int]) -> Listed:
    """The first hundred posts after `known`; with None nothing is new, and all that comes will be.

    `versions` are those of posts that were on the newest page when last asked. Raises ChannelDown, ChannelRefused.
    """
    oldest: list[tuple[int, Fields]] = []  # a heap of (-id, post), the newest of them first
    seen, first = set[int](), list[Fields]()
    newest, before, more = known or 0, 0, False
    for page_number in range(_MOST_PAGES):
        told = await (api.ask(path, before=before) if before else api.ask(path))
        entries = told.get(root)
        page = [each for each in entries if isinstance(each, dict) and _id(each)] if isinstance(entries, list) else []
        if not page_number:
            first, newest = page, max(newest, *map(_id, page), 0)
        for post in page:
            if known is None or _id(post) <= known or _id(post) in seen:
                continue
            seen.add(_id(post))
            heapq.heappush(oldest, (-_id(post), post))
            if len(oldest) > _MOST:
                heapq.heappop(oldest)
                more = True
        lowest = min(map(_id, page), default=0)
        if known is None or lowest <= known or (before and lowest >= before):
            break
        before = lowest
    new = tuple(post for _, post in sorted(oldest, key=lambda each: -each[0]))
    changed = (post for post in first if 0 < versions.get(str(_id(post)), 0) < _version(post))
    return Listed(
        new,
        _id(new[-1]) if more else newest,
        more,
        tuple(post for post in changed if _id(post) <= (known or 0)),
        {str(_id(post)): _version(post) for post in first},
    )


def _id(post: Fields) -> int:
    value = post.get("id")
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _version(post: Fields) -> int:
    value = post.get("version")
    return value if isinstance(value, int) else 1
