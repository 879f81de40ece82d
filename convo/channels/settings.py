"""How a kind of channel declares its settings, and how they are read: typed, complete, and with secrets by reference.

A kind's config is a frozen dataclass whose fields are made by `setting`. What the store holds of it are plain values;
of a field of type `Secret` it holds nothing, or under `NAME_env` the name of the environment variable that has it.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from convo.errors import BadInput
from convo.text import clean

_TRUE = frozenset({"on", "yes", "true", "1"})
_FALSE = frozenset({"off", "no", "false", "0"})
REFERENCE = "secrets"
"""The setting that says under which name the secrets of a channel are kept outside the store."""


class Secret:
    """A password or token: never shown, only revealed to the provider."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def setting(about: str, *, default: Any = MISSING, ask: bool = False, made: bool = False) -> Any:
    """A field of a kind's config: what it is, in one sentence. Without a default it is required, and asked for.

    `ask` asks for an optional one, too; a `made` secret is a random one that convo makes and nobody needs to know.
    """
    metadata = {"about": about, "ask": ask or default is MISSING, "made": made}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def is_secret(config: type, name: str) -> bool:
    """Whether a setting is a secret."""
    return get_type_hints(config).get(name) is Secret


def names_of(config: type) -> tuple[str, ...]:
    """The settings of a kind, in their order."""
    return tuple(each.name for each in fields(config))


def declared(config: type) -> tuple[Field[Any], ...]:
    """The fields of a kind's config; `metadata` has what `setting` was given."""
    return tuple(fields(config))


def check_values(config: type, values: Mapping[str, object], kind: str) -> dict[str, object]:
    """Settings as the store keeps them: known, of the right type, no secret; raises BadInput for the first wrong one.

    What is missing is not looked for.
    """
    hints, kept = get_type_hints(config), dict[str, object]()
    known = names_of(config)
    for name, value in values.items():
        plain = name.removesuffix("_env")
        if name == REFERENCE or (plain != name and plain in known and hints[plain] is Secret):
            kept[name] = clean(str(value))
        elif name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise BadInput(
                f"a channel of kind {kind} has no setting {name[:60]!r}",
                hint=f"did you mean {near[0]}?" if near else "it has " + ", ".join(known),
            )
        elif hints[name] is Secret:
            raise BadInput(
                f"{name} is a secret, and the store holds none",
                hint=f"convo asks for it, or name the environment variable that holds it: {name}_env=NAME",
            )
        else:
            kept[name] = _as_kept(_typed(hints[name], name, value))
    return kept


def read(
    config: type, values: Mapping[str, object], secret_of: Callable[[str, str], Secret | None], *, channel: str
) -> Any:
    """A kind's config from what the store keeps; `secret_of` finds a secret by its name and variable (or "").

    Raises BadInput naming the first setting that is missing.
    """
    hints, given = get_type_hints(config), dict[str, Any]()
    for each in fields(config):
        if hints[each.name] is Secret:
            found = secret_of(each.name, str(values.get(f"{each.name}_env", "")))
            if found is not None:
                given[each.name] = found
        elif each.name in values:
            given[each.name] = _typed(hints[each.name], each.name, values[each.name])
        if each.name not in given and each.default is MISSING:
            raise BadInput(
                f"the channel {channel} lacks {each.name}: {each.metadata['about']}",
                hint=f"convo channel secret {channel} {each.name}"
                if hints[each.name] is Secret
                else f"convo channel set {channel} {each.name}=…",
            )
    return config(**given)


def missing(config: type, values: Mapping[str, object], has_secret: Callable[[str, str], bool]) -> tuple[str, ...]:
    """The settings that are required and not there, in order."""
    hints = get_type_hints(config)
    return tuple(
        each.name
        for each in fields(config)
        if each.default is MISSING
        and each.name not in values
        and not (hints[each.name] is Secret and has_secret(each.name, str(values.get(f"{each.name}_env", ""))))
    )


def _typed(hint: Any, name: str, value: object) -> Any:
    """A value of the type that a setting has; raises BadInput."""
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        if value not in choices:
            raise BadInput(f"{name} cannot be {str(value)[:60]!r}", hint="one of " + ", ".join(map(str, choices)))
        return value
    if get_origin(hint) is tuple:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise BadInput(f"{name} is a list, such as one,two")
        return tuple(clean(str(part)).strip() for part in parts if str(part).strip())
    if hint is bool:
        word = str(value).strip().casefold()
        if word not in _TRUE | _FALSE:
            raise BadInput(f"{name} is on or off, not {str(value)[:60]!r}")
        return word in _TRUE
    if hint in (int, float):
        try:
            return hint(str(value))
        except ValueError:
            raise BadInput(f"{name} is a number, not {str(value)[:60]!r}") from None
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise BadInput(f"{name} is a text, not a {type(value).__name__}")
    return clean(str(value)).strip()


def _as_kept(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
