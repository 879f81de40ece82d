"""The operation that does what is due: route what came, wake what was snoozed, watch the clocks, hand out the queue."""

from sqlalchemy import select, update

from convo import clock
from convo.desk import undo_steps
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.words import Role, ThreadStatus
from convo.model.work_views import WorkReport

_ENRICHED = 2_000
"""How many messages of history one round looks at, so that news never waits long for its turn."""


class Work(Operations):
    """What must go on without anybody asking for it."""

    @operation(Role.AGENT, writes=True, batches=True)
    def tick(self) -> WorkReport:
        """Do everything that is due now; two processes may do it at the same time, and it may be called at any pace."""
        self._forget_steps()
        return WorkReport(
            routed=self.desk.arrivals.route(),
            enriched=self.desk.enriching.history(most=_ENRICHED) if self.desk.enriching.something_new() else 0,
            woken=len(self.wake()),
            breached=self.desk.sla.note_breaches(),
            fired=self.desk.routing.run_timed(),
            handed_out=len(self.desk.assignments.hand_out()),
        )

    @operation(Role.AGENT, writes=True)
    def wake(self) -> tuple[int, ...]:
        """Open the threads that were snoozed until now, unread; their ids."""
        thread = tables.thread
        due = (thread.c.status == ThreadStatus.SNOOZED.value) & (thread.c.snoozed_until <= clock.now())
        wanted = select(thread.c.id).where(due).order_by(thread.c.snoozed_until)
        numbers = tuple(self.connection.execute(wanted.with_for_update(skip_locked=True)).scalars())
        for number in numbers:
            self.connection.execute(
                update(thread)
                .where(thread.c.id == number)
                .values(status=ThreadStatus.OPEN.value, snoozed_until=None, unread=True)
            )
            self.record("thread", number, {"status": "snoozed"}, {"status": "open"})
            self.desk.sla.refresh(number)
        return numbers

    def _forget_steps(self) -> None:
        """Forget what was done too long ago to be taken back; most often there is none, which a read tells."""
        with self.store.read() as connection:
            old = undo_steps.anything_old(connection, clock.now())
        if old:
            self.desk.actions.forget()
