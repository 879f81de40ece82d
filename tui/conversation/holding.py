"""Holds back drawing for a moment, so that what is about to come is drawn at once and not twice."""

from contextlib import ExitStack

from textual.widget import Widget

HELD_SECONDS = 0.06
"""So long somebody waits at most for the first sign that a key was heard."""


def hold(widget: Widget) -> ExitStack:
    """Draw nothing of the app that a widget is in until what this returns is closed, or the time is over."""
    held = ExitStack()
    held.enter_context(widget.app.batch_update())
    widget.app.set_timer(HELD_SECONDS, held.close)
    return held
