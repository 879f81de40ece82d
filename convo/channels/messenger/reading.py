"""Reads what Messenger pushes: messages, buttons, visits by a link, what our people wrote in Meta's inbox, receipts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from convo.channels.base import Report
from convo.channels.messenger.content import files_of, words_of
from convo.channels.messenger.kind import MessengerConfig
from convo.channels.meta.pieces import Broken, Heard, alone, mapping, mappings, milliseconds, text, total, unreadable
from convo.model.envelope import Envelope, Handle, Skipped
from convo.model.words import DeliveryStatus, Direction

MARK = "convo:"
"""What the `metadata` of our own messages begins with, before the key under which they were sent."""
_FROM_INBOX = "Meta's inbox"
_SLACK = timedelta(seconds=2)
"""Meta's watermark is the time of a message by Meta's clock; ours stands in the store when the answer had come."""


def read(payload: dict[str, Any], config: MessengerConfig) -> Heard:
    """All that a signed payload brings for our page, in its order; what is broken stops nothing else."""
    if payload.get("object") != "page":
        return alone(Skipped("a notice that is not about a page"))
    return total(
        _event(event, config)
        for entry in mappings(payload.get("entry"))
        for event in (*mappings(entry.get("messaging")), *mappings(entry.get("standby")))
    )


def person_of(envelope: Envelope) -> str:
    """The page-scoped id of the person whose conversation a message belongs to."""
    return envelope.customer[0].value


def _event(event: dict[str, Any], config: MessengerConfig) -> Heard:
    sender, recipient = text(mapping(event.get("sender")).get("id")), text(mapping(event.get("recipient")).get("id"))
    message = mapping(event.get("message"))
    is_echo = message.get("is_echo") is True
    page, person = (sender, recipient) if is_echo else (recipient, sender)
    if page != config.page_id:
        return alone(Skipped("it is for another page"))
    if not person:
        return alone(Skipped("somebody whom Meta does not name yet"))
    try:
        if is_echo:
            return _echo(event, message, person, config)
        if message:
            return _message(event, message, person)
        return total(_others(event, person))
    except Broken as broken:
        return alone(unreadable(f"a Messenger event that is broken: {broken}", event))


def _message(event: dict[str, Any], message: dict[str, Any], person: str) -> Heard:
    external_id = text(message.get("mid"))
    if not external_id:
        raise Broken("it has no id")
    if message.get("is_deleted") is True:
        return alone(Skipped("a message was deleted by whoever had sent it"))
    answers = text(mapping(message.get("reply_to")).get("mid"))
    envelope = Envelope(
        Direction.INBOUND,
        (Handle("messenger", person),),
        milliseconds(event.get("timestamp")),
        words_of(message),
        external_id=external_id,
        references=(answers,) if answers else (),
        attributes=_came_by(mapping(message.get("referral"))),
    )
    return Heard(((envelope, files_of(message)),))


def _echo(event: dict[str, Any], message: dict[str, Any], person: str, config: MessengerConfig) -> Heard:
    """A message of the page: ours, or one that a person of ours or another app wrote."""
    external_id, at = text(message.get("mid")), milliseconds(event.get("timestamp"))
    if not external_id:
        raise Broken("it has no id")
    metadata = text(message.get("metadata"))
    if metadata.startswith(MARK):
        key, _, place = metadata.removeprefix(MARK).partition("#")
        told = () if place else (Report(DeliveryStatus.SENT, at, external_id, key),)
        return Heard(((Skipped("sent from here"), ()),), told)
    if config.app_id and text(message.get("app_id")) == config.app_id:
        return alone(Skipped("sent from here"))
    envelope = Envelope(
        Direction.OUTBOUND,
        (Handle("messenger", person),),
        at,
        words_of(message),
        author=_FROM_INBOX,
        external_id=external_id,
    )
    return Heard(((envelope, files_of(message)),))


def _others(event: dict[str, Any], person: str) -> Iterator[Heard]:
    """What is no message: buttons, links, edits, reactions and receipts; an event can be several of them."""
    known = False
    for name, read_it in _EVENTS.items():
        if isinstance(event.get(name), dict):
            known = True
            yield read_it(event, mapping(event[name]), person)
    if not known:
        names = sorted(set(event) - {"sender", "recipient", "timestamp"})
        yield alone(Skipped(f"an event about {', '.join(names)[:60] or 'nothing'}"))


def _postback(event: dict[str, Any], held: dict[str, Any], person: str) -> Heard:
    """A button was pressed; after a link with a code that code is said, too, so that the visit joins the chat."""
    referral = mapping(held.get("referral"))
    said = (text(held.get("title")) or text(held.get("payload")), text(referral.get("ref")))
    return _short(event, person, "\n".join(filter(None, said)), text(held.get("mid")), "postback", referral)


def _referral(event: dict[str, Any], held: dict[str, Any], person: str) -> Heard:
    """Somebody came by a link or an advertisement, and has said nothing yet."""
    code = text(held.get("ref"))
    said = f"came by the code {code}" if code else "came by " + (text(held.get("source")).lower() or "a link")
    return _short(event, person, said, "", "referral", held)


def _reaction(event: dict[str, Any], held: dict[str, Any], person: str) -> Heard:
    if text(held.get("action")) != "react":
        return alone(Skipped("a reaction was taken back"))
    emoji = text(held.get("emoji")) or text(held.get("reaction"))
    return _short(event, person, f"reacted with {emoji}", "", "reaction", {}, answers=text(held.get("mid")), light=True)


def _edit(event: dict[str, Any], held: dict[str, Any], person: str) -> Heard:
    original = text(held.get("mid"))
    if not original:
        raise Broken("it names no message")
    external_id = f"{original}/edit/{text(held.get('num_edit')) or text(event.get('timestamp'))}"
    return _short(event, person, f"(edited) {text(held.get('text'))}", external_id, "edit", {}, answers=original)


def _short(
    event: dict[str, Any],
    person: str,
    said: str,
    external_id: str,
    what: str,
    referral: dict[str, Any],
    *,
    answers: str = "",
    light: bool = False,
) -> Heard:
    at = milliseconds(event.get("timestamp"))
    envelope = Envelope(
        Direction.INBOUND,
        (Handle("messenger", person),),
        at,
        said,
        external_id=external_id or f"{person}/{what}/{text(event.get('timestamp'))}",
        references=(answers,) if answers else (),
        automatic=light,
        attributes=_came_by(referral),
    )
    return alone(envelope)


def _delivery(event: dict[str, Any], held: dict[str, Any], person: str) -> Heard:
    """Messages arrived: those that are named, and all up to the watermark."""
    at = _until(held)
    mids = held.get("mids")
    named = [text(mid) for mid in mids] if isinstance(mids, list) else []
    reports = [Report(DeliveryStatus.DELIVERED, at, mid) for mid in named if mid]
    return Heard(reports=(*reports, Report(DeliveryStatus.DELIVERED, at + _SLACK, recipient=person)))


def _read(event: dict[str, Any], held: dict[str, Any], person: str) -> Heard:
    return Heard(reports=(Report(DeliveryStatus.READ, _until(held) + _SLACK, recipient=person),))


def _until(held: dict[str, Any]) -> datetime:
    return milliseconds(held.get("watermark"))


def _came_by(referral: dict[str, Any]) -> dict[str, str]:
    """The advertisement by which a customer came."""
    told = text(mapping(referral.get("ads_context_data")).get("ad_title")) or text(referral.get("ad_id"))
    return {"came by": told[:500]} if told else {}


_EVENTS = {
    "postback": _postback,
    "referral": _referral,
    "reaction": _reaction,
    "message_edit": _edit,
    "delivery": _delivery,
    "read": _read,
}
