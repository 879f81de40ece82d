"""Asks one question at a time, and once more when something changed meanwhile: changes in plenty starve no answer."""


class Turn:
    """Whether a question is under way, and whether it is to be asked again."""

    def __init__(self) -> None:
        self._busy = False
        self._again = False

    def begin(self) -> bool:
        """Whether to ask now; otherwise it is remembered that there is more to see."""
        if self._busy:
            self._again = True
            return False
        self._busy = True
        return True

    def end(self) -> bool:
        """The answer is there; whether to ask again."""
        again, self._busy, self._again = self._again, False, False
        return again
