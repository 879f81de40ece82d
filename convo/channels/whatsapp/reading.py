"""Reads what WhatsApp pushes: customers' messages, those sent from the phone, and how far sent ones have come."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from convo.channels.base import Consent, Report
from convo.channels.meta.pieces import Broken, Heard, alone, mapping, mappings, seconds, text, total, unreadable
from convo.channels.whatsapp.content import Content, content_of
from convo.channels.whatsapp.refusals import reason_of
from convo.channels.whatsapp.sending import key_of
from convo.model.envelope import Envelope, Handle, Skipped
from convo.model.words import ConsentKind, DeliveryStatus, Direction

_FROM_PHONE = "the WhatsApp app"
_STATES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
}


def read(payload: dict[str, Any], phone_number_id: str) -> Heard:
    """All that a signed payload brings for the number of this id, in its order; what is broken stops nothing else."""
    if payload.get("object") != "whatsapp_business_account":
        return alone(Skipped("a notice that is not about WhatsApp"))
    return total(
        _change(change, phone_number_id)
        for entry in mappings(payload.get("entry"))
        for change in mappings(entry.get("changes"))
    )


def _change(change: dict[str, Any], phone_number_id: str) -> Heard:
    field, value = text(change.get("field")), mapping(change.get("value"))
    if field not in ("messages", "smb_message_echoes", "message_echoes", "user_preferences"):
        return alone(Skipped(f"a notice about {field[:60] or 'nothing that has a name'}"))
    if text(mapping(value.get("metadata")).get("phone_number_id")) != phone_number_id:
        return alone(Skipped("it is for another of our numbers"))
    contacts = mappings(value.get("contacts"))
    return total(
        (
            *(_read_one(message, contacts) for message in mappings(value.get("messages"))),
            *(_read_echo(message, contacts) for message in mappings(value.get("message_echoes"))),
            *(_status(status) for status in mappings(value.get("statuses"))),
            *(_preference(each) for each in mappings(value.get("user_preferences"))),
            *(alone(Skipped(f"Meta tells of an error: {_code(each)}")) for each in mappings(value.get("errors"))),
        )
    )


def _read_one(message: dict[str, Any], contacts: list[dict[str, Any]]) -> Heard:
    try:
        if text(message.get("type")) == "system":
            return _changed(message)
        user_id, number = text(message.get("from_user_id")), text(message.get("from"))
        contact = _contact_of(contacts, user_id, number)
        user_id, number = user_id or text(contact.get("user_id")), number or text(contact.get("wa_id"))
        handles = tuple(_handles(user_id, number, text(mapping(contact.get("profile")).get("name"))))
        return _message(message, handles, Direction.INBOUND)
    except Broken as broken:
        return alone(unreadable(f"a WhatsApp message that is broken: {broken}", message))


def _read_echo(message: dict[str, Any], contacts: list[dict[str, Any]]) -> Heard:
    """What a person of ours wrote with the WhatsApp Business app; what goes by the API is not told in this way."""
    try:
        user_id, number = text(message.get("to_user_id")), text(message.get("to"))
        contact = _contact_of(contacts, user_id, number)
        handles = tuple(_handles(user_id, number, text(mapping(contact.get("profile")).get("name"))))
        return _message(message, handles, Direction.OUTBOUND)
    except Broken as broken:
        return alone(unreadable(f"a message from the phone that is broken: {broken}", message))


def _message(message: dict[str, Any], handles: tuple[Handle, ...], direction: Direction) -> Heard:
    if not handles:
        raise Broken("nothing says who wrote it")
    external_id, edited = text(message.get("id")), ""
    if not external_id:
        raise Broken("it has no id")
    at, content = seconds(message.get("timestamp")), Content()
    if text(message.get("type")) == "edit":
        held = mapping(message.get("edit"))
        edited = text(held.get("original_message_id"))
        content = content_of(mapping(held.get("message")))
        content = replace(content, text=f"(edited) {content.text}", answers=edited or content.answers)
        external_id = f"{edited}/edit/{external_id}" if edited else external_id
    else:
        content = content_of(message)
    if content.unwanted:
        return alone(Skipped(content.unwanted))
    group = text(message.get("group_id"))
    envelope = Envelope(
        direction,
        handles,
        at,
        content.text,
        author=_FROM_PHONE if direction == Direction.OUTBOUND else handles[0].name,
        external_id=external_id,
        thread_key=f"group:{group}" if group else None,
        references=(content.answers,) if content.answers else (),
        automatic=content.light,
        attributes=_came_by(message),
    )
    return Heard(((envelope, content.files),))


def _changed(message: dict[str, Any]) -> Heard:
    """A customer has another number or another id: the new ones become theirs too."""
    held = mapping(message.get("system"))
    new = _handles(text(held.get("user_id")), text(held.get("wa_id")) or text(held.get("new_wa_id")), "")
    old = _handles(text(held.get("previous_user_id")), text(message.get("from")) or text(held.get("customer")), "")
    # The new ones first: whoever answers writes to the handle that spoke last.
    return _message(message, (*new, *old), Direction.INBOUND)


def _handles(user_id: str, number: str, name: str) -> Iterator[Handle]:
    """The handles of a person: the id that Meta gave them for us, and the number where it tells it."""
    if user_id:
        yield Handle("whatsapp", user_id, name)
    if number.isascii() and number.isdecimal():
        yield Handle("whatsapp", f"+{number}", name)
        yield Handle("phone", f"+{number}", name)
    elif number and not user_id:
        yield Handle("whatsapp", number, name)


def _contact_of(contacts: list[dict[str, Any]], user_id: str, number: str) -> dict[str, Any]:
    for contact in contacts:
        same_id = user_id and text(contact.get("user_id")) == user_id
        if same_id or (number and text(contact.get("wa_id")) == number):
            return contact
    return contacts[0] if len(contacts) == 1 and not (user_id and number) else {}


def _came_by(message: dict[str, Any]) -> dict[str, str]:
    """The advertisement or post by which a customer came."""
    referral = mapping(message.get("referral"))
    told = " ".join(filter(None, (text(referral.get("headline")), text(referral.get("source_url")))))
    return {"came by": told[:500]} if told else {}


def _status(status: dict[str, Any]) -> Heard:
    state = _STATES.get(text(status.get("status")))
    if state is None:
        return alone(Skipped(f"a message of ours is {text(status.get('status'))[:40] or 'in a state without a name'}"))
    try:
        at, external_id = seconds(status.get("timestamp")), text(status.get("id"))
    except Broken as broken:
        return alone(unreadable(f"a status that is broken: {broken}", status))
    key, place = key_of(text(status.get("biz_opaque_callback_data")))
    if not external_id and not key:
        return alone(unreadable("a status that names no message", status))
    if place > 1 and state != DeliveryStatus.FAILED:
        return Heard()
    errors = mappings(status.get("errors"))
    failed = state == DeliveryStatus.FAILED
    reason = reason_of(_code(errors[0]) if errors else 0, place) if failed else ""
    return Heard(reports=(Report(state, at, "" if place > 1 else external_id, key, reason=reason),))


def _preference(held: dict[str, Any]) -> Heard:
    """A customer wants no marketing from us by WhatsApp, or wants it again."""
    said, handles = text(held.get("value")), list(_handles(text(held.get("user_id")), text(held.get("wa_id")), ""))
    if text(held.get("category")) != "marketing_messages" or said not in ("stop", "resume") or not handles:
        return alone(Skipped("a wish about something else than marketing"))
    try:
        at = seconds(held.get("timestamp"))
    except Broken as broken:
        return alone(unreadable(f"a wish that is broken: {broken}", held))
    source = "WhatsApp: chose Stop" if said == "stop" else "WhatsApp: chose Resume"
    return Heard(consents=(Consent(handles[0], ConsentKind.MARKETING, said == "resume", source, at),))


def _code(error: dict[str, Any]) -> int:
    code = error.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else 0
