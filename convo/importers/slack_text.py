"""Slack's message markup as the text a person reads: mentions by name, links with their labels, entities decoded."""

import re
from collections.abc import Mapping

_ANGLES = re.compile(r"<([^<>]*)>")


def plain_text(markup: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """The text of Slack's markup; `users` and `channels` give the names of ids, an unknown id stands for itself."""

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
