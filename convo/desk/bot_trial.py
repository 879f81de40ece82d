"""A bot's decision as the view that a trial gives."""

from convo.bot.moves import Answer, Ask, Decision, Finish, HandOver, Release, Silent
from convo.model.bot_views import BotTrial

_NAMES = {Ask: "ask", Answer: "answer", HandOver: "hand over", Finish: "finish", Silent: "silent", Release: "release"}


def trial(bot: str, decision: Decision) -> BotTrial:
    """What the decision would come to."""
    move, progress = decision.move, decision.progress
    return BotTrial(
        bot,
        _NAMES[type(move)],
        move.reason.value if isinstance(move, HandOver | Silent | Release) else "",
        move.fields if isinstance(move, Ask) else (),
        move.article if isinstance(move, Answer) else "",
        move.body if isinstance(move, Ask | Answer | Finish | HandOver) else "",
        move.note if isinstance(move, HandOver) else "",
        progress.language,
        progress.intent,
        dict(progress.known),
        decision.because,
    )
