"""Makes items of Discourse's posts: whose conversation each belongs to, its words, and its files."""

from collections import OrderedDict

from convo.channels.broken import unreadable
from convo.channels.discourse.api import Api
from convo.channels.discourse.reading import Site, Written, sort_out
from convo.channels.discourse.topics import Topics
from convo.channels.patience import Patience
from convo.channels.trouble import ChannelDown
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped
from convo.model.words import Direction
from convo.text.file_names import base_name, media_type_of
from convo.text.json_fields import Fields, Unfit

MOST_BYTES = 25_000_000
_MOST_IN_ALL = 50_000_000
_REMEMBERED = 2_000


class Arriving:
    """What is written on one site, made into envelopes; `numbers` has those of posts within their topics."""

    def __init__(self, api: Api, site: Site, topics: Topics) -> None:
        self.numbers: OrderedDict[str, int] = OrderedDict()
        self._api = api
        self._site = site
        self._topics = topics
        self._patience = Patience()

    async def item(self, post: Fields, *, private: bool, edited: bool = False) -> Item:
        """What a post says, or its edit; raises ChannelDown, ChannelRefused."""
        try:
            written = sort_out(post, self._site, private=private, edited=edited)
        except Unfit as problem:
            return unreadable(problem, post)
        return written if isinstance(written, Skipped) else await self._written(written, edited)

    async def _written(self, post: Written, edited: bool) -> Item:
        if not await self._topics.is_ours(post):
            what = "a private message to others" if post.private else "written in a category that is not this desk's"
            return Skipped(what)
        customer = await self._customer(post)
        if customer is None:
            return Skipped("we wrote it with Discourse itself, and whom it was for cannot be told")
        key = f"post/{post.id}"
        self.numbers[key] = post.number
        while len(self.numbers) > _REMEMBERED:
            self.numbers.popitem(last=False)
        return Envelope(
            direction=Direction.OUTBOUND if post.ours else Direction.INBOUND,
            customer=(customer,),
            sent_at=post.at,
            text=f"(edited) {post.text}" if edited else post.text,
            subject=post.title,
            author=post.name,
            external_id=f"{key}/edit/{post.version}" if edited else key,
            thread_key=post.thread_key,
            references=(key,) if edited else await self._references(post),
            parts=() if edited else await self._parts(post),
            automatic=post.automatic,
            place=f"topic {post.topic}, post {post.number}",
        )

    async def _customer(self, post: Written) -> Handle | None:
        """Whose conversation it belongs to; what one of us wrote, to that of whoever began the topic."""
        if not post.ours:
            return self._site.handle(post.user_id, post.name)
        creator = (await self._topics.about(post.topic)).creator
        return None if creator == self._site.handle(post.user_id, creator.name if creator else "") else creator

    async def _references(self, post: Written) -> tuple[str, ...]:
        """The first post of a private message, by which an answer finds the one that we began."""
        if not post.private or post.number == 1:
            return ()
        first = (await self._topics.about(post.topic)).first
        return () if first is None or first == post.id else (f"post/{first}",)

    async def _parts(self, post: Written) -> tuple[Part, ...]:
        parts, left = list[Part](), _MOST_IN_ALL
        for upload in post.uploads:
            data = await self._data(upload.short, min(MOST_BYTES, left))
            left -= len(data or b"")
            name = base_name(upload.name) or upload.short
            ending = upload.short.rpartition(".")[2]
            parts.append(Part(name if "." in name else f"{name}.{ending}", media_type_of(upload.short), data))
        return tuple(parts)

    async def _data(self, short: str, most: int) -> bytes | None:
        try:
            return await self._api.file(short, most)
        except ChannelDown:
            if self._patience.ends(short):  # it holds its post no longer
                return None
            raise
