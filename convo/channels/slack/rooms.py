"""The conversations that the app is in: which there are, what they are called, and in which customers write."""

from collections import OrderedDict
from collections.abc import AsyncIterator

from convo.channels.slack.api import Api, Declined, ScopeMissing
from convo.text.json_fields import loosely

_TYPES = ("im", "public_channel", "private_channel", "mpim")
_REMEMBERED = 5_000


class Rooms:
    """Channels and direct messages; `wanted` are the names or ids of the channels that are ours, all without any."""

    def __init__(self, api: Api, wanted: tuple[str, ...]) -> None:
        self._api = api
        self._wanted = frozenset(each.strip().removeprefix("#").casefold() for each in wanted)
        self._names: OrderedDict[str, str] = OrderedDict()

    @property
    def names(self) -> dict[str, str]:
        """The names of the channels that were met, by id."""
        return {room: name for room, name in self._names.items() if name}

    async def all(self) -> AsyncIterator[str]:
        """The ids of those in which customers write; raises ChannelDown, ChannelRefused when no kind may be listed."""
        refused: list[ScopeMissing] = []
        for kind in _TYPES:
            try:
                async for page in self._api.pages("users.conversations", "channels", types=kind, exclude_archived=True):
                    for each in page:
                        room = loosely(each, "id")
                        self._remember(room, loosely(each, "name"))
                        if room and self._is_wanted(room):
                            yield room
            except ScopeMissing as error:
                refused.append(error)
        if len(refused) == len(_TYPES):
            raise refused[0]

    async def is_ours(self, room: str) -> bool:
        """Whether customers write in a conversation; raises ChannelDown, ChannelRefused."""
        if room.startswith("D") or not self._wanted or room.casefold() in self._wanted:
            return True
        if room not in self._names:
            try:
                told = (await self._api.ask("conversations.info", channel=room)).get("channel")
            except (Declined, ScopeMissing):
                told = {}
            self._remember(room, loosely(told, "name"))
        return self._is_wanted(room)

    def missing(self) -> tuple[str, ...]:
        """Those of the wanted that were not among `all`."""
        met = {each.casefold() for pair in self._names.items() for each in pair}
        return tuple(sorted(self._wanted - met))

    def _is_wanted(self, room: str) -> bool:
        if room.startswith("D") or not self._wanted:
            return True
        return bool({room.casefold(), self._names.get(room, "").casefold()} & self._wanted)

    def _remember(self, room: str, name: str) -> None:
        self._names[room] = name
        while len(self._names) > _REMEMBERED:
            self._names.popitem(last=False)
