"""The pieces of a word that small models know it by: runs of its bytes, ends marked, so that an unknown word still says
something."""

LONGEST = 40


def pieces(word: str, shortest: int, longest: int) -> list[bytes]:
    """Every run of `shortest` to `longest` bytes of the word between two spaces; its first 40 bytes are looked at."""
    marked = b" " + word.encode("utf-8", "replace")[:LONGEST] + b" "
    size = len(marked)
    return [
        marked[start : start + length] for length in range(shortest, longest + 1) for start in range(size - length + 1)
    ]
