"""Bots as TOML files: the configuration as its author wrote it, comments and all, with the bot's name in it."""

import tomllib

from convo.bot.reading import read_config
from convo.errors import BadInput


def named(config: str, name: str) -> str:
    """The configuration with the bot's name on top, everything else as it stands."""
    import tomlkit

    document = tomlkit.parse(config)
    if "name" in document:
        document["name"] = name
        return tomlkit.dumps(document)
    head = tomlkit.document()
    head["name"] = name
    return tomlkit.dumps(head) + config


def name_in(config: str) -> str:
    """The name of the bot that a text configures; raises BadInput when it names none or is no configuration."""
    read_config(config)
    name = tomllib.loads(config).get("name")
    if not isinstance(name, str) or not name.strip():
        raise BadInput("the file does not say which bot it configures", hint='name = "first-contact" at its top')
    return name
