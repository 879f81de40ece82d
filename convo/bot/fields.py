"""The things a bot may ask for, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from convo.bot.speech import SPEECHES


class FieldKind(StrEnum):
    """How what was given is found in a message and checked."""

    ORDER = "order"
    EMAIL = "email"
    PHONE = "phone"
    PHOTO = "photo"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """Something to ask for.

    `patterns` are masks (`convo.bot.masks`) of which the value has one. `own` lets only orders of the customer pass.
    `prompts` are what is asked for, by language, as the end of "please send us …".
    """

    name: str
    kind: FieldKind
    patterns: tuple[str, ...] = ()
    own: bool = False
    prompts: Mapping[str, str] = field(default_factory=dict)

    def prompt(self, language: str, fallback: str) -> str:
        """What is asked for, in this language, or else in `fallback`."""
        for one in (language, fallback):
            if one in self.prompts:
                return self.prompts[one]
            if self.kind is not FieldKind.TEXT and one in SPEECHES:
                return str(getattr(SPEECHES[one], self.kind.value))
        return next(iter(self.prompts.values()), self.name.replace("_", " "))


WELL_KNOWN = {
    "order_number": Field("order_number", FieldKind.ORDER),
    "email": Field("email", FieldKind.EMAIL),
    "phone": Field("phone", FieldKind.PHONE),
    "photo": Field("photo", FieldKind.PHOTO),
}
"""The fields that need no configuration."""
