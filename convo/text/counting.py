"""Counts and sizes in words, and how much of a text was folded away, alike on every face."""


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 message, 1,200 messages."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(count: int | None) -> str:
    """A size in bytes, kB, MB or GB; empty when it is not known."""
    if count is None:
        return ""
    if count < 1000:
        return f"{count} bytes"
    value: float = count
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000 or unit == "GB":
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return ""


def utf16_length(text: str) -> int:
    """How many units a text has in UTF-16, by which some providers count: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def folded_lines(body: str, original: str | None) -> int:
    """How many written lines of a message's whole text `original` its `body` leaves out; 0 where nothing was folded."""
    return 0 if original is None else max(0, _written(original) - _written(body))


def _written(text: str) -> int:
    return sum(1 for piece in text.split("\n") if piece.strip())
