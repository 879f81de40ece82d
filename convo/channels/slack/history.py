"""What a conversation's history holds that is not in the store yet: messages, answers in threads, and edits."""

import heapq
from dataclasses import dataclass
from datetime import timedelta

from convo import clock
from convo.channels.slack.api import Api, Declined
from convo.channels.slack.progress import Progress
from convo.channels.slack.reading import key_of
from convo.channels.slack.stamps import earlier, order, stamp_of
from convo.text.json_fields import Fields, loosely

_MOST = 5_000
_MOST_THREADS = 2_000
_SETTLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A message of a conversation, or with `edited` that it was changed; `at` is the stamp at which that happened."""

    channel: str
    message: Fields
    at: str
    edited: bool = False

    @property
    def key(self) -> str:
        """The id under which it is known."""
        return key_of(self.channel, self.message, edited=self.edited)

    @property
    def root(self) -> str:
        """The id of the thread that it answers in, else empty."""
        thread = loosely(self.message, "thread_ts")
        return f"{self.channel}:{thread}" if thread and thread != loosely(self.message, "ts") else ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a conversation held after the stamp up to which it was known, in order, and up to where that is complete.

    With `more` there was too much for one reading, and the conversation has to be read again from there.
    """

    channel: str
    found: tuple[Found, ...]
    upto: str
    more: bool = False


async def read_chapter(api: Api, channel: str, progress: Progress, back: timedelta) -> Chapter:
    """Read a conversation from where `progress` stands; raises ChannelDown, ChannelRefused.

    Answers stand in no history but their own, so that each thread is read whose first message is not older than `back`
    before that, or in which something was said lately. An edit is found as long as the message is not older either.
    """
    known, settled = progress.upto(channel), stamp_of(clock.now(), before=_SETTLED)
    oldest, newest = earlier(known, back), known
    found = _Oldest()
    roots: dict[str, None] = {}
    read = 0
    async for page in api.pages("conversations.history", "messages", channel=channel, oldest=oldest):
        for message in page:
            if not read:
                stamps = (loosely(message, "ts"), loosely(message, "latest_reply"))
                newest = max(newest, *stamps, key=order)
            if order(loosely(message, "latest_reply")) > order(known) and len(roots) < _MOST_THREADS:
                roots[loosely(message, "ts")] = None
            _keep(found, channel, message, known)
        read += 1
    for key in progress.threads:
        of, _, root = key.partition(":")
        if of == channel and order(root) < order(oldest):
            roots[root] = None
    for root in roots:
        await _read_thread(api, channel, root, known, found)
    kept = found.in_order()
    if found.full:
        return Chapter(channel, kept, kept[-1].at, more=True)
    # What is newer than the first page may have come while the others were read, and something before it, too.
    old = [each.at for each in kept if order(each.at) <= order(settled)]
    return Chapter(channel, kept, max([newest, *old], key=order))


class _Oldest:
    """The oldest of what was found, each once and at most 5,000 of them: pages come with the newest first."""

    def __init__(self) -> None:
        self.full = False
        self._kept: list[tuple[int, str, Found]] = []
        self._keys: set[str] = set()

    def add(self, one: Found) -> None:
        """Add one, and let go of the newest when they are too many."""
        if one.key in self._keys:
            return
        self._keys.add(one.key)
        heapq.heappush(self._kept, (-order(one.at), one.key, one))
        if len(self._kept) > _MOST:
            self.full = True
            self._keys.discard(heapq.heappop(self._kept)[1])

    def in_order(self) -> tuple[Found, ...]:
        """All that are kept, the oldest first."""
        return tuple(one for _, _, one in sorted(self._kept, key=lambda each: -each[0]))


async def _read_thread(api: Api, channel: str, root: str, known: str, found: _Oldest) -> None:
    try:
        async for page in api.pages("conversations.replies", "messages", channel=channel, ts=root, oldest=known):
            for message in page:
                if loosely(message, "ts") != root:
                    _keep(found, channel, message, known)
    except Declined:
        return  # the thread is gone


def _keep(found: _Oldest, channel: str, message: Fields, known: str) -> None:
    stamp, edited = loosely(message, "ts"), loosely(message, "edited", "ts")
    if order(stamp) > order(known) or not order(stamp):
        found.add(Found(channel, message, stamp))
    elif order(edited) > order(known):
        found.add(Found(channel, message, edited, edited=True))
