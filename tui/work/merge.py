"""Merges the customer with another: chosen, looked at side by side, done, and taken back like everything else."""

from typing import TYPE_CHECKING

from textual import on

from convo.model.actions import UndoStep
from convo.model.views import MergeView, ThreadRow

from ..messages import MergeWanted, Worked
from .customer_choice import CustomerChoice
from .doing import Doing
from .merge_preview import MergePreview

if TYPE_CHECKING:
    from convo.desk.desk import Desk


class MergeActions(Doing):
    """Merge customers."""

    def action_merge(self) -> None:
        """Choose who is the same as the customer of the thread being read, or of the one under the cursor."""

        def found(row: ThreadRow) -> None:
            window = CustomerChoice(row.customer_id, row.customer)
            self.choose(window, lambda value: self._preview(row.customer_id, int(value)))

        self.with_thread(found)

    @on(MergeWanted)
    def _wanted(self, event: MergeWanted) -> None:
        self._preview(event.customer, event.other)

    def _preview(self, kept: int, other: int) -> None:
        self.app.push_screen(MergePreview(kept, other), self._merge)

    def _merge(self, pair: tuple[int, int] | None) -> None:
        if pair is not None:
            self.ask("merge", lambda desk: merged(desk, *pair), self._merged, writes=True)

    def _merged(self, result: tuple[MergeView, UndoStep | None]) -> None:
        view, step = result
        self.told(f"merged customer {view.merged_id} into {view.kept_id}")
        if step is not None:
            self.post_message(Worked(step))


def merged(desk: "Desk", kept: int, other: int) -> tuple[MergeView, UndoStep | None]:
    """Merge, and the step that takes it back."""
    view = desk.customers.merge(kept, other)
    return view, next(iter(desk.actions.steps(limit=1)), None)
