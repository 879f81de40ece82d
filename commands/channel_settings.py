"""Gathers a channel's settings and secrets from flags, files, the environment, and a person who is asked."""

import os
import secrets as chance
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from convo.channels.secrets import variable_of
from convo.channels.settings import Secret
from convo.errors import BadInput, UsageError
from convo.model.transport import SettingView

from . import asking, notices
from .arguments import pairs

_LARGEST = 100_000


@dataclass(slots=True)
class Gathered:
    """What is known of a channel to be: `values` go into the store, `secrets` are kept outside it."""

    values: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)


def given(values: Sequence[str] | None, secret_files: Sequence[str] | None) -> Gathered:
    """What the flags of a command say; raises UsageError, BadInput for a file that cannot be read."""
    files = pairs(secret_files, "a secret's file")
    if sum(1 for place in files.values() if place == "-") > 1:
        raise UsageError("only one secret can come on standard input", hint="put the others into files")
    return Gathered(pairs(values, "a setting"), {name: _read(place) for name, place in files.items()})


def complete(channel: str, settings: Sequence[SettingView], known: Gathered) -> None:
    """Find what is missing in the environment, make what convo makes, and ask for the rest where a person is there.

    Raises UsageError that names everything that is missing and how to give it, where nobody can be asked.
    """
    for each in settings:
        variable = variable_of(channel, each.name)
        if not each.secret and each.name not in known.values and os.environ.get(variable):
            known.values[each.name] = os.environ[variable]
    wanted = [each for each in settings if not _there(channel, each, known)]
    for each in [each for each in wanted if each.made]:
        known.secrets[each.name] = Secret(chance.token_urlsafe(32))
    wanted = [each for each in wanted if not each.made]
    if asking.can_ask():
        _ask(wanted, known)
    lacking = [each for each in wanted if each.required and not _there(channel, each, known)]
    if lacking:
        raise UsageError(
            f"the channel {channel} lacks " + "; ".join(f"{each.name} ({each.about.rstrip('.')})" for each in lacking),
            hint=" ".join(
                f"--secret-from {each.name}=FILE" if each.secret else f"--set {each.name}=…" for each in lacking
            )
            + " gives it, or the environment: "
            + " ".join(variable_of(channel, each.name) for each in lacking),
        )


def _ask(wanted: Sequence[SettingView], known: Gathered) -> None:
    for each in wanted:
        if not (each.required or each.asked):
            continue
        form = f" ({'|'.join(each.choices) or each.form})" if each.form not in {"text", "secret"} else ""
        question = f"{each.name}{form}: {each.about}" + ("" if each.required else " Enter leaves it out.")
        notices.tell(question)
        if each.secret:
            answer = asking.ask_secret(f"{each.name} (not shown): ")
            if answer:
                known.secrets[each.name] = answer
        else:
            value = asking.ask_value(f"{each.name}:", each.default)
            if value and value != each.default:
                known.values[each.name] = value


def _there(channel: str, setting: SettingView, known: Gathered) -> bool:
    if setting.secret:
        return (
            setting.name in known.secrets
            or bool(known.values.get(f"{setting.name}_env"))
            or bool(os.environ.get(variable_of(channel, setting.name)))
        )
    return setting.name in known.values


def check_names(settings: Sequence[SettingView], secrets: Mapping[str, Secret], kind: str) -> None:
    """Raises BadInput for a secret that the kind has not."""
    known = [each.name for each in settings if each.secret]
    for name in secrets:
        if name not in known:
            told = "it has " + ", ".join(known) if known else "it has none"
            raise BadInput(f"a channel of kind {kind} has no secret {name[:60]!r}", hint=told)


def _read(place: str) -> Secret:
    if place == "-":
        return asking.piped_secret()
    try:
        with Path(place).open("rb") as file:
            return asking.secret_of(file.read(_LARGEST + 1), place)
    except OSError as error:
        raise BadInput(f"{place} cannot be read: {error.strerror}") from error
