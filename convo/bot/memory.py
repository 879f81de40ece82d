"""What a customer has told already, by any channel, or what their handles, attributes and purchases say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from convo.bot.fields import Field, FieldKind
from convo.bot.finding import found, titled
from convo.bot.situation import Normalise, Purchase, Said, Situation

_MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Known:
    """A field's value, where it is from, and whether it is only taken for granted, which the customer is told."""

    value: str
    source: str
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Several recent orders, of which the customer may mean any."""

    purchases: tuple[Purchase, ...]


def recall(field: Field, situation: Situation, normalise: Normalise, recent: timedelta) -> Known | Choice | None:
    """What is known of a field, the surest first; None only when nothing that the customer ever said or did tells it.

    What was said in this thread counts more than a purchase, and that more than what was said elsewhere; what we wrote
    counts where the customer said nothing. An order or a photo that is only the likeliest comes as assumed.
    """
    person, thread = situation.person, situation.message.thread_id
    here = [said for said in situation.said if said.thread_id == thread]
    elsewhere = [said for said in situation.said if said.thread_id != thread]
    if (known := _said(field, here, situation, normalise, "this thread")) is not None:
        return known
    match field.kind:
        case FieldKind.ORDER:
            return _order(field, here, elsewhere, situation, normalise, recent)
        case FieldKind.PHOTO:
            lately = [said for said in elsewhere if said.sent_at >= situation.now - recent]
            known = _said(field, lately, situation, normalise, "another thread")
            return None if known is None else Known(known.value, known.source, assumed=True)
        case FieldKind.EMAIL:
            held = next((value for kind, value in person.identities if kind == "email"), "")
        case FieldKind.PHONE:
            held = next(
                (v for k, v in person.identities if k == "phone" or (k == "whatsapp" and v.startswith("+"))), ""
            )
        case FieldKind.TEXT:
            held = ""
    if held:
        return Known(held, "identities")
    attribute = person.attributes.get(field.name) or ""
    if attribute:
        return Known(attribute, "attributes")
    if field.name in situation.recalled:
        return Known(situation.recalled[field.name], "an earlier session")
    known = _said(field, elsewhere, situation, normalise, "another thread")
    return known or (_ours(field, situation, normalise, here=None) if field.patterns else None)


def _order(
    field: Field,
    here: Sequence[Said],
    elsewhere: Sequence[Said],
    situation: Situation,
    normalise: Normalise,
    recent: timedelta,
) -> Known | Choice | None:
    if (ours := _ours(field, situation, normalise, here=True)) is not None:
        return ours
    bought = sorted(situation.purchases, key=lambda purchase: purchase.at, reverse=True)
    since = situation.now - recent
    newest = [purchase for purchase in bought if purchase.at >= since]
    if len(newest) > 1:
        named = titled(" ".join(said.text[:2000] for said in here[:5]), newest)
        if len(named) == 1:
            return Known(named[0].number, "the one purchase it names", assumed=True)
        return Choice(tuple(newest[:_MOST_CHOICES]))
    if newest:
        return Known(newest[0].number, "the one recent purchase", assumed=True)
    mentioned = _said(field, elsewhere, situation, normalise, "another thread")
    if mentioned is not None:
        return Known(mentioned.value, mentioned.source, assumed=True)
    if field.name in situation.recalled:
        return Known(situation.recalled[field.name], "an earlier session", assumed=True)
    attribute = situation.person.attributes.get(field.name)
    if attribute:
        return Known(attribute, "attributes", assumed=True)
    if bought:
        return Known(bought[0].number, "the newest purchase", assumed=True)
    return _ours(field, situation, normalise, here=False)


def _ours(field: Field, situation: Situation, normalise: Normalise, *, here: bool | None) -> Known | None:
    """The one value in the newest message of ours that has any, in this thread, in others or (None) in all."""
    thread, theirs = situation.message.thread_id, {one.number.casefold() for one in situation.purchases}
    for said in situation.heard:
        if here is not None and (said.thread_id == thread) != here:
            continue
        values = found(field, said, situation.purchases, normalise, asked=False)
        if field.own:
            values = [value for value in values if value.casefold() in theirs]
        if values:
            # Of several it may be any.
            return Known(values[0], f"our message {said.id}", assumed=True) if len(values) == 1 else None
    return None


def _said(
    field: Field, messages: Sequence[Said], situation: Situation, normalise: Normalise, where: str
) -> Known | None:
    """The value in the newest message that has one; what a machine wrote or nobody verified tells nothing."""
    for said in messages:
        if said.automatic or said.unverified:
            continue
        values = found(field, said, situation.purchases, normalise, asked=False)
        if field.kind is FieldKind.ORDER and field.own:
            theirs = {purchase.number.casefold() for purchase in situation.purchases}
            values = [value for value in values if value.casefold() in theirs]
        if values:
            value = f"{said.sent_at:%Y-%m-%d}" if field.kind is FieldKind.PHOTO else values[0]
            return Known(value, f"message {said.id} in {where}")
    return None
