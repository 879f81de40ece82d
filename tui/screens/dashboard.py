"""The desk in figures: what came and went, how fast it was answered, what is open, and how it was before."""

from collections.abc import Callable, Iterable, Iterator

from rich.text import Text
from textual.containers import Grid, Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from convo.model.dashboard_views import DashboardView

from ..keymap import bindings
from ..shown import line
from .dashboard_words import day_of, empty, figure_lines, intent_lines, open_lines
from .place import PlaceScreen

PERIODS = (7, 30, 90)


class Part(Static):
    """Lines made of the dashboard's figures, anew at each width."""

    def __init__(self, lines: Callable[[DashboardView, int], Iterator[Text]], *, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self._lines = lines
        self._view: DashboardView | None = None
        self._width = 0

    def fill(self, view: DashboardView) -> None:
        """Show these figures."""
        self._view, self._width = view, 0
        self.on_resize()

    def on_resize(self) -> None:
        """Fit the width there is."""
        width = self.size.width
        if self._view is not None and width not in {0, self._width}:
            self._width = width
            self.update(Text("\n").join(self._lines(self._view, width)))


class DashboardScreen(PlaceScreen):
    """The last days in figures and plots; `[` and `]` choose how many."""

    TITLE = "Dashboard"
    BINDINGS = bindings("dashboard")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-medium"), (110, "-wide")]  # noqa: RUF012
    DEFAULT_CSS = """
    DashboardScreen #period { height: 1; padding: 0 1; color: $text-muted; }
    DashboardScreen #all { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; }
    DashboardScreen #told { height: auto; margin-top: 1; }
    DashboardScreen #facts, DashboardScreen #now { height: auto; width: 1fr; }
    DashboardScreen #facts Static { height: auto; width: 1fr; }
    DashboardScreen #facts, DashboardScreen.-medium #now, DashboardScreen.-narrow #now { margin-top: 1; }
    DashboardScreen.-narrow #intents { margin-top: 1; }
    DashboardScreen #facts #figures { width: 60; margin-right: 2; }
    DashboardScreen #facts #open { margin-right: 2; }
    DashboardScreen #plots { grid-size: 2 2; grid-gutter: 1 2; height: 1fr; min-height: 18; margin-top: 1; }
    DashboardScreen.-medium #facts, DashboardScreen.-narrow #facts, DashboardScreen.-narrow #now { layout: vertical; }
    DashboardScreen.-medium #facts #figures, DashboardScreen.-narrow #facts #figures { width: 100%; margin-right: 0; }
    DashboardScreen.-medium #plots { grid-size: 1 2; height: 20; }
    DashboardScreen.-medium #plot-mood, DashboardScreen.-medium #plot-sla { display: none; }
    DashboardScreen.-narrow #plots, DashboardScreen #plots.-nothing { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._days = 30

    def parts(self) -> Iterable[Widget]:
        """The period, the figures, and the plots where there is room."""
        from .dashboard_plots import messages_plot, mood_plot, response_plot, sla_plot

        yield Static("", id="period", markup=False)
        facts = Horizontal(
            Part(figure_lines, id="figures"),
            Horizontal(Part(open_lines, id="open"), Part(intent_lines, id="intents"), id="now"),
            id="facts",
        )
        plots = Grid(messages_plot(), response_plot(), mood_plot(), sla_plot(), id="plots")
        yield VerticalScroll(Static("", id="told", markup=False), facts, plots, id="all")

    def on_mount(self) -> None:
        """Look for the first time."""
        self.query_one("#all").focus()
        self.query_one("#facts").display = False
        self.query_one("#plots").add_class("-nothing")
        self._look_anew()

    def look(self) -> None:
        """Count again, quietly."""
        days = self._days
        self.ask("dashboard", lambda desk: desk.dashboard.show(days), self._show)

    # -- keys

    def action_period(self, step: int) -> None:
        """Choose the next shorter or longer period."""
        place = PERIODS.index(self._days) + step
        self.action_days(PERIODS[max(0, min(place, len(PERIODS) - 1))])

    def action_days(self, days: int) -> None:
        """Show the last so many days."""
        if days != self._days:
            self._days = days
            self._look_anew()

    def action_scroll(self, lines: int) -> None:
        """Move by lines."""
        self.query_one("#all", VerticalScroll).scroll_relative(y=lines, animate=False)

    # -- drawing

    def _look_anew(self) -> None:
        """Say that it is being counted until it is: on a large store that takes a moment."""
        self._title("counting…")
        self.look()

    def _title(self, more: str) -> None:
        said = line("days")
        for days in PERIODS:
            said.append_text(
                line(f"  [{days}]" if days == self._days else f"   {days} ", "bold" * (days == self._days))
            )
        said.append_text(line(f"   {more}"))
        self.query_one("#period", Static).update(said)

    def _show(self, view: DashboardView) -> None:
        first, last = view.days[0].since, view.days[-1].since
        self._title(f"{day_of(first)} to {day_of(last)} {last.year}, today so far")
        nothing = empty(view)
        self.query_one("#facts").display = not nothing
        self.query_one("#plots").set_class(nothing, "-nothing")
        told = (
            "Nothing has come yet.\n\nWhat customers write shows here once a channel is connected." if nothing else ""
        )
        self.query_one("#told", Static).update(Text("\n").join(line(words) for words in told.split("\n")))
        self.query_one("#told").display = nothing
        if not nothing:
            from .dashboard_plots import DayPlot

            for plot in self.query(DayPlot):
                plot.fill(view)
            for part in self.query(Part):
                part.fill(view)
