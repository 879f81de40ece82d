"""Takes back what one did last; the text of a reply that has not left yet returns to where one writes."""

from typing import TYPE_CHECKING

from convo.model.actions import UndoStep
from convo.model.words import Direction
from convo.text.counting import counted

from ..messages import TakenBack, Worked
from ..shown import shown
from .doing import Doing, left_lines

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_REPLY = "reply to "
_LOOKED_BACK = 20


class UndoActions(Doing):
    """Undo."""

    def action_undo(self) -> None:
        """Take one's newest step back."""

        def done(result: tuple[UndoStep, str | None]) -> None:
            step, text = result
            count = len(step.threads) - len(step.skipped)
            lines = [f"taken back: {step.title} ({counted(count, 'thread')})", *left_lines(step.skipped)]
            severity = "warning" if step.skipped else "information"
            self.app.notify(shown("\n".join(lines)).plain, severity=severity, markup=False)  # type: ignore[arg-type]
            self.post_message(Worked(step))
            if text is not None:
                self.post_message(TakenBack(step.threads[0], text))

        self.ask("undo", take_back, done, writes=True)


def take_back(desk: "Desk") -> tuple[UndoStep, str | None]:
    """Take one's newest step back; with it the text of the reply, when it was one. Raises as `desk.actions.undo`."""
    newest = next((step for step in desk.actions.steps(limit=_LOOKED_BACK) if step.undone_at is None), None)
    text = None
    if newest is not None and newest.title.startswith(_REPLY) and newest.threads:
        said = desk.threads.show(newest.threads[0], messages=_LOOKED_BACK).messages
        mine = [one for one in said if one.direction == Direction.OUTBOUND and one.author == desk.actor.name]
        text = mine[-1].body if mine else None
    return desk.actions.undo(None if newest is None else newest.id), text
