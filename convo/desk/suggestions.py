"""Operations that suggest what the best answer may be: articles, past replies, snippets."""

from convo.desk.operation import Operations


class Suggestions(Operations):
    """What the best answer may be."""
