"""Operations that do something to many threads at once, and take it back."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from convo import clock
from convo.desk import cursor, undo_steps
from convo.desk.action_verbs import perform, title_of
from convo.desk.operation import Operations, operation
from convo.desk.undoing import take_back
from convo.errors import BadInput, Busy, Conflict, ConvoError, NotFound, StoreError
from convo.model import tables
from convo.model.actions import Action, UndoStep
from convo.model.views import RuleView
from convo.model.words import Role

_MOST_THREADS = 1000


class Actions(Operations):
    """What operators do, in steps that can be undone."""

    @operation(Role.AGENT, writes=True)
    def do(self, action: Action, threads: Sequence[int]) -> UndoStep:
        """Do one thing to all these threads, as one step; what cannot be done to one is told in `skipped`.

        A step that changed nothing counts as taken back. Raises the first refusal when it could be done to none, and
        BadInput for no thread or more than 1,000.
        """
        wanted = list(dict.fromkeys(threads))
        if not 0 < len(wanted) <= _MOST_THREADS:
            raise BadInput(f"an action is done to 1 to {_MOST_THREADS:,} threads, not {len(wanted):,}")
        self._hold(wanted)
        done: list[int] = []
        refused: list[tuple[int, ConvoError]] = []
        with undo_steps.together(self.desk, title_of(self.desk, action)) as step:
            for thread in wanted:
                step.thread = thread
                try:
                    perform(self.desk, action, thread)
                    done.append(thread)
                except (Busy, StoreError):
                    raise
                except ConvoError as error:
                    refused.append((thread, error))
        if not done:
            raise refused[0][1]
        self._fill(step.step, done)
        return self._view(step.step, [(thread, error.message) for thread, error in refused])

    @operation(Role.AGENT, writes=True)
    def undo(self, step: int | None = None) -> UndoStep:
        """Take a step back: that of this number, or one's own newest that is not taken back yet.

        A reply is taken back only before it left. A thread that somebody changed since is left and told in `skipped`;
        what rules did because of the step stays. Raises NotFound when there is nothing to undo, Conflict when nothing
        of it can be.
        """
        number = step if step is not None else self._newest()
        found = undo_steps.step_row(self.connection, number)
        if found is None:
            raise NotFound(f"there is no step {number}", hint="convo undo --list shows what can be taken back")
        if found.undone_at is not None:
            raise Conflict(f"{found.title!r} is taken back already", hint="convo undo --list shows the others")
        changed = tables.undo_row
        rows = self.connection.execute(select(changed).where(changed.c.undo_step_id == number)).all()
        self._hold([row.thread_id for row in rows if row.thread_id is not None])
        refused: list[tuple[int | None, ConvoError]] = []
        for row in sorted(rows, key=lambda row: -row.id):
            try:
                with self.connection.begin_nested():
                    before, after = take_back(self.desk, row)
            except (Busy, StoreError):
                raise
            except ConvoError as error:
                refused.append((row.thread_id, error))
                continue
            entity, subject = ("thread", row.thread_id) if row.thread_id is not None else ("customer", row.customer_id)
            self.record(entity, subject, before, after)
        if len(refused) == len(rows):
            first = refused[-1][1] if refused else Conflict("nothing of it is left to take back")
            raise Conflict(first.message, hint=first.hint)
        marked = update(tables.undo_step).where(tables.undo_step.c.id == number)
        self.connection.execute(marked.values(undone_at=clock.now()))
        return self._view(number, [(thread, each.message) for thread, each in refused[::-1] if thread is not None])

    @operation(Role.VIEWER)
    def steps(self, *, limit: int = 20) -> tuple[UndoStep, ...]:
        """One's own newest steps, newest first."""
        step = tables.undo_step
        mine = select(step).where(step.c.actor == self.desk.actor.name).order_by(step.c.id.desc())
        rows = self.connection.execute(mine.limit(cursor.check_limit(limit))).all()
        return tuple(undo_steps.view(self.connection, row) for row in rows)

    @operation(Role.AGENT, writes=True)
    def forget(self) -> int:
        """Forget the steps that are older than 30 days, which nobody takes back any more; how many."""
        count = undo_steps.prune(self.connection, clock.now())
        self.desk.audited = True  # What was done is in the audit log already.
        return count

    @operation(Role.VIEWER)
    def macros(self, thread: int | None = None) -> tuple[RuleView, ...]:
        """The rules that are run by hand, by name: all, or those whose query matches a thread; raises NotFound."""
        from convo.desk.macros import macros_for

        return macros_for(self.desk, thread)

    def _hold(self, threads: Sequence[int]) -> None:
        """Hold these threads until the write ends, in one order, so that two who do so never wait for each other."""
        thread = tables.thread
        possible = [number for number in threads if 0 < number < 2**63]
        wanted = select(thread.c.id).where(thread.c.id.in_(possible)).order_by(thread.c.id).with_for_update()
        self.connection.execute(wanted).all()

    def _fill(self, step: int, done: Sequence[int]) -> None:
        """Let the step name also the threads that were so already; it counts as taken back where all were."""
        changed, thread = tables.undo_row, tables.thread
        kept = select(changed.c.thread_id).where(changed.c.undo_step_id == step)
        there = set(self.connection.execute(kept).scalars())
        if not there:
            mark = update(tables.undo_step).where(tables.undo_step.c.id == step).values(undone_at=tables.undo_step.c.at)
            self.connection.execute(mark)
        rest = [number for number in done if number not in there]
        customers = select(thread.c.id, thread.c.customer_id).where(thread.c.id.in_(rest))
        rows = [
            {"undo_step_id": step, "thread_id": number, "customer_id": customer, "before": {}, "after": {}}
            for number, customer in self.connection.execute(customers)
        ]
        if rows:
            self.connection.execute(insert(changed), rows)

    def _newest(self) -> int:
        step = tables.undo_step
        mine = step.c.actor == self.desk.actor.name, step.c.undone_at.is_(None)
        number = self.connection.execute(select(step.c.id).where(*mine).order_by(step.c.id.desc()).limit(1)).scalar()
        if number is None:
            raise NotFound("there is nothing of yours to take back", hint="convo undo --list shows what you did")
        return int(number)

    def _view(self, number: int, skipped: Sequence[tuple[int, str]]) -> UndoStep:
        found = undo_steps.step_row(self.connection, number)
        assert found is not None
        return undo_steps.view(self.connection, found, skipped)
