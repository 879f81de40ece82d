"""The far side of each kind of channel for the contract: a server that runs here, and the customer at its other end."""

import asyncio
import itertools
import smtplib
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any, cast

import httpx
import pytest

from convo.channels.base import Request, Setup
from tests.channels.contract import FarSide
from tests.channels.discourse import community
from tests.channels.email import accounts
from tests.channels.matrix import rooms
from tests.channels.messenger import page
from tests.channels.slack import listening
from tests.channels.telegram import bots
from tests.channels.twilio import numbers
from tests.channels.whatsapp import number, payloads
from tests.servers.bot_api import BotApi
from tests.servers.discourse import DESK, Discourse
from tests.servers.dovecot import Dovecot
from tests.servers.emulators import TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN, Emulator
from tests.servers.far_end import FarEnd
from tests.servers.graph import Graph
from tests.servers.opensmtpd import OpenSMTPD
from tests.servers.slack_socket import SlackSocket
from tests.servers.synapse import Synapse

_places = itertools.count(1)


class Mailboxes:
    """A customer's mail goes by OpenSMTPD to our mailbox at Dovecot, and ours by it to the customer's server."""

    def __init__(self, dovecot: Dovecot, opensmtpd: OpenSMTPD, far_end: FarEnd) -> None:
        self.dovecot, self.opensmtpd, self.far_end, self.user = dovecot, opensmtpd, far_end, accounts.new_user("far")

    def setup(self) -> Setup:
        return Setup("shop", accounts.config_of(self.user, self.dovecot.imap_port, self.opensmtpd.port))

    async def says(self, text: str) -> None:
        await asyncio.to_thread(self._submit, accounts.mail(next(_places), text))

    def _submit(self, raw: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.opensmtpd.port) as line:
            line.sendmail("ana@lima.example", [self.user], raw)

    async def heard(self) -> list[str]:
        mails = [message_from_bytes(got.raw, policy=policy.default) for got in self.far_end.received]
        return [str(mail.get_body(("plain",)).get_content()) for mail in mails]


class Bot:
    """A customer who has started our bot."""

    def __init__(self, server: BotApi) -> None:
        self.server = server

    def setup(self) -> Setup:
        return Setup("bot", bots.config(self.server))

    async def says(self, text: str) -> None:
        self._said = self.server.world.says(bots.ANA, text)

    async def edits(self, text: str) -> None:
        self.server.world.edits(self._said, text)

    async def heard(self) -> list[str]:
        return [sent["text"] for sent in self.server.sent]

    async def sees_typing(self) -> bool:
        return {"chat_id": bots.ANA.id, "action": "typing"} in self.server.acted


class Workspace:
    """A member of the workspace that our app is in."""

    def __init__(self, server: SlackSocket) -> None:
        self.server = server

    def setup(self) -> Setup:
        return listening.setup(self.server)

    async def says(self, text: str) -> None:
        self._said = self.server.workspace.says(listening.ANA, text)

    async def edits(self, text: str) -> None:
        self.server.workspace.edits(self.server.workspace.direct(listening.ANA.id), self._said, text)

    async def heard(self) -> list[str]:
        return [sent["text"] for sent in self.server.workspace.sent]


class Room:
    """A room of two, in which a customer and the desk's account are."""

    def __init__(self, server: Synapse) -> None:
        self.desk, self.person = rooms.account(server), rooms.member(server)
        self.room = rooms.chat(self.desk, self.person)

    def setup(self) -> Setup:
        return self.desk.setup()

    async def says(self, text: str) -> None:
        self._said = await asyncio.to_thread(self.person.says, self.room, text)

    async def edits(self, text: str) -> None:
        changed = {"msgtype": "m.text", "body": text}
        about = {"rel_type": "m.replace", "event_id": self._said}
        told = {"m.new_content": changed, "m.relates_to": about}
        await asyncio.to_thread(lambda: self.person.says(self.room, f"* {text}", **told))

    async def heard(self) -> list[str]:
        seen = await asyncio.to_thread(self.person.sees, self.room)
        return [event["content"]["body"] for event in seen if event["sender"] == self.desk.user]

    async def sees_typing(self) -> bool:
        return self.desk.user in await asyncio.to_thread(self.person.sees_typing, self.room)


