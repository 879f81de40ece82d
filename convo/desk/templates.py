"""An approved template of a provider's that goes in place of a text: as a delivery keeps it, and as it is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from convo.errors import BadInput
from convo.text import clean

_MOST_VALUES = 30
_LONGEST_VALUE = 1_024


def as_template(name: str, language: str, values: Sequence[str]) -> dict[str, Any]:
    """An approved template as a delivery keeps it; raises BadInput for a name, language or value that cannot be one."""
    for what, word, longest in (("template", name, 512), ("language", language, 40)):
        if len(word) > longest or not all(letter.isalnum() or letter in "_-." for letter in word):
            raise BadInput(
                f"{word[:60]!r} is no {what}", hint="letters, digits and underscores, as the provider has it"
            )
    if len(values) > _MOST_VALUES or any(len(value) > _LONGEST_VALUE for value in values):
        raise BadInput(f"a template takes at most {_MOST_VALUES} values of {_LONGEST_VALUE:,} characters")
    held = [clean(value).strip() for value in values]
    if not name or not all(held):
        raise BadInput("a value of a template is empty" if name else "a template has a name")
    return {"name": name, "language": language, "values": held}


def template_text(template: Mapping[str, Any]) -> str:
    """A template as a conversation shows it, where nobody gave the text that the provider makes of it."""
    language = f" ({template['language']})" if template["language"] else ""
    return "\n".join((f"template {template['name']}{language}", *template["values"]))
