"""How the screen asks the desk: calls run in threads, and only messages come back."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from textual.message import Message
from textual.message_pump import MessagePump

from convo.desk.desk import Desk
from convo.errors import Busy, ConvoError, StoreError

T = TypeVar("T")

_READERS = 3
_HURRIED, _USUAL = 0.0005, sys.getswitchinterval()
"""How many seconds a thread that has an answer of the store waits until the one that draws lets it go on. A question is
many small ones, so that what somebody waits for takes a third less when it is hurried; typing would wait for the rest.
"""


class Answer(Message):
    """What a call came to: `tell` shows it, in the loop of the screen; a write has no number, as none overtakes it."""

    def __init__(self, topic: str, number: int | None, tell: Callable[[], None]) -> None:
        super().__init__()
        self.topic = topic
        self.number = number
        self.tell = tell


class StoreLost(Message):
    """The store cannot be reached; `error` says why."""

    def __init__(self, error: ConvoError) -> None:
        super().__init__()
        self.error = error


class StoreFound(Message):
    """The store can be reached again."""


class Asker:
    """Runs calls on the desk in threads of its own: several reads at once, writes one after another.

    A widget asks with `ask`; the answer is a message to that widget, whose `tell` runs in the screen's own loop. Of
    reads on one `topic` only the newest one's answer is told, and only one is under way: however slow that is, the
    others' threads stay free, and of those that come meanwhile only the newest one is asked.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._waited: WeakKeyDictionary[MessagePump, int] = WeakKeyDictionary()
        self._readers = ThreadPoolExecutor(_READERS, "convo-read")
        self._writer = ThreadPoolExecutor(1, "convo-write")
        self._numbers = count(1)
        self._newest: WeakKeyDictionary[MessagePump, dict[str, int]] = WeakKeyDictionary()
        self._under_way: WeakKeyDictionary[MessagePump, dict[str, Callable[[], None] | None]] = WeakKeyDictionary()
        self._closed = False

    @property
    def pending(self) -> int:
        """How many answers have not been told yet to parts of the screen that are still there."""
        return sum(count for asking, count in list(self._waited.items()) if asking.is_attached)

    def _waits(self, asking: MessagePump, more: int) -> None:
        self._waited[asking] = self._waited.get(asking, 0) + more

    def ask(
        self,
        asking: MessagePump,
        topic: str,
        call: Callable[[Desk], T],
        then: Callable[[T], None],
        refused: Callable[[ConvoError], None] | None = None,
        *,
        writes: bool = False,
        hurry: bool = False,
    ) -> None:
        """Run `call` in a thread and tell its result to `then`, or its refusal to `refused` (by default a toast).

        What is to `hurry` goes before drawing: somebody sees nothing else until it is there.
        """
        if self._closed:
            return
        number = None if writes else next(self._numbers)
        context = copy_context()
        pool = self._writer if writes else self._readers
        self._waits(asking, 1)

        def submit() -> None:
            pool.submit(context.run, self._run, asking, topic, number, _hurried(call) if hurry else call, then, refused)

        if number is None:
            submit()
            return
        self._newest.setdefault(asking, {})[topic] = number
        under_way = self._under_way.setdefault(asking, {})
        if topic not in under_way:
            under_way[topic] = None
            submit()
            return
        if under_way[topic] is not None:
            self._waits(asking, -1)  # the one that is never asked
        under_way[topic] = submit

    def told(self, asking: MessagePump, answer: Answer) -> None:
        """Tell an answer, unless a newer question on its topic overtook it; in the screen's loop."""
        self._waits(asking, -1)
        if answer.number is not None:
            self._ask_next(asking, answer.topic)
        if not self._overtaken(asking, answer.topic, answer.number):
            answer.tell()

    def _ask_next(self, asking: MessagePump, topic: str) -> None:
        """Ask what waited for the answer on its topic that has just come."""
        waiting = self._under_way[asking].pop(topic)
        if waiting is not None and not self._closed:
            self._under_way[asking][topic] = None
            waiting()

    def close(self) -> None:
        """Take no more calls; wait for the writes that are under way, so that nothing is lost."""
        self._closed = True
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _overtaken(self, asking: MessagePump, topic: str, number: int | None) -> bool:
        return number is not None and self._newest[asking][topic] != number

    def _run(
        self,
        asking: MessagePump,
        topic: str,
        number: int | None,
        call: Callable[[Desk], T],
        then: Callable[[T], None],
        refused: Callable[[ConvoError], None] | None,
    ) -> None:
        def tell() -> None:
            then(result)

        if self._overtaken(asking, topic, number):
            asking.post_message(Answer(topic, number, _nothing))  # nobody waits for it any more
            return
        try:
            result = call(self.desk)
        except ConvoError as caught:
            error = caught
            if out_of_reach(error):
                asking.app.post_message(StoreLost(error))

            def tell() -> None:
                if refused is not None:
                    refused(error)
                elif not out_of_reach(error):
                    complain(asking, error)

        except Exception as caught:
            fault = caught

            def tell() -> None:
                raise fault

        if not asking.post_message(Answer(topic, number, tell)):
            self._waits(asking, -1)


def _nothing() -> None:
    return None


def _hurried(call: Callable[[Desk], T]) -> Callable[[Desk], T]:
    """The call, before which drawing steps back."""

    def run(desk: Desk) -> T:
        sys.setswitchinterval(_HURRIED)
        try:
            return call(desk)
        finally:
            sys.setswitchinterval(_USUAL)

    return run


def out_of_reach(error: ConvoError) -> bool:
    """Whether a call was refused since the store is lost, which the banner says already."""
    return isinstance(error, Busy | StoreError)


def complain(asking: MessagePump, error: ConvoError) -> None:
    """Say in a toast what was refused and what to do."""
    from .shown import label

    said = error.message + (f"\n{error.hint}" if error.hint else "")
    asking.app.notify(str(label(said)), severity="warning", markup=False)


class Asks:
    """What a widget or screen that asks the desk is, too."""

    def ask(
        self,
        topic: str,
        call: Callable[[Desk], T],
        then: Callable[[T], None],
        refused: Callable[[ConvoError], None] | None = None,
        *,
        writes: bool = False,
        hurry: bool = False,
    ) -> None:
        """Run a call on the desk in a thread; `then` gets its result in the screen's loop. See `Asker.ask`."""
        asker_of(self).ask(self, topic, call, then, refused, writes=writes, hurry=hurry)  # type: ignore[arg-type]

    def on_answer(self, answer: Answer) -> None:
        """Tell what a call came to."""
        answer.stop()
        asker_of(self).told(self, answer)  # type: ignore[arg-type]


def zone_of(asking: Any) -> ZoneInfo:
    """The time zone in which times are shown."""
    return ZoneInfo(asker_of(asking).desk.settings.time_zone)


def asker_of(asking: Any) -> Asker:
    """The asker of the app that a widget is in."""
    asker: Asker = asking.app.asker
    return asker
