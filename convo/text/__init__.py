"""What strangers wrote, made fit to store, to show, to fold and to search; importing it loads no parser."""

from convo.text.html import html_to_text
from convo.text.quotes import Folded, split_quote
from convo.text.safe import clean, safe
from convo.text.words import index_words, query_words

__all__ = ["Folded", "clean", "html_to_text", "index_words", "query_words", "safe", "split_quote"]
