"""Which characters the search index holds in overlapping pairs, because their scripts put no space between words."""

from functools import lru_cache

from convo.text.words import index_words


@lru_cache(maxsize=4096)
def in_pairs(character: str) -> bool:
    """Whether the index writes a run of this character as pairs: Han and kana."""
    return not character.isascii() and " " in index_words(character * 2)