class Community:
    """A member of a community, who writes to the desk's user in private."""

    def __init__(self, server: Discourse) -> None:
        self.server = server

    def setup(self) -> Setup:
        return community.setup(self.server)

    async def says(self, text: str) -> None:
        self._said = self.server.begins("ana", "My wheel", text, to=(DESK,))

    async def edits(self, text: str) -> None:
        self.server.edits(self._said, text)

    async def heard(self) -> list[str]:
        return [post["raw"] for post in self.server.posted]


class WhatsAppNumber:
    """A customer who writes to our number; Meta pushes it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def setup(self) -> Setup:
        return number.setup(self.graph)

    async def says(self, text: str) -> Request:
        return number.request(payloads.said(payloads.message(held={"body": text})))

    async def edits(self, text: str) -> Request:
        changed = {"original_message_id": "wamid.IN1", "message": {"type": "text", "text": {"body": text}}}
        return number.request(payloads.said(payloads.message("edit", changed, place=2)))

    async def heard(self) -> list[str]:
        return [sent["text"]["body"] for sent in self.graph.sent]

    async def sees_typing(self) -> bool:
        told = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"}
        return {**told, "typing_indicator": {"type": "text"}} in self.graph.acted


class Page:
    """A customer who writes to our page; Meta pushes it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def setup(self) -> Setup:
        return Setup("shop", page.config(self.graph.url))

    async def says(self, text: str) -> Request:
        return page.request(page.pushed(page.said(text)))

    async def edits(self, text: str) -> Request:
        changed = {"mid": "m_in-1", "text": text, "num_edit": 1}
        return page.request(page.pushed(page.event(2, message_edit=changed)))

    async def heard(self) -> list[str]:
        return [sent["message"]["text"] for sent in self.graph.sent]

    async def sees_typing(self) -> bool:
        acts = [acted["sender_action"] for acted in self.graph.acted if acted["recipient"] == {"id": page.ANA}]
        return acts[-1:] == ["typing_on"]


class Phone:
    """A customer who sends SMS to our number."""

    def __init__(self, emulator: Emulator) -> None:
        self.url = emulator.url

    def setup(self) -> Setup:
        return Setup("sms", numbers.config(self.url))

    async def says(self, text: str) -> None:
        said = {"To": TWILIO_NUMBER, "From": numbers.ANA, "Body": text}
        await self._asks("POST", "/_twilio/simulate/inbound-message", data=said)

    async def heard(self) -> list[str]:
        told = await self._asks("GET", f"{numbers.ACCOUNT}/Messages.json", params={"To": numbers.ANA})
        return [sent["body"] for sent in told.json()["messages"]]

    async def _asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url, auth=(TWILIO_ACCOUNT, TWILIO_TOKEN)) as client:
            return (await client.request(method, path, **more)).raise_for_status()


_FAR_SIDES: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "email": (Mailboxes, ("dovecot_server", "opensmtpd_server", "far_end_server")),
    "telegram": (Bot, ("bot_api_server",)),
    "slack": (Workspace, ("slack_server",)),
    "matrix": (Room, ("synapse_server",)),
    "discourse": (Community, ("discourse_server",)),
    "whatsapp": (WhatsAppNumber, ("graph_server",)),
    "messenger": (Page, ("graph_server",)),
    "twilio": (Phone, ("twilio_emulator",)),
}


def far_side(kind: str, request: pytest.FixtureRequest) -> FarSide:
    """The far side of a kind of ours, on the servers that it needs."""
    make, servers = _FAR_SIDES[kind]
    return cast(FarSide, make(*(request.getfixturevalue(server) for server in servers)))
