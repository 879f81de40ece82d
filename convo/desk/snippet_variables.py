"""The variables of canned replies, such as {customer.name}, and how they are filled in.

A variable is replaced by text and never evaluated: what a customer is called cannot reach anything.
"""

import re
from collections.abc import Mapping

from convo.errors import BadInput

VARIABLES = {
    "customer.name": "the customer's name",
    "customer.first_name": "the first word of the customer's name",
    "customer.language": "the customer's language",
    "customer.attr.NAME": "an attribute of the customer",
    "thread.id": "the thread's number",
    "thread.subject": "the thread's subject",
    "channel.name": "the channel's name",
    "operator.name": "the name of who answers, as customers see it",
}
_ATTRIBUTE = "customer.attr."
_PLACE = re.compile(r"\{\{|\}\}|\{([^{}\s|]{0,80})(?:\|([^{}]{0,200}))?\}")


def check_variables(body: str) -> None:
    """Raise BadInput for the first variable that there is none of."""
    for match in _PLACE.finditer(body):
        if match[1] is not None:
            _check(match[1])


def fill(body: str, values: Mapping[str, str]) -> str:
    """The body with its variables filled in: `{name}`, or `{name|what to say when it is empty}`; `{{` is a brace.

    Raises BadInput for a variable that there is none of.
    """

    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        _check(name)
        return values.get(name.casefold(), "") or match[2] or ""

    return _PLACE.sub(one, body)


def _check(name: str) -> None:
    known = name.casefold()
    if known in VARIABLES and known != _ATTRIBUTE + "name":
        return
    if known.startswith(_ATTRIBUTE) and len(known) > len(_ATTRIBUTE):
        return
    raise BadInput(f"there is no variable {{{name}}}", hint="one of " + ", ".join(f"{{{v}}}" for v in VARIABLES))
