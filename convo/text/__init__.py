"""What strangers wrote, made fit to store, to show, to fold and to search; names are loaded when they are used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from convo.text.safe import clean, safe

if TYPE_CHECKING:
    from convo.text.html import html_to_text
    from convo.text.quotes import Folded, split_quote
    from convo.text.words import index_words, query_words

__all__ = ["Folded", "clean", "html_to_text", "index_words", "query_words", "safe", "split_quote"]

_HOMES = {
    "Folded": "quotes",
    "html_to_text": "html",
    "index_words": "words",
    "query_words": "words",
    "split_quote": "quotes",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
