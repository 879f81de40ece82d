"""How the screen does something to threads: to those marked, or else the one under the cursor, as one step."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from convo.errors import ConvoError
from convo.model.actions import Action, UndoStep
from convo.model.views import ThreadRow
from convo.text.counting import counted

from ..asking import Asks, complain
from ..dialogs.choice import Choice, Option
from ..keys.chosen import shown_key
from ..messages import Worked
from ..shown import shown

if TYPE_CHECKING:
    from convo.desk.desk import Desk

    from ..conversation.pane import ConversationPane
    from ..inbox.pane import InboxPane

_SKIPPED_SHOWN = 3


class Doing(Asks, Screen[None]):
    """What every kind of work needs; the desk's screen has the inbox."""

    @property
    def inbox(self) -> "InboxPane":
        """The inbox, whose marks and cursor say what is worked on."""
        raise NotImplementedError

    def targets(self) -> tuple[int, ...]:
        """The threads that an action is for; where there are none, it says so."""
        found = self.inbox.targets()
        if not found:
            self.app.notify("there is no thread here", severity="warning", markup=False)
        return found

    @property
    def conversation(self) -> "ConversationPane":
        """The conversation, which knows the threads of its customer."""
        raise NotImplementedError

    def with_thread(self, then: Callable[[ThreadRow], None]) -> None:
        """Go on with the thread being read, or the one under the inbox's cursor; at once where it is known here."""
        thread = self.inbox.thread_here
        if thread is None:
            self.targets()
            return
        row = self.inbox.rows.thread(thread) or self.conversation.row_of(thread)
        if row is not None:
            then(row)
        else:
            self.ask("thread", lambda desk: desk.threads.show(thread, messages=1).row, then)

    def work(self, action: Action, threads: Sequence[int], said: str, already: str = "that way") -> None:
        """Do an action to threads as one step; `said` is the past of it, such as "closed".

        `already` is how they are afterwards: it is what is told where all of them were so before.
        """
        wanted = tuple(threads)

        def done(step: UndoStep) -> None:
            count = len(wanted) - len(step.skipped)
            self.inbox.clear_marks()
            if step.undone_at is None:
                self.told(f"{said} {counted(count, 'thread')}", step.skipped)
            else:  # nothing was changed, and there is nothing to undo
                as_it_was = f"{counted(count, 'thread')} {'is' if count == 1 else 'are'} {already} already"
                self.say(as_it_was, step.skipped)
            self.post_message(Worked(step))

        self.ask("work", lambda desk: desk.actions.do(action, wanted), done, writes=True)

    def told(self, what: str, skipped: Sequence[tuple[int, str]] = ()) -> None:
        """Say quietly what was done, how to take it back, and what was left."""
        self.say(f"{what} — {shown_key(self.app, 'desk.undo')} undoes", skipped)

    def say(self, what: str, skipped: Sequence[tuple[int, str]] = ()) -> None:
        """Say something quietly, and which threads were left."""
        lines = [what, *left_lines(skipped)]
        self.app.notify(shown("\n".join(lines)).plain, severity="warning" if skipped else "information", markup=False)

    def choose(
        self,
        window: Choice,
        chosen: Callable[[str], None],
        options: "Callable[[Desk], Sequence[Option]] | None" = None,
    ) -> None:
        """Ask in a window, which is there at once; its options come from the desk where `options` gets them there."""

        def answered(value: str | None) -> None:
            if value is not None:
                chosen(value)

        def refused(error: ConvoError) -> None:
            window.dismiss(None)
            complain(self, error)

        self.app.push_screen(window, answered)
        if options is not None:
            self.ask("options", options, window.fill, refused)


def left_lines(skipped: Sequence[tuple[int, str]]) -> list[str]:
    """A line for each thread that was left as it is, and one for those beyond the first few."""
    lines = [f"#{thread} is left: {why}" for thread, why in skipped[:_SKIPPED_SHOWN]]
    more = len(skipped) - _SKIPPED_SHOWN
    return [*lines, f"… and {more:,} more"] if more > 0 else lines
