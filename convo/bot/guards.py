"""When a bot says nothing at all, so that it never talks with another machine or with somebody it must not answer."""

from collections.abc import Iterable

from convo.bot.bot_config import BotConfig
from convo.bot.moves import Reason
from convo.bot.situation import Situation
from convo.text import index_words

_LONGEST = 2_000
_FEW = 5
_ALIKE = 90.0
_MOST_COMPARED = 20


def silence(situation: Situation) -> Reason | None:
    """Why nothing may be said to this message, now and whoever the session belongs to; None when something may."""
    if situation.person.blocked:
        return Reason.BLOCKED
    if situation.message.automatic:
        return Reason.AUTOMATIC
    if situation.message.unverified:
        return Reason.UNVERIFIED
    return None


def loop(config: BotConfig, situation: Situation) -> Reason | None:
    """Why a person should look at this without a further word from the bot: echoes, repetitions, too many words."""
    if situation.sent_today >= config.daily:
        return Reason.DAILY
    said = index_words(situation.message.text[:_LONGEST])
    if _alike(said, situation.bot_said[:_MOST_COMPARED], fewest=_FEW):
        return Reason.ECHO
    before = [one for one in situation.said if one.id != situation.message.id and one.id < situation.message.id]
    here = [one.text for one in before if _of_session(one.id, one.thread_id, situation)]
    lately = [one.text for one in before if (situation.now - one.sent_at).days < 1]
    # A short word such as "yes" is no repetition; the same short word again in one session is.
    if said and (said in map(_words, here[:_MOST_COMPARED]) or _alike(said, here[:_MOST_COMPARED], fewest=_FEW)):
        return Reason.REPEATED
    if _alike(said, lately[:_MOST_COMPARED], fewest=_FEW):
        return Reason.REPEATED
    return None


def _of_session(message: int, thread: int, situation: Situation) -> bool:
    first = situation.progress.first_message
    return thread == situation.message.thread_id and first > 0 and message >= first


def _words(text: str) -> str:
    return index_words(text[:_LONGEST])


def _alike(words: str, others: Iterable[str], *, fewest: int) -> bool:
    """Whether a text of at least so many words is nearly the same as one of the others."""
    if words.count(" ") + 1 < fewest:
        return False
    from rapidfuzz import fuzz

    return any(fuzz.ratio(words, _words(other), score_cutoff=_ALIKE) > 0 for other in others)
