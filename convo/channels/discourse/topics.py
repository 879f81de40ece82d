"""What is known of topics and categories, asked for once each: who takes part, who began, which of them are ours."""

from collections import OrderedDict
from dataclasses import dataclass

from convo.channels.discourse.api import Api, Gone
from convo.channels.discourse.reading import Site, Written
from convo.model.envelope import Handle
from convo.text.json_fields import Fields, loosely

_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: the customer who began it (None: one of us), its first post's id, and whether our user takes part."""

    creator: Handle | None = None
    first: int | None = None
    ours: bool = False


class Topics:
    """The topics that were met lately; `wanted` are the slugs or ids of the categories that are ours."""

    def __init__(self, api: Api, site: Site, wanted: tuple[str, ...]) -> None:
        self._api = api
        self._site = site
        self._wanted = frozenset(each.strip().removeprefix("#").casefold() for each in wanted)
        self._categories: dict[int, Fields] = {}
        self._known: OrderedDict[int, Topic] = OrderedDict()

    async def is_ours(self, post: Written) -> bool:
        """Whether customers write to us where a post stands; raises ChannelDown, ChannelRefused."""
        if post.private:
            return (await self.about(post.topic)).ours
        if not self._wanted:
            return True
        if post.category is not None and post.category not in self._categories:
            await self._learn_categories()
        return self._is_wanted(post.category)

    async def about(self, topic: int) -> Topic:
        """What is known of a topic; raises ChannelDown, ChannelRefused."""
        known = self._known.get(topic)
        if known is None:
            try:
                known = self._read(await self._api.ask(f"t/{topic}.json"))
            except Gone:
                known = Topic()
            self._known[topic] = known
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    async def missing(self) -> tuple[str, ...]:
        """Those of the wanted categories that are not there; raises ChannelDown, ChannelRefused."""
        await self._learn_categories()
        there = {name for number in self._categories for name in self._names(number)}
        return tuple(sorted(self._wanted - there))

    def _read(self, told: Fields) -> Topic:
        details = told.get("details")
        by = details.get("created_by") if isinstance(details, dict) else None
        username = loosely(by, "username")
        number = by.get("id") if isinstance(by, dict) else None
        creator = None
        if (
            isinstance(number, int)
            and number > 0
            and username.casefold() not in {self._site.user.casefold(), *self._site.own}
        ):
            creator = self._site.handle(number, loosely(by, "name") or username)
        stream = told.get("post_stream")
        ids = stream.get("stream") if isinstance(stream, dict) else None
        first = ids[0] if isinstance(ids, list) and ids and isinstance(ids[0], int) else None
        return Topic(creator, first, self._takes_part(details if isinstance(details, dict) else {}))

    def _takes_part(self, details: Fields) -> bool:
        """Whether our user may take part: an admin's key shows everybody's private messages."""
        users, groups = details.get("allowed_users"), details.get("allowed_groups")
        names = [loosely(each, "username").casefold() for each in users] if isinstance(users, list) else []
        return self._site.user.casefold() in names or bool(groups)

    async def _learn_categories(self) -> None:
        listed = (await self._api.ask("site.json")).get("categories")
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, dict) and isinstance(each.get("id"), int):
                self._categories[each["id"]] = each

    def _is_wanted(self, category: int | None) -> bool:
        """Whether a category or one that it is in was named."""
        for _ in range(4):
            if category is None or category not in self._categories:
                return False
            if self._names(category) & self._wanted:
                return True
            parent = self._categories[category].get("parent_category_id")
            category = parent if isinstance(parent, int) else None
        return False

    def _names(self, category: int) -> set[str]:
        entry = self._categories[category]
        return {str(category), loosely(entry, "slug").casefold(), loosely(entry, "name").casefold()} - {""}
