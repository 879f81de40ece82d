"""The dashboard's plots, by plotext, which is loaded only with this module; each line has its sign and its name."""

from collections.abc import Callable, Sequence
from typing import Any

from textual.color import Color
from textual_plotext import PlotextPlot

from convo.model.dashboard_views import DashboardView, Figures

from .dashboard_words import day_of

_TICKS = 5


class DayPlot(PlotextPlot):
    """Lines over the days of a period, one for each `(name, sign, colour, value)`.

    `colour` is a variable of the theme; a day whose value is None has no point.
    """

    DEFAULT_CSS = "DayPlot { height: 1fr; min-height: 8; }"

    def __init__(
        self,
        title: str,
        series: Sequence[tuple[str, str, str, Callable[[Figures], float | None]]],
        *,
        id: str,
        bounds: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._series = series
        self._bounds = bounds
        self._view: DashboardView | None = None

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._draw())

    def fill(self, view: DashboardView) -> None:
        """Show these days."""
        self._view = view
        self._draw()

    def _draw(self) -> None:
        if self._view is None:
            return
        days, plot = self._view.days, self.plt
        plot.clear_figure()
        plot.title(self._title)
        drawn = 0
        for name, sign, colour, value in self._series:
            points = [(place, found) for place, day in enumerate(days) if (found := value(day)) is not None]
            if points:
                places, values = zip(*points, strict=True)
                plot.plot(places, values, marker=sign, color=self._rgb(colour), label=name)
                drawn += 1
        step = max(1, (len(days) - 1) // (_TICKS - 1)) if len(days) > 1 else 1
        ticks = [float(place) for place in range(len(days) - 1, -1, -step)][::-1]
        plot.xticks(ticks, [day_of(days[int(place)].since) for place in ticks])
        plot.xlim(0, max(1, len(days) - 1))
        if self._bounds is not None:
            plot.ylim(*self._bounds)
        elif drawn:
            plot.ylim(lower=0)
        if not drawn:
            plot.title(f"{self._title}: nothing yet")
        self.refresh()

    def _rgb(self, name: str) -> Any:
        return Color.parse(self.app.theme_variables[name]).rgb


def messages_plot() -> DayPlot:
    """Messages in and out per day."""
    return DayPlot(
        "messages per day",
        (("in", "•", "primary", lambda day: day.inbound), ("out", "x", "warning", lambda day: day.outbound)),
        id="plot-messages",
    )


def response_plot() -> DayPlot:
    """Minutes until the first answer, per day of opening."""
    return DayPlot(
        "minutes to the first answer",
        (
            ("median", "•", "primary", lambda day: _minutes(day.first_response_median)),
            ("9 of 10 within", "x", "warning", lambda day: _minutes(day.first_response_p90)),
        ),
        id="plot-response",
    )


def mood_plot() -> DayPlot:
    """The mean mood of messages in, per day."""
    return DayPlot(
        "mood, from -1 bad to 1 good",
        (("mood", "•", "primary", lambda day: day.sentiment),),
        id="plot-mood",
        bounds=(-1.0, 1.0),
    )


def sla_plot() -> DayPlot:
    """Promises kept and breached, per day of opening."""
    return DayPlot(
        "SLA per day",
        (("kept", "•", "primary", lambda day: day.kept), ("breached", "x", "error", lambda day: day.breached)),
        id="plot-sla",
    )


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60
