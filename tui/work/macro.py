"""Runs macros: rules whose trigger is "by hand"."""

from typing import TYPE_CHECKING

from convo.model.actions import RunMacro

from ..dialogs.choice import Choice, Option
from .doing import Doing

if TYPE_CHECKING:
    from convo.desk.desk import Desk


class MacroActions(Doing):
    """Run a macro."""

    def action_macro(self) -> None:
        """Choose a macro to run on the threads; each says what it does."""
        threads = self.targets()
        if threads:
            nothing = "no macro fits here; a rule with the trigger 'by hand' is one"
            window = Choice("Run a macro", None, placeholder="what it is called", nothing=nothing)
            self.choose(
                window,
                lambda name: self.work(RunMacro(name), threads, f"ran {name} on"),
                lambda desk: macros_for(desk, threads),
            )


def macros_for(desk: "Desk", threads: tuple[int, ...]) -> tuple[Option, ...]:
    """The macros that fit a thread, or, for several, all of them."""
    found = desk.actions.macros(threads[0] if len(threads) == 1 else None)
    return tuple(Option(rule.name, rule.name, "; ".join(rule.actions)) for rule in found)
