"""What a rule can do: the verbs, and the form of what follows each; who or what is meant is looked up when it runs."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from convo.desk.names import check_name
from convo.desk.threads import tag_name
from convo.errors import BadInput
from convo.intake.policy import parse_span
from convo.model.words import Priority
from convo.text import clean

TRIGGERS = (
    "message received",
    "message sent",
    "thread opened",
    "thread reopened",
    "thread resolved",
    "waiting",
    "sla about to breach",
)
MOST_ACTIONS = 20
_LONGEST_TEXT = 4_000


def _priority(word: str) -> str:
    form = word.casefold()
    if form not in list(Priority):
        raise BadInput(f"{word[:40]!r} is no priority", hint="one of " + ", ".join(Priority))
    return form


def _span(word: str) -> str:
    parse_span(word)
    return word


def _text(words: str) -> str:
    if len(words) > _LONGEST_TEXT:
        raise BadInput(f"the text is {len(words):,} characters long; the most is {_LONGEST_TEXT:,}")
    return words


def _name(noun: str) -> Callable[[str], str]:
    return lambda word: check_name(word, noun)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: what follows it (empty: nothing), how that is checked, and what it does."""

    takes: str
    check: Callable[[str], str]
    does: str
    optional: bool = False


VERBS = {
    "assign": Verb("OPERATOR", _name("operator"), "give the thread to an operator"),
    "team": Verb("TEAM", _name("team"), "give the thread to a team"),
    "priority": Verb("low, normal, high or urgent", _priority, "set how urgent the thread is"),
    "tag": Verb("TAG", tag_name, "put a tag on the thread"),
    "untag": Verb("TAG", tag_name, "take a tag off the thread"),
    "sla": Verb("POLICY", _name("SLA policy"), "put the thread under a promise of times"),
    "reply": Verb("SNIPPET", _name("snippet"), "answer with a snippet"),
    "bot": Verb("BOT", _name("bot"), "hand the thread to the bot", optional=True),
    "note": Verb("TEXT", _text, "write an internal note"),
    "notify": Verb("OPERATOR or TEAM", _name("operator or team"), "tell an operator or a team"),
    "snooze": Verb("how long, such as 3d", _span, "put the thread away for a while"),
    "close": Verb("", _text, "resolve the thread"),
    "block": Verb("", _text, "block the customer"),
    "stop": Verb("", _text, "let no later rule run"),
}


def check_actions(actions: Sequence[str]) -> list[str]:
    """The actions in their one form, `verb what`; raises BadInput naming the one that is wrong."""
    if not actions:
        raise BadInput("a rule does something", hint="such as: tag vip")
    if len(actions) > MOST_ACTIONS:
        raise BadInput(f"a rule has at most {MOST_ACTIONS} actions, not {len(actions)}")
    return [_check(action) for action in actions]


def _check(action: str) -> str:
    word, _, rest = " ".join(clean(action).split()).partition(" ")
    verb = VERBS.get(word.casefold())
    if verb is None:
        near = difflib.get_close_matches(word[:40].casefold(), VERBS, n=1)
        hint = f"did you mean {near[0]}?" if near else "one of " + ", ".join(VERBS)
        raise BadInput(f"{word[:40]!r} is nothing that a rule can do", hint=hint)
    name = word.casefold()
    if not verb.takes:
        if rest:
            raise BadInput(f"{name} takes nothing after it, not {rest[:40]!r}", hint=name)
        return name
    if not rest:
        if verb.optional:
            return name
        raise BadInput(f"{name} needs something after it", hint=f"{name} {verb.takes}")
    return f"{name} {verb.check(rest)}"
