"""Merges the customer with another: chosen, looked at side by side, done, and taken back like everything else."""

from typing import TYPE_CHECKING

from textual import on

from convo.model.actions import UndoStep
from convo.model.views import MergeView

from ..messages import MergeWanted, Worked
from .customer_choice import CustomerChoice
from .doing import Doing
from .merge_preview import MergePreview

if TYPE_CHECKING:
    from convo.desk.desk import Desk


class MergeActions(Doing):
    """Merge customers."""

    def action_merge(self) -> None:
        """Choose who is the same as the customer of the thread under the cursor."""
        row = self.inbox.current
        if row is None:
            self.targets()
            return
        kept, name = row.thread.customer_id, row.thread.customer

        self.choose(CustomerChoice(kept, name), lambda value: self._preview(kept, int(value)))

    @on(MergeWanted)
    def _wanted(self, event: MergeWanted) -> None:
        if self.inbox.current is not None:
            self._preview(self.inbox.current.thread.customer_id, event.other)

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
