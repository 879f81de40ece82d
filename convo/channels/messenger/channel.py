"""A Facebook page in Messenger: sends, and reads what Meta pushes."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from convo import clock
from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup, Typing
from convo.channels.messenger.kind import MessengerConfig
from convo.channels.messenger.reading import MARK, person_of, read
from convo.channels.messenger.refusals import is_outside_window, meaning_of
from convo.channels.meta.fetching import with_files
from convo.channels.meta.graph import Graph, GraphError
from convo.channels.meta.pieces import RemoteFile, alone, mappings, text
from convo.channels.meta.webhook import challenge, signed
from convo.channels.trouble import SendLater, SendRefused, SendUnsure, Trouble
from convo.model.envelope import Envelope, Handle, Item, Part, Unreadable

LONGEST = 2_000
LARGEST_FILE = 25_000_000
_REMEMBERED = 10_000
_SECONDS_FOR_NAMES = 5.0
"""How long names are asked for at a request of Meta's, which waits for its answer meanwhile."""


class MessengerChannel:
    """One page."""

    def __init__(self, setup: Setup) -> None:
        self.config: MessengerConfig = setup.config
        self.graph = Graph(self.config.graph, self.config.token, self.config.app_secret)
        self._names: OrderedDict[str, str] = OrderedDict()

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """Nothing: Meta pushes what comes."""
        return Fetched(cursor=cursor)

    async def stored(self, fetched: Fetched) -> None:
        """Meta is told by the answer to its request."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send a message and its files, one after the other; the receipt's id is that of the first of them."""
        if len(outgoing.text) > LONGEST:
            raise SendRefused(f"it has {len(outgoing.text):,} characters; Messenger takes {LONGEST:,}")
        messages: list[dict[str, Any]] = [{"text": outgoing.text}] if outgoing.text else []
        try:
            # All files go up first: that reaches nobody, so that a refused one leaves nothing half sent.
            messages += [await self._uploaded(part) for part in outgoing.parts]
            if not messages:
                raise SendRefused("it holds neither text nor a file")
            first = await self._send(outgoing, messages[0], 1)
        except GraphError as error:
            raise meaning_of(error) from None
        for place, message in enumerate(messages[1:], start=2):
            try:
                await self._send(outgoing, message, place)
            except (GraphError, Trouble) as error:
                why = meaning_of(error) if isinstance(error, GraphError) else error
                went = f"only the first {place - 1} of its {len(messages)} parts went"
                raise SendUnsure(f"{went}: {why.reason}") from None
        return Receipt(first)

    async def show_typing(self, typing: Typing) -> None:
        """For twenty seconds, or until a message of ours comes."""
        await self._acts(typing, "typing_on")

    async def end_typing(self, typing: Typing) -> None:
        """At once."""
        await self._acts(typing, "typing_off")

    async def receive(self, request: Request) -> Fetched:
        """What Meta pushed, with its files and names; the answer to its question when it verifies the address."""
        if request.method.upper() == "GET":
            return challenge(request, self.config.verify_token)
        payload = signed(request, self.config.app_secret)
        heard = alone(payload) if isinstance(payload, Unreadable) else read(payload, self.config)
        items = await with_files(heard, self._file, clock.now() - timedelta(minutes=10))
        return Fetched(await self._with_names(items), reports=heard.reports)

    async def check(self) -> tuple[Check, ...]:
        """Whether Meta knows us and the page, and pushes to our app what comes."""
        try:
            told = await self.graph.get(self.config.page_id, fields="name")
            apps = await self.graph.get(f"{self.config.page_id}/subscribed_apps")
        except GraphError as error:
            return (Check("credentials", meaning_of(error).reason),)
        except Trouble as trouble:
            return (Check("credentials", trouble.reason),)
        names = [text(each.get("name")) for each in mappings(apps.get("data"))]
        problem = "" if names else "no app is subscribed to the page: subscribe it to messages and message_echoes"
        return (Check("credentials", detail=text(told.get("name"))), Check("receiving", problem, ", ".join(names)))

    async def close(self) -> None:
        """Hang up."""
        await self.graph.close()

    async def _acts(self, typing: Typing, action: str) -> None:
        body = {"recipient": {"id": typing.recipient.value}, "sender_action": action}
        try:
            await self.graph.send(f"{self.config.page_id}/messages", body)
        except GraphError as error:
            raise meaning_of(error) from None

    async def _send(self, outgoing: Outgoing, message: dict[str, Any], place: int) -> str:
        """Send one message as an answer, and a person's after a day as that of a person, where Meta granted that."""
        mark = f"{MARK}{outgoing.key}" + (f"#{place}" if place > 1 else "")
        body = {
            "recipient": {"id": outgoing.recipient.value},
            "messaging_type": "RESPONSE",
            "message": {**message, "metadata": mark},
        }
        try:
            told = await self.graph.send(f"{self.config.page_id}/messages", body)
        except GraphError as error:
            if not (is_outside_window(error) and self.config.human_agent and not outgoing.automatic):
                raise
            body |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
            told = await self.graph.send(f"{self.config.page_id}/messages", body)
        external_id = text(told.get("message_id"))
        if not external_id:
            raise SendUnsure("Messenger took it, but gave it no id")
        return external_id

    async def _uploaded(self, part: Part) -> dict[str, Any]:
        data = part.data or b""
        if not data or len(data) > LARGEST_FILE:
            raise SendRefused(f"Messenger takes files of 1 byte to {LARGEST_FILE // 1_000_000} MB")
        family = part.media_type.partition("/")[0].lower()
        kind = family if family in ("image", "audio", "video") else "file"
        fields = {"message": f'{{"attachment":{{"type":"{kind}","payload":{{"is_reusable":false}}}}}}'}
        path = f"{self.config.page_id}/message_attachments"
        attachment = text((await self.graph.upload(path, fields, "filedata", part)).get("attachment_id"))
        if not attachment:
            raise SendLater("Messenger took a file, but gave it no id")
        return {"attachment": {"type": kind, "payload": {"attachment_id": attachment}}}

    async def _file(self, file: RemoteFile) -> bytes | None:
        return await self.graph.download(file.url, LARGEST_FILE) if file.url else None

    async def _with_names(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """The items with people's names, as far as Meta tells them."""
        if not self.config.names:
            return items
        people = dict.fromkeys(person_of(item) for item in items if isinstance(item, Envelope))
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_FOR_NAMES):
                for person in [each for each in people if each not in self._names]:
                    self._names[person] = await self._name(person)
                    if len(self._names) > _REMEMBERED:
                        self._names.popitem(last=False)
        return tuple(self._named(item) if isinstance(item, Envelope) else item for item in items)

    def _named(self, envelope: Envelope) -> Envelope:
        person = person_of(envelope)
        return replace(envelope, customer=(Handle("messenger", person, self._names.get(person, "")),))

    async def _name(self, person: str) -> str:
        """A person's name; empty where the app may not know it, which must hold no message up."""
        if not person.isalnum():
            return ""
        try:
            told = await self.graph.get(person, fields="first_name,last_name")
        except (GraphError, Trouble):
            return ""
        return " ".join(filter(None, (text(told.get("first_name")), text(told.get("last_name")))))
