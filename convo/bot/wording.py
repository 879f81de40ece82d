"""Composes what a bot says: one message in the customer's language that says it is automatic."""

from collections.abc import Sequence

from convo.bot.bot_config import BotConfig
from convo.bot.fields import Field, FieldKind
from convo.bot.memory import Choice, Known
from convo.bot.situation import Hit
from convo.bot.speech import SPEECHES, Speech, base_language

_LONGEST_ANSWER = 4_000


def speech_for(config: BotConfig, language: str) -> Speech:
    """The sentences of a language, or of the bot's own."""
    return SPEECHES.get(base_language(language)) or SPEECHES[config.language]


def signed(config: BotConfig, speech: Speech, *paragraphs: str) -> str:
    """The message: its paragraphs, and under them that a machine wrote it and how to reach a person."""
    told = speech.automatic_from.format(name=config.signs_as) if config.signs_as else speech.automatic
    return "\n\n".join([*(part for part in paragraphs if part), f"{told} {speech.person}"])


def asking(
    config: BotConfig,
    language: str,
    fields: Sequence[Field],
    *,
    wrong: Sequence[str] = (),
    assumed: Sequence[tuple[Field, Known]] = (),
    choice: Choice | None = None,
) -> str:
    """One message that asks for all that is missing; `wrong` says what was wrong with what was given before."""
    speech = speech_for(config, language)
    wanted = [
        field.prompt(base_language(language), config.language)
        for field in fields
        if choice is None or field.kind is not FieldKind.ORDER
    ]
    parts = [*wrong, *assumptions(speech, assumed)]
    if len(wanted) == 1:
        parts.append(speech.need_one.format(what=wanted[0]))
    elif wanted:
        parts.append("\n".join([speech.need_many, *(f"- {what}" for what in wanted)]))
    if choice is not None:
        listed = [f"- {one.number}: {one.title[:120]}, {one.at:%Y-%m-%d}" for one in choice.purchases]
        parts.append("\n".join([speech.choose_order, *listed]))
    return signed(config, speech, *parts)


def assumptions(speech: Speech, assumed: Sequence[tuple[Field, Known]]) -> list[str]:
    """What was taken for granted, said so that the customer can object."""
    said = []
    for field, known in assumed:
        if field.kind is FieldKind.ORDER:
            said.append(speech.assume_order.format(value=known.value))
        elif field.kind is FieldKind.PHOTO:
            said.append(speech.assume_photo.format(value=known.value))
    return said


def answering(
    config: BotConfig, language: str, hit: Hit, *, foreign: bool, assumed: Sequence[tuple[Field, Known]] = ()
) -> str:
    """An article as an answer, cited, with the question whether it helped; a long one is cut at a paragraph."""
    speech = speech_for(config, language)
    return signed(
        config,
        speech,
        *assumptions(speech, assumed),
        speech.other_language if foreign else "",
        shortened(hit.body, _LONGEST_ANSWER),
        speech.cite.format(title=hit.title, name=hit.name),
        speech.helped,
    )


def shortened(text: str, longest: int) -> str:
    """The text, or so much of it as fits, cut between paragraphs, lines or words."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 2]
    for mark in ("\n\n", "\n", " "):
        head = cut.rpartition(mark)[0]
        if len(head) > longest // 2:
            return head.rstrip() + " …"
    return cut + " …"
