"""How often a file is asked for that a provider does not hand over: its message must not wait for it for ever."""

from collections import OrderedDict

_ATTEMPTS = 3
_REMEMBERED = 500


class Patience:
    """Counts the failures in a row of each file; its message goes on without it after the third."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, int] = OrderedDict()

    def ends(self, name: str) -> bool:
        """Count a failure; whether it was the last that is waited for."""
        failures = self._failures[name] = self._failures.pop(name, 0) + 1
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
        return failures >= _ATTEMPTS

    def forget(self, name: str) -> None:
        """It is here, or goes without."""
        self._failures.pop(name, None)
