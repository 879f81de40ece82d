"""Reads a bot's configuration from TOML; whatever is wrong with it is told in one sentence that names the place."""

import math
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from convo.bot.bot_config import BotConfig, intent_name
from convo.bot.fields import WELL_KNOWN, Field, FieldKind
from convo.bot.masks import compiled
from convo.bot.speech import SPEECHES
from convo.errors import BadInput
from convo.routing.wanted import parse_wanted
from convo.text import clean

_LARGEST = 200_000
_LONGEST_PROMPT = 300
_LONGEST_NAME = 120
_MOST = 100
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_SPAN = re.compile(r"(\d{1,4})([dw])", re.ASCII)
_KEYS = {
    "name", "signs_as", "language", "ask", "fields", "person_intents", "certainty", "confidence", "turns", "daily",
    "mood", "mood_drop", "recent", "other_languages", "after_answer", "tells", "wanted",
}  # fmt: skip
_FIELD_KEYS = {"kind", "patterns", "own", "prompts"}


@lru_cache(maxsize=32)
def read_config(text: str) -> BotConfig:
    """The configuration that a TOML text holds; raises BadInput. A top-level `name` is allowed and not looked at."""
    if len(text) > _LARGEST:
        raise BadInput(f"the bot's configuration is {len(text):,} characters long; the most is {_LARGEST:,}")
    try:
        table = tomllib.loads(clean(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"the bot's configuration is no TOML: {error}", hint="mend the place it names") from error
    except RecursionError as error:
        raise BadInput("the bot's configuration nests too deep") from error
    _known_keys(table, _KEYS, "the bot's configuration")
    fields = _fields(table.get("fields", {}))
    values: dict[str, Any] = {
        "signs_as": _line(table, "signs_as", ""),
        "language": _spoken(_line(table, "language", "en")),
        "fields": fields,
        "ask": _ask(table.get("ask", {}), fields),
        "certainty": _number(table, "certainty", 0.5, 0.0, 1.0),
        "confidence": _number(table, "confidence", 0.0, 0.0, 1.0),
        "turns": int(_number(table, "turns", 3, 1, 20, whole=True)),
        "daily": int(_number(table, "daily", 10, 1, 100, whole=True)),
        "mood": _number(table, "mood", -0.7, -1.0, 1.0),
        "mood_drop": _number(table, "mood_drop", 0.6, 0.05, 2.0),
        "recent": _span(table),
        "other_languages": _flag(table, "other_languages", False),
        "tells": _flag(table, "tells", True),
        "after_answer": _line(table, "after_answer", "resolved"),
        "wanted": _line(table, "wanted", ""),
    }
    if "person_intents" in table:
        names = _texts(table["person_intents"], "person_intents")
        values["person_intents"] = tuple(intent_name(name) for name in names)
    if values["after_answer"] not in {"resolved", "pending"}:
        raise BadInput("after_answer is resolved or pending, not " + repr(values["after_answer"])[:40])
    if values["wanted"]:
        parse_wanted(values["wanted"])
    return BotConfig(**values)


def _known_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise BadInput(f"{where} sets {key[:40]!r}, which is nothing", hint="it takes " + ", ".join(sorted(known)))


def _fields(given: object) -> dict[str, Field]:
    fields = dict(WELL_KNOWN)
    if not isinstance(given, dict):
        raise BadInput("fields takes tables such as [fields.order_number]")
    for name, table in given.items():
        where = f"[fields.{name[:40]}]"
        if not _FIELD_NAME.fullmatch(name):
            raise BadInput(
                f"{name[:40]!r} is no name of a field", hint="small letters, digits and _, such as frame_size"
            )
        if not isinstance(table, dict):
            raise BadInput(f"{where} is a table", hint=f"{where} and below it prompts, patterns, …")
        _known_keys(table, _FIELD_KEYS, where)
        known = WELL_KNOWN.get(name)
        kind = table.get("kind", known.kind.value if known else FieldKind.TEXT.value)
        if kind not in list(FieldKind):
            raise BadInput(f"{where}: {kind!r} is no kind of field"[:120], hint="one of " + ", ".join(FieldKind))
        field = Field(
            name,
            FieldKind(kind),
            tuple(_texts(table.get("patterns", []), f"{where} patterns")),
            _flag(table, "own", False),
            _prompts(table.get("prompts", {}), where),
        )
        for mask in field.patterns:
            compiled(mask)
        if field.patterns and field.kind not in {FieldKind.ORDER, FieldKind.TEXT}:
            raise BadInput(f"{where}: a {kind} has no patterns", hint="order and text have")
        if field.own and field.kind is not FieldKind.ORDER:
            raise BadInput(f"{where}: own is for a field of kind order")
        if field.kind is FieldKind.TEXT and not field.prompts:
            raise BadInput(f"{where} does not say how to ask for it", hint='prompts = { en = "the size of the frame" }')
        fields[name] = field
    return fields


def _prompts(given: object, where: str) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadInput(f"{where}: prompts is a table by language", hint='prompts = { en = "…", de = "…" }')
    prompts = {}
    for language, text in given.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(text, str):
            raise BadInput(f"{where}: prompts takes texts by language, such as en", hint='prompts = { en = "…" }')
        form = " ".join(text.split())
        if not 0 < len(form) <= _LONGEST_PROMPT:
            raise BadInput(f"{where}: a prompt has 1 to {_LONGEST_PROMPT} characters, not {len(form)}")
        prompts[language] = form
    return prompts


def _ask(given: object, fields: Mapping[str, Field]) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise BadInput("ask is a table by intent", hint='[ask] and below it "order status" = ["order_number"]')
    asked = {}
    for intent, names in given.items():
        asked[intent_name(intent)] = tuple(dict.fromkeys(_texts(names, f"ask {intent[:40]!r}")))
        for name in asked[intent_name(intent)]:
            if name not in fields:
                raise BadInput(
                    f"ask {intent[:40]!r} names the field {name[:40]!r}, which is none",
                    hint="the fields are " + ", ".join(fields),
                )
    return asked


def _texts(given: object, where: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given) or len(given) > _MOST:
        raise BadInput(f"{where} takes a list of at most {_MOST} texts", hint='such as ["order_number"]')
    return given


def _line(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise BadInput(f"{key} takes a text, not {value!r}"[:120], hint=f'{key} = "…"')
    form = " ".join(value.split())
    if len(form) > _LONGEST_NAME:
        raise BadInput(f"{key} has at most {_LONGEST_NAME} characters, not {len(form)}")
    return form


def _spoken(language: str) -> str:
    if language not in SPEECHES:
        raise BadInput(f"a bot does not speak {language[:20]!r}", hint="it speaks " + ", ".join(SPEECHES))
    return language


def _number(
    table: Mapping[str, Any], key: str, default: float, least: float, most: float, *, whole: bool = False
) -> float:
    value = table.get(key, default)
    fits = isinstance(value, int) or (isinstance(value, float) and not whole and math.isfinite(value))
    if isinstance(value, bool) or not fits or not least <= value <= most:
        what = "a whole number" if whole else "a number"
        raise BadInput(f"{key} takes {what} from {least:g} to {most:g}, not {value!r}"[:120])
    return float(value)


def _flag(table: Mapping[str, Any], key: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise BadInput(f"{key} is true or false, not {value!r}"[:120])
    return value


def _span(table: Mapping[str, Any]) -> timedelta:
    found = _SPAN.fullmatch(_line(table, "recent", "90d"))
    if found is None:
        raise BadInput("recent takes a number of days or weeks", hint='recent = "90d"')
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
