"""What a message tells of its session before anything is decided: the language, the intent and the question."""

from dataclasses import replace

from convo.bot.bot_config import BotConfig
from convo.bot.situation import Progress, Situation
from convo.bot.speech import SPEECHES, base_language

_ENOUGH_WORDS = 4


def begun(config: BotConfig, situation: Situation) -> Progress:
    """The session with what this message says about its language, its intent and its question."""
    progress, message = situation.progress, situation.message
    told, customer = base_language(message.language), base_language(situation.person.language)
    # A few words are soon taken for those of another language, and then what is known counts more.
    long = len(message.text.split()) >= _ENOUGH_WORDS
    sure = told if told in SPEECHES and (long or not (progress.language or customer)) else ""
    language = sure or progress.language or (told if long else "") or customer or config.language
    progress = replace(progress, language=language, first_message=progress.first_message or message.id)
    if progress.pending:
        return progress
    certain = message.intent is not None and (message.intent_score is None or message.intent_score >= config.certainty)
    if certain and (not progress.intent or config.asks(message.intent or "")):
        progress = replace(progress, intent=message.intent or "")
    return progress if progress.question else replace(progress, question=message.text)
