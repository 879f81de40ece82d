"""Posts one message: into its topic, or as a private message to one user, and never twice.

Discourse knows no idempotency key, so that whoever posts a message again first looks whether it is there.
"""

from datetime import UTC, timedelta

from convo.channels.base import Outgoing, Receipt
from convo.channels.discourse.api import Api, Gone
from convo.channels.discourse.arriving import Arriving
from convo.channels.discourse.kind import PRIVATE
from convo.channels.discourse.reading import Site
from convo.channels.trouble import ChannelDown, SendLater, SendRefused
from convo.model.envelope import Part
from convo.text.json_fields import Fields, Unfit, local, loosely

_LONGEST_TITLE = 200
_SHORTEST_TITLE = 15
_MARGIN = timedelta(minutes=5)
_LISTS = (("posts.json", "latest_posts"), ("private-posts.json", "private_posts"))


class Sending:
    """The way out to one site."""

    def __init__(self, api: Api, site: Site, arriving: Arriving) -> None:
        self._api = api
        self._site = site
        self._numbers = arriving.numbers

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Post a message; raises SendRefused, SendLater, SendUnsure, ChannelRefused."""
        raw = outgoing.text.strip()
        if not raw and not outgoing.parts:
            raise SendRefused("Discourse takes no empty post")
        raw = "\n\n".join((*filter(None, [raw]), *[await self._upload(part) for part in outgoing.parts]))
        topic = (outgoing.thread_key or "").removeprefix(PRIVATE)
        form = {"raw": raw}
        if topic:
            if not (topic.isascii() and topic.isdigit()):
                raise SendRefused("the thread is no topic of Discourse's")
            form["topic_id"] = topic
            answered = await self._number(outgoing.answers)
            if answered:
                form["reply_to_post_number"] = str(answered)
        else:
            form |= await self._private(outgoing)
        if outgoing.attempt > 1:
            found = await self._found(raw, topic, outgoing)
            if found is not None:
                return found
        told = await self._api.post("posts.json", form)
        number = told.get("id")
        return Receipt(f"post/{number}" if isinstance(number, int) else None)

    async def _upload(self, part: Part) -> str:
        told = await self._api.upload(part.name, part.data or b"", part.media_type)
        short, name = loosely(told, "short_url"), part.name.translate(str.maketrans("[]|\n", "()__"))
        if not short.startswith("upload://"):
            raise SendLater("Discourse did not say where it keeps a file")
        return f"![{name}]({short})" if part.media_type.startswith("image/") else f"[{name}|attachment]({short})"

    async def _number(self, answers: str | None) -> int | None:
        """The number within its topic of the post that is answered; None when that is not known any more."""
        if answers is None:
            return None
        key = "/".join(answers.split("/")[:2])
        number = key.removeprefix("post/")
        if key not in self._numbers and number.isascii() and number.isdigit():
            try:
                told = (await self._ask(f"posts/{number}.json")).get("post_number")
            except Gone:
                told = None
            if isinstance(told, int):
                self._numbers[key] = told
        return self._numbers.get(key)

    async def _private(self, outgoing: Outgoing) -> dict[str, str]:
        """What makes it a private message to its recipient, whose name only an admin's key is told."""
        user = self._site.user_id(outgoing.recipient.value)
        if user is None:
            raise SendRefused("the recipient is no user of this Discourse site")
        try:
            name = loosely(await self._ask(f"admin/users/{user}.json"), "username")
        except Gone:
            name = ""
        if not name:
            raise SendRefused("only an admin's key may begin a conversation there: answer in a topic of theirs")
        title = " ".join((outgoing.subject or outgoing.text).split())[:_LONGEST_TITLE]
        if len(title) < _SHORTEST_TITLE:
            title = f"{title} (message from {self._site.user})".strip()
        return {"archetype": "private_message", "target_recipients": name, "title": title}

    async def _found(self, raw: str, topic: str, outgoing: Outgoing) -> Receipt | None:
        """The post, when an earlier attempt made it after all."""
        for path, root in _LISTS:
            try:
                entries = (await self._ask(path)).get(root)
            except Gone:
                continue
            for each in entries if isinstance(entries, list) else []:
                if isinstance(each, dict) and self._is_it(each, raw, topic, outgoing):
                    return Receipt(f"post/{each.get('id')}")
        return None

    def _is_it(self, post: Fields, raw: str, topic: str, outgoing: Outgoing) -> bool:
        try:
            at = local(loosely(post, "created_at"), UTC)
        except Unfit:
            return False
        return (
            at >= outgoing.sent_at - _MARGIN
            and loosely(post, "username").casefold() == self._site.user.casefold()
            and loosely(post, "raw").strip() == raw.strip()
            and (not topic or str(post.get("topic_id")) == topic)
        )

    async def _ask(self, path: str) -> Fields:
        try:
            return await self._api.ask(path)
        except Gone:
            raise
        except ChannelDown as error:
            raise SendLater(error.reason, retry_after=error.retry_after) from None
