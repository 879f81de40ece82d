"""Operations on promised times: policies, due times on threads, breaches."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, union, update

from convo import clock
from convo.desk import cursor
from convo.desk.names import check_name, free_name, id_of
from convo.desk.operation import Operations, operation
from convo.desk.sla_clocks import Clocks
from convo.desk.sla_promises import check_kept, load_promises, parse_target
from convo.desk.sla_reading import breach_rows, breach_view, clock_rows, clock_view, nearest
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.sla_views import BreachView, ClockView, PolicyView
from convo.model.views import Page
from convo.model.words import Promise, Role, ThreadStatus
from convo.routing.due import Promises

_NO_CALENDAR = frozenset({"", "none"})
_TARGETS = ("first_response", "next_response", "resolution")


class Sla(Operations):
    """Promised times."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[PolicyView, ...]:
        """The policies by name."""
        return self._views()

    @operation(Role.VIEWER)
    def show(self, name: str) -> PolicyView:
        """A policy; raises NotFound."""
        return self._views(tables.sla_policy.c.id == self._id(name))[0]

    @operation(Role.ADMIN, writes=True)
    def add(
        self, name: str, *, first: str = "", following: str = "", resolution: str = "", calendar: str = ""
    ) -> PolicyView:
        """Make a policy of targets such as `90m`, `4h`, `1d` (`convo.desk.sla_promises.parse_target`), by a calendar.

        Raises BadInput for a target that cannot be or when nothing is promised, NotFound for the calendar, Conflict
        when the name is taken.
        """
        policy = tables.sla_policy
        form = free_name(self.connection, policy, name, "SLA policy")
        if form.casefold() in {"none", "*"}:
            raise BadInput(f"{form!r} cannot be an SLA policy's name", hint="queries say sla:none for threads without")
        values = self._values(form, {}, first, following, resolution, calendar)
        row = {"name": form, "created_at": clock.now()} | values
        number = int(self.connection.execute(insert(policy).returning(policy.c.id), row).scalar_one())
        self.record("sla_policy", number, after={"name": form} | values)
        return self._views(policy.c.id == number)[0]

    @operation(Role.ADMIN, writes=True)
    def edit(
        self,
        name: str,
        *,
        first: str | None = None,
        following: str | None = None,
        resolution: str | None = None,
        calendar: str | None = None,
    ) -> PolicyView:
        """Change what is given; `none` takes it away; the due times of threads under it follow.

        Targets that are not given stay as many open seconds as they were. Raises NotFound, BadInput.
        """
        policy, number = tables.sla_policy, self._id(name)
        row = self.connection.execute(select(policy).where(policy.c.id == number)).one()
        held = {key: getattr(row, key) for key in (*_TARGETS, "calendar_id")}
        values = self._values(row.name, held, first, following, resolution, calendar)
        if values != held:
            old = load_promises(self.connection, [number])
            self.connection.execute(update(policy).where(policy.c.id == number).values(**values))
            self.follow(old)
            self.record("sla_policy", number, held, values)
        return self._views(policy.c.id == number)[0]

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Remove a policy: nothing is promised any more in threads under it; raises NotFound."""
        policy, thread, breach, number = tables.sla_policy, tables.thread, tables.breach, self._id(name)
        view = self._views(policy.c.id == number)[0]
        clocks = Clocks(self.connection)
        for row in self._under([number], clocks):
            clocks.put(row, None)
        self.connection.execute(update(thread).where(thread.c.sla_policy_id == number).values(sla_policy_id=None))
        self.connection.execute(update(breach).where(breach.c.sla_policy_id == number).values(sla_policy_id=None))
        self.connection.execute(delete(policy).where(policy.c.id == number))
        self.record("sla_policy", number, {"name": view.name})

    @operation(Role.AGENT, writes=True)
    def put(self, thread: int, policy: str | None) -> None:
        """Put a thread under a policy, or under none; its due times follow.

        What was used up of its resolution under another policy stays used up. Raises NotFound.
        """
        clocks = Clocks(self.connection)
        row = self._thread(clocks, thread)
        number = None if policy is None else self._id(policy)
        if number == row.sla_policy_id:
            clocks.refresh(row)
        else:
            clocks.put(row, number)
        self.record("thread", thread, {"sla": self._name(row.sla_policy_id)}, {"sla": self._name(number)})

    @operation(Role.AGENT, writes=True)
    def refresh(self, thread: int) -> None:
        """Set a thread's due times to what its policy and its state ask for now, and note what it missed until now.

        To be called whenever its state changed; raises NotFound.
        """
        clocks = Clocks(self.connection)
        clocks.refresh(self._thread(clocks, thread))

    @operation(Role.AGENT, writes=True)
    def note_breaches(self) -> int:
        """Record the promised times that have passed since the last call; how many.

        Each is recorded once, whoever else does so at the same moment; a thread that somebody is changing just now is
        left to them, since they look after it themselves.
        """
        thread, breach, now = tables.thread, tables.breach, clock.now()
        passed = []
        for promise in Promise:
            due = thread.c[f"{promise.value}_due"]
            noted = select(breach.c.id).where(
                breach.c.thread_id == thread.c.id, breach.c.promise == promise.value, breach.c.due_at == due
            )
            passed.append(select(thread.c.id).where(due.is_not(None), due < now, ~noted.exists()))
        # An answer that was given outside the desk: the clock should stand still since then.
        paused = thread.c.resolution_due > thread.c.last_outbound_at
        unpaused = thread.c.resolution_due.is_not(None), thread.c.status == ThreadStatus.PENDING.value, paused
        passed.append(select(thread.c.id).where(*unpaused))
        clocks, missed = Clocks(self.connection), 0
        for number in self.connection.execute(union(*passed)).scalars().all():
            row = clocks.load(number, skip_locked=True)
            missed += clocks.refresh(row) if row is not None else 0
        if self.desk.running == "sla.note_breaches":
            self.desk.audited = True  # The breaches are a record of their own.
        return missed

    @operation(Role.VIEWER)
    def status(self, query: str = "", *, after: str | None = None, limit: int = 50) -> Page[ClockView]:
        """A page of the threads on the clock that a query matches, the most urgent first; raises QueryError.

        Those whose clock stands still, because they wait for the customer, come last.
        """
        thread, order = tables.thread, nearest(self.connection)
        rows = clock_rows(self.connection).where(thread.c.status != ThreadStatus.RESOLVED.value)
        if query.strip():
            from convo.desk.querying import thread_filter

            rows = rows.where(thread_filter(self.desk, query))
        if after is not None:
            due, number = cursor.decode(after, int, int)
            rows = rows.where(or_(order > due, and_(order == due, thread.c.id > number)))
        found = self.connection.execute(rows.order_by(order, thread.c.id).limit(cursor.check_limit(limit) + 1)).all()
        clocks = Clocks(self.connection)
        items = tuple(clock_view(row, clocks.promises(row.sla_policy_id), clocks.now) for row in found[:limit])
        more = cursor.encode(found[limit - 1].nearest, items[-1].thread_id) if len(found) > limit else None
        return Page(items, more)

    @operation(Role.VIEWER)
    def breaches(self, *, since: datetime | None = None, after: str | None = None, limit: int = 50) -> Page[BreachView]:
        """A page of the promises that were not kept, the last noted first; `since` (aware) is when they were due."""
        breach, rows = tables.breach, breach_rows()
        if since is not None:
            rows = rows.where(breach.c.due_at >= since)
        if after is not None:
            rows = rows.where(breach.c.id < cursor.decode(after, int)[0])
        found = self.connection.execute(rows.order_by(breach.c.id.desc()).limit(cursor.check_limit(limit) + 1)).all()
        items = tuple(breach_view(row) for row in found[:limit])
        return Page(items, cursor.encode(items[-1].id) if len(found) > limit else None)

    def follow(self, old: Mapping[int, Promises]) -> None:
        """Inside an open write: let the due times of threads follow policies that were `old` until now, by id."""
        clocks = Clocks(self.connection)
        for number in old:
            name = str(self._name(number))
            promises = clocks.promises(number)
            assert promises is not None
            check_kept(name, promises, clocks.now)
        for row in self._under(old, clocks):
            clocks.put(row, row.sla_policy_id, old=old[row.sla_policy_id])

    def _under(self, policies: Iterable[int], clocks: Clocks) -> Iterable[Row[Any]]:
        thread = tables.thread
        wanted = select(thread.c.id).where(
            thread.c.sla_policy_id.in_(list(policies)), thread.c.status != ThreadStatus.RESOLVED.value
        )
        for number in self.connection.execute(wanted.order_by(thread.c.id)).scalars().all():
            row = clocks.load(number)
            if row is not None:
                yield row

    def _values(
        self,
        name: str,
        held: dict[str, Any],
        first: str | None,
        following: str | None,
        resolution: str | None,
        calendar: str | None,
    ) -> dict[str, Any]:
        values = dict.fromkeys((*_TARGETS, "calendar_id")) | held
        if calendar is not None:
            word = check_name(calendar, "calendar") if calendar.strip().casefold() not in _NO_CALENDAR else ""
            values["calendar_id"] = id_of(self.connection, tables.calendar, word, "calendar") if word else None
        hours = self.desk.calendars.hours(values["calendar_id"])
        for target, text in zip(_TARGETS, (first, following, resolution), strict=True):
            if text is not None:
                values[target] = parse_target(text, hours)
        promises = Promises(values["first_response"], values["next_response"], values["resolution"], hours)
        check_kept(name, promises, clock.now())
        return values

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.sla_policy, name, "sla")

    def _name(self, number: int | None) -> str | None:
        policy = tables.sla_policy
        return self.connection.execute(select(policy.c.name).where(policy.c.id == number)).scalar()

    def _thread(self, clocks: Clocks, number: int) -> Row[Any]:
        row = clocks.load(number)
        if row is None:
            raise NotFound(f"there is no thread {number}", hint="convo thread list shows them")
        return row

    def _views(self, condition: Any = None) -> tuple[PolicyView, ...]:
        policy, calendar, thread = tables.sla_policy, tables.calendar, tables.thread
        under = (
            select(func.count())
            .select_from(thread)
            .where(thread.c.sla_policy_id == policy.c.id, thread.c.status != ThreadStatus.RESOLVED.value)
            .scalar_subquery()
        )
        columns = (policy.c.id, policy.c.name, *(policy.c[name] for name in _TARGETS))
        wanted = select(*columns, calendar.c.name.label("calendar"), under.label("threads")).outerjoin(
            calendar, calendar.c.id == policy.c.calendar_id
        )
        rows = self.connection.execute(wanted if condition is None else wanted.where(condition)).all()
        views = [PolicyView(*row) for row in rows]  # type: ignore[call-arg]
        return tuple(sorted(views, key=lambda view: view.name.casefold()))
