"""Closes threads and takes them up again; marks them read or unread; says how urgent they are; renames one."""

from convo.errors import BadInput
from convo.model.actions import Close, MarkRead, Rename, Reopen, SetPriority
from convo.model.views import ThreadRow
from convo.model.words import Priority

from ..dialogs.choice import Choice, Option
from .doing import Doing

_MEANING = {
    Priority.URGENT: "before everything else",
    Priority.HIGH: "before others",
    Priority.NORMAL: "in its turn",
    Priority.LOW: "when there is time",
}


class StatusActions(Doing):
    """Close, reopen, priority, unread, rename."""

    def action_close(self) -> None:
        """Resolve the threads."""
        threads = self.targets()
        if threads:
            self.work(Close(), threads, "closed", already="closed")

    def action_reopen(self) -> None:
        """Take the threads up again."""
        threads = self.targets()
        if threads:
            self.work(Reopen(), threads, "reopened", already="open")

    def action_unread(self) -> None:
        """Mark the threads unread, or read where the first of them is unread."""
        threads = self.targets()
        if not threads:
            return

        def found(row: ThreadRow) -> None:
            self.work(MarkRead(row.unread), threads, "marked read:" if row.unread else "marked unread:")

        row = self.inbox.rows.thread(threads[0])
        if row is not None:
            found(row)
        else:
            self.ask("thread", lambda desk: desk.threads.show(threads[0], messages=1).row, found)

    def action_priority(self) -> None:
        """Choose how urgent the threads are."""
        threads = self.targets()
        if threads:
            options = [Option(one.value, one.value, about) for one, about in _MEANING.items()]
            self.choose(
                Choice("Priority", options),
                lambda value: self.work(SetPriority(value), threads, f"made {value}:"),
            )

    def action_rename(self) -> None:
        """Give the thread being read, or the one under the cursor, another subject."""

        def found(row: ThreadRow) -> None:
            window = Choice(
                "Another subject",
                (),
                read=_subject,
                placeholder="what it is about",
                value=row.subject,
                nothing="it needs a subject",
            )
            self.choose(window, lambda value: self.work(Rename(value), (row.id,), "renamed"))

        self.with_thread(found)


def _subject(typed: str) -> Option:
    subject = " ".join(typed.split())
    if not subject:
        raise BadInput("it needs a subject", hint="write one, or Esc")
    return Option(subject, subject)
