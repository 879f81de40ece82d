"""A Twilio number as a channel: SMS and MMS in, asked for or pushed, and SMS out with news of what became of it."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from convo import clock
from convo.channels.base import Check, Consent, Cursor, Fetched, Outgoing, Receipt, Report, Request, Setup
from convo.channels.patience import Patience
from convo.channels.trouble import ChannelDown, SendRefused, Trouble
from convo.channels.twilio import words
from convo.channels.twilio.api import TwilioApi
from convo.channels.twilio.kind import KIND, TwilioConfig
from convo.channels.twilio.polling import Place
from convo.channels.twilio.reading import (
    is_number,
    is_sid,
    read,
    report_of_callback,
    report_of_message,
    sid_of,
)
from convo.channels.twilio.signature import genuine_fields
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped
from convo.model.words import ConsentKind, DeliveryStatus

_AT_ONCE = 100
_BYTES_AT_ONCE = 60_000_000
_REMEMBERED = 2_000
_SHORTEST_PAUSE = 0.05
_PUNCTUATION = re.compile(r"[\s()./-]+")


class TwilioChannel:
    """One number, or one Messaging Service, of one account."""

    def __init__(self, setup: Setup) -> None:
        config: TwilioConfig = setup.config
        self._config = config
        self._service = config.number.startswith("MG")
        self._number = _PUNCTUATION.sub("", config.number)
        self._api = TwilioApi(config.server, config.account, config.token.reveal())
        self._waiting: list[Mapping[str, Any]] = []
        self._listed_from: datetime | None = None
        self._told: OrderedDict[tuple[str, DeliveryStatus], None] = OrderedDict()
        self._patience = Patience()

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """What came since, looking every few seconds, and without a webhook also what became of messages."""
        place = Place.of(cursor, clock.now())
        until = asyncio.get_running_loop().time() + wait
        while True:
            fresh, reports = place.new_among(self._waiting), tuple[Report, ...]()
            if not fresh or self._listed_from is None or place.floor < self._listed_from:
                self._waiting, self._listed_from = await self._inbound(place), place.floor
                fresh, reports = place.new_among(self._waiting), await self._outcomes(place)
            left = until - asyncio.get_running_loop().time()
            if fresh or reports or left <= 0:
                return await self._take(place, fresh, reports)
            await asyncio.sleep(min(max(self._config.every, _SHORTEST_PAUSE), left))

    async def stored(self, fetched: Fetched) -> None:
        """What became of messages need not be told again; Twilio keeps its list as it is."""
        for report in fetched.reports:
            self._told[report.external_id, report.status] = None
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)

    async def since(self, cursor: Cursor, at: datetime) -> Cursor:
        """The cursor from which all that came since `at` is brought, as far as Twilio has kept it."""
        return Place.since(at).cursor

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send one SMS; files cannot go."""
        recipient = outgoing.recipient.value
        if outgoing.parts:
            raise SendRefused("no file goes by SMS from here: Twilio would fetch it from a public address")
        if not is_number(recipient):
            raise SendRefused(f"{recipient[:40]!r} is no phone number with its country, such as +4930123456")
        if not outgoing.text.strip():
            raise SendRefused("there is nothing in it to send")
        if len(outgoing.text) > (KIND.can.longest or 0):
            raise SendRefused(f"it has {len(outgoing.text):,} characters; the most by SMS is {KIND.can.longest:,}")
        fields = {"To": recipient, "Body": outgoing.text}
        fields["MessagingServiceSid" if self._service else "From"] = self._number
        if self._config.webhook:
            joint = "&" if "?" in self._config.webhook else "?"
            fields["StatusCallback"] = f"{self._config.webhook}{joint}key={quote(outgoing.key, safe='')}"
        made = await self._api.send(fields)
        if made.get("status") in ("failed", "undelivered"):
            code = words.number(made.get("error_code"))
            raise SendRefused(words.reason(code, str(made["status"])), opted_out=code == words.OPTED_OUT)
        return Receipt(str(made["sid"]) if is_sid(made.get("sid")) else None)

    async def receive(self, request: Request) -> Fetched:
        """What a signed webhook tells: a message, which is then asked for so that it is the same as in the list.

        Raises NotAllowed for one that is not genuine, ChannelDown when the message cannot be had now; a later `fetch`
        brings it.
        """
        config = self._config
        fields = genuine_fields(request, config.token.reveal(), public_url=config.webhook)
        if fields.get("AccountSid") != config.account:
            raise NotAllowed("the request is of another account of Twilio's")
        sid = fields.get("MessageSid") or fields.get("SmsSid", "")
        if fields.get("SmsStatus") != "received" and "MessageStatus" in fields:
            return _news(fields)
        if not is_sid(sid):
            return Fetched((Skipped("a request that tells of no message"),))
        message = await self._api.get(f"/Messages/{sid}.json")
        if not self._is_ours(message):
            return Fetched((Skipped("written to another number"),))
        one, parts, consents = await self._read(message)
        return Fetched((_with(one, parts),), consents=consents)

    async def check(self) -> tuple[Check, ...]:
        """Whether the account is open, and the number is its own and takes messages."""
        try:
            account = await self._api.get(".json")
            status = account.get("status")
            checks = [Check("account", "" if status in ("active", None) else f"Twilio says that it is {status}")]
            if self._service:
                return (*checks, Check("number", detail="a Messaging Service, whose numbers are not looked at"))
            asked = {"PhoneNumber": self._number}
            numbers = await self._api.list(
                "/IncomingPhoneNumbers.json", "incoming_phone_numbers", asked, until=_at_once
            )
            newest: dict[str, str | int] = {"To": self._number, "PageSize": 1}
            await self._api.list("/Messages.json", "messages", newest, until=_at_once)
        except Trouble as trouble:
            return (Check("account", trouble.reason),)
        own = next(
            (each for each in numbers if isinstance(each, dict) and each.get("phone_number") == self._number), None
        )
        if own is None:
            return (*checks, Check("number", f"the account has no number {self._number}"))
        able = own.get("capabilities")
        mute = isinstance(able, dict) and able.get("sms") is False
        return (*checks, Check("number", "it carries no SMS: take another number" if mute else ""), Check("receiving"))

    async def close(self) -> None:
        """Hang up."""
        await self._api.close()

    async def _inbound(self, place: Place) -> list[Mapping[str, Any]]:
        query: dict[str, str | int] = {"DateSent>": f"{place.floor:%Y-%m-%d}"}
        if not self._service:
            query["To"] = self._number
        found = await self._api.list("/Messages.json", "messages", query, until=place.is_before)
        return [each for each in found if isinstance(each, dict) and self._is_ours(each)]

    async def _outcomes(self, place: Place) -> tuple[Report, ...]:
        """What became of the newest messages of ours, each told once; nothing where Twilio tells it by itself."""
        if self._config.webhook or self._service:
            return ()
        query: dict[str, str | int] = {"From": self._number, "PageSize": _AT_ONCE}
        found = await self._api.list("/Messages.json", "messages", query, until=_at_once)
        told = [report_of_message(message) for message in found if isinstance(message, dict)]
        return tuple(each for each in told if each is not None and (each.external_id, each.status) not in self._told)

    async def _take(self, place: Place, fresh: list[Mapping[str, Any]], reports: tuple[Report, ...]) -> Fetched:
        items, consents, room = list[Item](), list[Consent](), _BYTES_AT_ONCE
        for message in fresh[:_AT_ONCE]:
            if room <= 0:
                break
            try:
                one, parts, said = await self._read(message)
            except ChannelDown:
                if not items:
                    raise
                break
            room -= sum(len(part.data or b"") for part in parts)
            items.append(_with(one, parts))
            consents.extend(said)
        after = place.after(fresh[: len(items)])
        return Fetched(tuple(items), after.cursor, reports, tuple(consents), more=len(items) < len(fresh))

    async def _read(self, message: Mapping[str, Any]) -> tuple[Item, tuple[Part, ...], tuple[Consent, ...]]:
        """A message with its files; without these when they cannot be had for the third time."""
        one, sid = read(message), sid_of(message)
        if not one.has_files:
            return one.item, (), one.consents
        try:
            parts = await self._api.files(sid)
        except ChannelDown:
            if not self._patience.ends(sid):
                raise
            parts = (Part("media"),)
        self._patience.forget(sid)
        return one.item, parts, one.consents

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        if message.get("direction") != "inbound":
            return False
        if self._service:
            return message.get("messaging_service_sid") == self._number
        return message.get("to") == self._number


def _news(fields: Mapping[str, str]) -> Fetched:
    """What a status callback tells of a message of ours."""
    report = report_of_callback(fields)
    if report is None:
        return Fetched((Skipped(f"no news of a message: {fields['MessageStatus'][:20]}"),))
    if words.number(fields.get("ErrorCode")) != words.OPTED_OUT:
        return Fetched(reports=(report,))
    who = Handle("phone", fields.get("To", ""))
    gone = Consent(who, ConsentKind.MARKETING, False, "opted out, says Twilio", report.at)
    return Fetched(reports=(report,), consents=(gone,))


def _at_once(_: object) -> bool:
    """One page is enough."""
    return True


def _with(item: Item, parts: tuple[Part, ...]) -> Item:
    return replace(item, parts=parts) if parts and isinstance(item, Envelope) else item
