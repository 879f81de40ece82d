"""What a rule can do: the verbs, and the form of what follows each; who or what is meant is looked up when it runs."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from convo.desk.names import check_name
from convo.desk.rule_conflicts import conflict
from convo.desk.thread_tags import tag_name
from convo.errors import BadInput
from convo.model.words import Priority
from convo.routing.rules import Action
from convo.routing.wanted import parse_wanted
from convo.text import clean
from convo.text.spans import parse_span

MOST_ACTIONS = 20
_LONGEST_TEXT = 4_000
_BRIEF = 40


def _priority(word: str) -> str:
    form = word.casefold()
    if form not in list(Priority):
        raise BadInput(f"{word[:40]!r} is no priority", hint="one of " + ", ".join(Priority))
    return form


def _span(word: str) -> str:
    if not parse_span(word):
        raise BadInput(f"{word!r} is no time at all", hint="such as 7d, 36h, 90m or 2w")
    return word


def _wanted(words: str) -> str:
    wanted = parse_wanted(words)
    for noun, name in (("operator", wanted.operator), ("team", wanted.team)):
        if name:
            check_name(name, noun)
    return str(wanted)


def _text(words: str) -> str:
    if len(words) > _LONGEST_TEXT:
        raise BadInput(f"the text is {len(words):,} characters long; the most is {_LONGEST_TEXT:,}")
    return words


def _by_channel(words: str) -> str:
    by, _, name = words.partition(" ")
    if by.casefold() != "by" or not name.strip():
        raise BadInput(f"send says by which channel, not {words[:40]!r}", hint="send by CHANNEL")
    return f"by {check_name(name, 'channel')}"


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
    "assign": Verb(
        "OPERATOR, or [sticky] round-robin|least-busy [TEAM] [skill:SKILL]... [language]",
        _wanted,
        "give the thread to an operator, or to one whom the desk chooses",
    ),
    "team": Verb("TEAM", _name("team"), "give the thread to a team"),
    "priority": Verb("low, normal, high or urgent", _priority, "set how urgent the thread is"),
    "tag": Verb("TAG", tag_name, "put a tag on the thread"),
    "untag": Verb("TAG", tag_name, "take a tag off the thread"),
    "sla": Verb("POLICY", _name("SLA policy"), "put the thread under a promise of times"),
    "reply": Verb("SNIPPET", _name("snippet"), "answer with a snippet"),
    "send": Verb("by CHANNEL", _by_channel, "send an answer that failed by another channel, once"),
    "bot": Verb("BOT", _name("bot"), "hand the thread to the bot", optional=True),
    "note": Verb("TEXT", _text, "write an internal note"),
    "notify": Verb("OPERATOR or TEAM", _name("operator or team"), "tell an operator or a team"),
    "snooze": Verb("how long, such as 3d", _span, "put the thread away for a while"),
    "close": Verb("", _text, "resolve the thread"),
    "block": Verb("", _text, "block the customer as spam, and resolve the thread"),
    "stop": Verb("", _text, "let no later rule run"),
}


def check_actions(actions: Sequence[str]) -> list[str]:
    """The actions in their one form, `verb what`; raises BadInput naming the one that is wrong, or two that clash."""
    if not actions:
        raise BadInput("a rule does something", hint="such as: tag vip")
    if len(actions) > MOST_ACTIONS:
        raise BadInput(f"a rule has at most {MOST_ACTIONS} actions, not {len(actions)}")
    checked = [_placed(place, action) for place, action in enumerate(actions, 1)]
    found = conflict([Action(*action.split(" ", 1)) for action in checked])
    if found is not None:
        first, second = checked[found.first - 1], checked[found.second - 1]
        raise BadInput(
            f"actions {found.first} ({_brief(first)}) and {found.second} ({_brief(second)}) contradict each other",
            hint=found.why,
        )
    return checked


def _placed(place: int, action: str) -> str:
    """An action in its one form; what is wrong with it is said with its place."""
    try:
        return _check(action)
    except BadInput as error:
        raise BadInput(f"action {place}: {error.message}", hint=error.hint) from None


def _brief(action: str) -> str:
    return action if len(action) <= _BRIEF else action[:_BRIEF] + "…"


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
