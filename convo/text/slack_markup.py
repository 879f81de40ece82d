"""Slack's message markup as the text a person reads, and text of ours as such markup."""

import re
from collections.abc import Mapping

_ANGLES = re.compile(r"<([^<>]*)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]{1,30})[|>]", re.ASCII)


def plain_text(markup: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """The text of Slack's markup: mentions by name, links with their labels, entities decoded.

    `users` and `channels` give the names of ids; an unknown id stands for itself.
    """

    def shown(found: re.Match[str]) -> str:
        target, bar, label = found[1].partition("|")
        sign, rest = target[:1], target[1:]
        if sign == "@":
            return "@" + (label or users.get(rest) or rest).removeprefix("@")
        if sign == "#":
            return "#" + (label or channels.get(rest) or rest).removeprefix("#")
        if sign == "!":
            return label if bar and label else "@" + rest.partition("^")[0]
        address = target.removeprefix("mailto:").removeprefix("tel:")
        return f"{label} ({address})" if label and label not in (address, target) else address

    return _ANGLES.sub(shown, markup).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_written(text: str) -> str:
    """The markup that shows a text as it is: nothing in it is a mention or a link with a label."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentioned(markup: str) -> tuple[str, ...]:
    """The ids of the people whom markup mentions, each once, in order."""
    return tuple(dict.fromkeys(_PERSON.findall(markup)))
