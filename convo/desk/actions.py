"""The actions that a rule can name, and the form of each."""

import difflib
from collections.abc import Sequence

from convo.errors import BadInput

ACTIONS = {
    "assign": "OPERATOR",
    "team": "TEAM",
    "priority": "low|normal|high|urgent",
    "tag": "TAG",
    "untag": "TAG",
    "sla": "POLICY",
    "reply": "SNIPPET",
    "bot": "",
    "note": "TEXT",
    "notify": "OPERATOR",
    "snooze": "LENGTH",
    "close": "",
    "block": "",
    "stop": "",
}
TRIGGERS = ("message received", "thread opened", "thread reopened", "thread resolved", "waiting", "sla about to breach")


def check_actions(actions: Sequence[str]) -> list[str]:
    """The actions in their one form, `verb argument`; raises BadInput naming the one that is none."""
    checked = [_check(action) for action in actions]
    if not checked:
        raise BadInput("a rule needs an action", hint="such as: " + ", ".join(forms()))
    return checked


def forms() -> list[str]:
    """Every action as one writes it."""
    return [f"{verb} {argument}".strip() for verb, argument in ACTIONS.items()]


def check_trigger(trigger: str) -> str:
    """The trigger in its one form; raises BadInput with the list."""
    form = " ".join(trigger.casefold().split())
    if form not in TRIGGERS:
        raise BadInput(f"{trigger[:60]!r} is no trigger", hint="one of " + ", ".join(TRIGGERS))
    return form


def _check(action: str) -> str:
    verb, _, argument = " ".join(action.split()).partition(" ")
    verb = verb.casefold()
    if verb not in ACTIONS:
        near = difflib.get_close_matches(verb, ACTIONS, n=1)
        guess = f"did you mean {near[0]}?" if near else "one of " + ", ".join(forms())
        raise BadInput(f"{action[:60]!r} is no action", hint=guess)
    wanted = ACTIONS[verb]
    if bool(wanted) != bool(argument):
        raise BadInput(f"{action[:60]!r} is not how {verb} is written", hint=f"{verb} {wanted}".strip())
    if verb == "priority" and argument not in wanted.split("|"):
        raise BadInput(f"{argument[:60]!r} is no priority", hint="one of " + wanted.replace("|", ", "))
    return f"{verb} {argument}".strip()
