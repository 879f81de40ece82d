"""Whether 1/2/23 is in January or in February, decided from all the dates of one WhatsApp log."""

from datetime import date

from convo import clock
from convo.importers.whatsapp_lines import Header

FIRST_YEAR = 2009

_ORDERS = ("dmy", "mdy", "ymd")


class DateOrder:
    """Evidence for the order of day, month and year, gathered from every header in turn.

    `decide` weighs it in this order: dates which one reading makes impossible (a month 20, a year before WhatsApp or
    still to come); then how often a reading makes time run backwards; then what the user said; then the interface
    language of the notices; and if all that leaves it open, month first for American 12-hour times (AM and PM in
    capitals) with slashes, day first otherwise, for the rest of the world writes so.
    """

    def __init__(self) -> None:
        self.language: str | None = None
        self._latest = clock.now().year + 1
        self._impossible = dict.fromkeys(_ORDERS, 0)
        self._backward = dict.fromkeys(_ORDERS, 0)
        self._previous: dict[str, date | None] = dict.fromkeys(_ORDERS)
        self._numbers: tuple[int, int, int] | None = None
        self._american = False

    def see(self, header: Header) -> None:
        """Take one header as evidence."""
        self._american = self._american or (header.capital_period and header.shape.separator == "/")
        if header.numbers == self._numbers:
            return
        self._numbers = header.numbers
        for order in _ORDERS:
            day = self.day(header, order)
            if day is None:
                self._impossible[order] += 1
                continue
            previous = self._previous[order]
            if previous is not None and day < previous:
                self._backward[order] += 1
            self._previous[order] = day

    def decide(self, wanted: str) -> str:
        """The order, "dmy", "mdy" or "ymd"; `wanted` is the user's word for a log that leaves it open, or "auto"."""
        left = list(_ORDERS)
        for counts in (self._impossible, self._backward):
            fewest = min(counts[order] for order in left)
            left = [order for order in left if counts[order] == fewest]
        for favourite in (wanted, self.language, "mdy" if self._american else "dmy"):
            if favourite in left:
                return favourite
        return left[0]

    def day(self, header: Header, order: str) -> date | None:
        """The day of a header read in an order, None when there is no such day in WhatsApp's time."""
        return calendar_day(header.numbers, order, self._latest)


def calendar_day(numbers: tuple[int, int, int], order: str, latest: int) -> date | None:
    """The day that three numbers mean in an order, None when there is none between 2009 and the year `latest`.

    Years of two digits are of this century; those of the Buddhist calendar, which Thai phones write, are converted.
    """
    year = numbers[order.index("y")]
    if year < 100:
        year += 2000
    elif 2400 < year < 2700:
        year -= 543
    if not FIRST_YEAR <= year <= latest:
        return None
    try:
        return date(year, numbers[order.index("m")], numbers[order.index("d")])
    except ValueError:
        return None
