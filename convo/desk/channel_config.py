"""A channel's settings as the store keeps them: what its kind knows, as JSON takes it, and never a secret."""

import json
import re
import secrets as chance
from collections.abc import Mapping

from convo.channels.registry import has_kind, kind_of
from convo.channels.settings import REFERENCE, check_values, is_secret, names_of
from convo.errors import BadInput
from convo.text import clean

# "token", "bot-token", "apiKey", "SMTP.PASSWORD", but neither "token_env" nor "tokenizer".
_SECRET = re.compile(
    r"(?:password|passwd|passphrase|secret|token|(?:api|private)[-_. ]?key)$", re.ASCII | re.IGNORECASE
)
_PASSWORD_IN_URL = re.compile(r"://[^/?#@:\s]*:[^/?#@\s]+@")
_LONGEST_CONFIG = 20_000
_DEEPEST_CONFIG = 8


def checked_config(kind: str, config: Mapping[str, object], before: Mapping[str, object]) -> dict[str, object]:
    """The settings of a channel of a kind, with the name of its set of secrets: the one it had `before`, or a new one.

    Raises BadInput for one that is a secret, that its kind does not know, or for too many.
    """
    settings = as_json(config)
    if not has_kind(kind):
        return settings
    declared = kind_of(kind).config
    settings = check_values(declared, settings, kind)
    if any(is_secret(declared, name) for name in names_of(declared)):
        settings[REFERENCE] = before.get(REFERENCE) or f"{kind}-{chance.token_hex(6)}"
    return settings


def as_json(config: Mapping[str, object]) -> dict[str, object]:
    """The settings as JSON takes them; raises BadInput for one that is a secret, or for too many."""
    settings = {clean(str(name)): _setting(clean(str(name)), value, 1) for name, value in config.items()}
    try:
        written = json.dumps(settings, allow_nan=False)
    except ValueError as error:
        raise BadInput("a setting is a number that JSON does not know", hint="give a finite one") from error
    if len(written) > _LONGEST_CONFIG:
        raise BadInput(f"the settings are {len(written):,} characters long; the most is {_LONGEST_CONFIG:,}")
    return settings


def _setting(name: str, value: object, depth: int) -> object:
    """A setting as JSON takes it, all that is in it included; raises BadInput for a secret."""
    if _SECRET.search(name):
        raise BadInput(
            f"{name} is a secret, and the store holds none",
            hint=f"name the environment variable that holds it: {name}_env=NAME",
        )
    if depth > _DEEPEST_CONFIG:
        raise BadInput(f"the settings of {name} go more than {_DEEPEST_CONFIG} levels deep")
    if isinstance(value, Mapping):
        return {clean(str(key)): _setting(clean(str(key)), inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_setting(name, inner, depth + 1) for inner in value]
    if isinstance(value, str):
        if _PASSWORD_IN_URL.search(value[:_LONGEST_CONFIG]):
            raise BadInput(
                f"{name} is a URL that holds a password, and the store holds none",
                hint=f"name the environment variable that holds it: {name}_password_env=NAME",
            )
        return clean(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    raise BadInput(f"{name} cannot be a {type(value).__name__}", hint="texts, numbers, lists and tables of them can")
