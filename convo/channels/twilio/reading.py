"""From a Message resource of Twilio's to what the desk takes in (https://www.twilio.com/docs/messaging/api)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

from convo import clock
from convo.channels.base import Consent, Report
from convo.channels.twilio import words
from convo.channels.twilio.consents import said_in
from convo.model.envelope import Envelope, Handle, Item, Unreadable
from convo.model.words import DeliveryStatus, Direction

_SID = re.compile(r"(?:SM|MM)[0-9A-Za-z]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\+\d{3,15}|\d{3,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Read:
    """What a message is: an item whose files are still at Twilio's, and what it says of consent."""

    item: Item
    has_files: bool = False
    consents: tuple[Consent, ...] = ()


def is_sid(value: object) -> bool:
    """Whether it is the id of a message, so that it can stand in a path."""
    return isinstance(value, str) and _SID.fullmatch(value) is not None


def is_number(value: str) -> bool:
    """Whether it is a number in E.164 or a short one."""
    return _NUMBER.fullmatch(value) is not None


def sid_of(message: Mapping[str, Any]) -> str:
    """What a message is known by: its id, or a name made of what it is when it has none."""
    sid = message.get("sid")
    return str(sid) if is_sid(sid) else sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()[:16]


def instant_of(message: Mapping[str, Any]) -> datetime | None:
    """When Twilio got or made it; None when it does not say."""
    told = message.get("date_created") or message.get("date_sent")
    try:
        found = parsedate_to_datetime(told) if isinstance(told, str) else None
        return None if found is None or found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read(message: Mapping[str, Any]) -> Read:
    """An inbound message; never raises."""
    sender, body, at = message.get("from"), message.get("body"), instant_of(message)
    trouble = next(
        (
            what
            for what, broken in (
                ("its id", not is_sid(message.get("sid"))),
                ("its sender", not isinstance(sender, str) or not sender),
                ("its text", body is not None and not isinstance(body, str)),
                ("its time", at is None),
            )
            if broken
        ),
        "",
    )
    if trouble or at is None:
        return Read(Unreadable(f"Twilio's message is broken: {trouble} cannot be read", json.dumps(message).encode()))
    who, text = _handle(str(sender)), str(body or "")
    envelope = Envelope(
        Direction.INBOUND, (who,), at, text, external_id=str(message["sid"]), place=f"message {message['sid']}"
    )
    return Read(envelope, bool(words.number(message.get("num_media"))), said_in(text, who, at))


def report_of_callback(fields: Mapping[str, str]) -> Report | None:
    """What a status callback tells, with the key under which it was sent where its URL has that; None for no news."""
    status = fields.get("MessageStatus") or fields.get("SmsStatus", "")
    sid = fields.get("MessageSid") or fields.get("SmsSid", "")
    return _report(status, sid, fields.get("ErrorCode"), fields.get("key", ""))


def report_of_message(message: Mapping[str, Any]) -> Report | None:
    """What a message of ours has come to, as the list tells it; None for no news."""
    return _report(str(message.get("status")), str(message.get("sid")), message.get("error_code"), "")


def _report(status: str, sid: str, code: object, key: str) -> Report | None:
    state = words.STATUSES.get(status)
    if state is None or not is_sid(sid):
        return None
    why = words.reason(words.number(code), status) if state == DeliveryStatus.FAILED else ""
    return Report(state, clock.now(), external_id=sid, key=key, reason=why)


def _handle(sender: str) -> Handle:
    """Who wrote: a number, or a name such as a bank's, to which nobody can answer."""
    return Handle("phone", sender) if is_number(sender) else Handle("external", f"sms:{sender}", sender)
