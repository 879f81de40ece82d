"""How a condition compares its field with its value."""

from enum import StrEnum


class Op(StrEnum):
    """The comparisons; `ANY`, `NONE` and `ME` take no value."""

    IS = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    BETWEEN = ".."
    ANY = "*"
    NONE = "none"
    ME = "me"
