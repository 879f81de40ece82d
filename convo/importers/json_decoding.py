"""Decode one JSON value that a stranger wrote: whatever is wrong with it becomes one clause."""

import json
import re
from typing import Any

from convo.text import clean

_DECODER = json.JSONDecoder(strict=False)
_FOREIGN_ESCAPE = re.compile(r"\\u(?:d[89a-f]|0000)", re.I)


class NotJson(ValueError):
    """Bytes that are no JSON; its text is a clause that completes a sentence about them."""


def decode(raw: bytes | str) -> Any:
    """The JSON value in these bytes (UTF-8) or this text, lone surrogates and NULs replaced; raises NotJson."""
    try:
        text = raw if isinstance(raw, str) else raw.decode()
        if text[:1] == "{":
            value, end = _DECODER.raw_decode(text)
            if end < len(text) and not text[end:].isspace():
                raise json.JSONDecodeError("Extra data", text, end)
        else:
            value = _DECODER.decode(text.removeprefix("\ufeff"))
        return _cleaned(value) if "\\u" in text and _FOREIGN_ESCAPE.search(text) else value
    except json.JSONDecodeError as error:
        raise NotJson(f"is not JSON: {error.msg} at column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8 text: byte {error.start + 1} is wrong") from error
    except RecursionError as error:
        raise NotJson("is nested too deeply") from error
    except ValueError as error:
        raise NotJson("holds a number that is too long") from error


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(each) for key, each in value.items()}
    return value
