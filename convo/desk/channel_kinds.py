"""The kinds of channel and their settings, as views for whoever asks a person about them."""

from dataclasses import MISSING
from typing import Any, Literal, get_args, get_origin, get_type_hints

from convo.channels.base import Kind
from convo.channels.registry import kind_names, kind_of
from convo.channels.settings import Secret, declared
from convo.model.transport import KindView, SettingView


def kind_views() -> tuple[KindView, ...]:
    """The kinds by which messages travel, by name."""
    return tuple(_view(kind_of(name)) for name in kind_names())


def setting_views(kind: str) -> tuple[SettingView, ...]:
    """The settings of a kind, in its order; raises NotFound for a kind by which nothing travels."""
    config = kind_of(kind).config
    hints = get_type_hints(config)
    return tuple(
        SettingView(
            each.name,
            each.metadata.get("about", ""),
            _form(hints[each.name]),
            required=each.default is MISSING,
            asked=bool(each.metadata.get("ask", each.default is MISSING)),
            made=bool(each.metadata.get("made")),
            default=_shown(each.default),
            choices=tuple(map(str, get_args(hints[each.name]))) if get_origin(hints[each.name]) is Literal else (),
        )
        for each in declared(config)
    )


def _view(kind: Kind) -> KindView:
    can = kind.can
    return KindView(
        kind.name,
        kind.title,
        kind.about,
        threads=can.threads,
        subjects=can.subjects,
        receipts=can.receipts,
        edits=can.edits,
        typing=can.typing > 0,
        typing_reads=can.typing_reads,
        templates=can.templates,
        largest_file=can.largest_file,
        longest=can.longest,
        window=None if can.window is None else can.window.total_seconds(),
        answers_only=can.answers_only,
        public=can.public,
    )


def _form(hint: Any) -> str:
    """What a setting takes, in a word."""
    if hint is Secret:
        return "secret"
    if get_origin(hint) is Literal:
        return "choice"
    if get_origin(hint) is tuple:
        return "list"
    return {bool: "on or off", int: "number", float: "number"}.get(hint, "text")


def _shown(default: object) -> str:
    """A default as one would write it."""
    if default is MISSING or isinstance(default, Secret) or default is None:
        return ""
    if isinstance(default, bool):
        return "on" if default else "off"
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
