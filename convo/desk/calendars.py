"""Operations on calendars: when the shop is open, by which promised times are counted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.customer_words import zone_name
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.desk.sla_promises import calendar_of, check_open, load_promises
from convo.errors import Conflict
from convo.model import tables
from convo.model.sla_views import CalendarView
from convo.model.words import Role
from convo.routing.business_time import BusinessCalendar
from convo.routing.holidays import holidays_of_file, parse_holidays
from convo.routing.week import parse_week, week_by_weekday


class Calendars(Operations):
    """When the shop is open."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[CalendarView, ...]:
        """The calendars by name."""
        return self._views()

    @operation(Role.VIEWER)
    def show(self, name: str) -> CalendarView:
        """A calendar; raises NotFound."""
        return self._views(tables.calendar.c.id == self._id(name))[0]

    @operation(Role.ADMIN, writes=True)
    def add(
        self,
        name: str,
        hours: Sequence[str],
        *,
        time_zone: str | None = None,
        holidays: Sequence[str] = (),
        holiday_file: bytes = b"",
    ) -> CalendarView:
        """Make a calendar of hours of the week (`convo.routing.week`), in the desk's time zone unless one is given.

        `holidays` are closed days (`convo.routing.holidays`), `holiday_file` the content of an iCalendar file of more.
        Raises BadInput for hours or days that cannot be, or that never let it open, Conflict when the name is taken.
        """
        calendar = tables.calendar
        form = free_name(self.connection, calendar, name, "calendar")
        values = {
            "time_zone": zone_name(time_zone or "") or self.desk.settings.time_zone,
            "hours": parse_week(hours).by_weekday,
            "holidays": list(parse_holidays([*holidays, *_from_file(holiday_file)])[1]),
        }
        row = values | {"name": form, "created_at": clock.now()}
        number = int(self.connection.execute(insert(calendar).returning(calendar.c.id), row).scalar_one())
        self._check(number)
        self.record("calendar", number, after={"name": form} | values)
        return self._views(calendar.c.id == number)[0]

    @operation(Role.ADMIN, writes=True)
    def edit(
        self,
        name: str,
        *,
        hours: Sequence[str] | None = None,
        time_zone: str | None = None,
        holidays: Sequence[str] = (),
        remove_holidays: Sequence[str] = (),
        holiday_file: bytes = b"",
    ) -> CalendarView:
        """Change what is given; holidays are added to those there are, or taken out; due times follow.

        Raises NotFound, BadInput.
        """
        calendar, number = tables.calendar, self._id(name)
        row = self.connection.execute(select(calendar).where(calendar.c.id == number)).one()
        values: dict[str, Any] = {}
        if hours is not None:
            values["hours"] = parse_week(hours).by_weekday
        if time_zone:
            values["time_zone"] = zone_name(time_zone)
        gone = set(parse_holidays(remove_holidays)[1])
        kept = {*row.holidays, *parse_holidays([*holidays, *_from_file(holiday_file)])[1]} - gone
        if kept != set(row.holidays):
            values["holidays"] = list(parse_holidays(sorted(kept))[1])
        if values:
            policies = self._policies(number)
            old = load_promises(self.connection, policies)
            self.connection.execute(update(calendar).where(calendar.c.id == number).values(**values))
            self._check(number)
            self.desk.sla.follow(old)
            self.record("calendar", number, {key: getattr(row, key) for key in values}, values)
        return self._views(calendar.c.id == number)[0]

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Remove a calendar; raises NotFound, and Conflict while policies count by it."""
        calendar, number = tables.calendar, self._id(name)
        view = self._views(calendar.c.id == number)[0]
        if view.policies:
            raise Conflict(
                f"the calendar {view.name!r} is that of {', '.join(view.policies)}",
                hint=f"convo sla edit {view.policies[0]} --calendar none",
            )
        self.connection.execute(delete(calendar).where(calendar.c.id == number))
        self.record("calendar", number, {"name": view.name, "hours": list(view.hours)})

    def hours(self, number: int | None) -> BusinessCalendar | None:
        """Inside a transaction: the calendar of an id, for counting by it; None for none."""
        if number is None:
            return None
        return calendar_of(self.connection.execute(select(tables.calendar).where(tables.calendar.c.id == number)).one())

    def _check(self, number: int) -> None:
        hours = self.hours(number)
        assert hours is not None
        check_open(hours, clock.now())

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.calendar, name, "calendar")

    def _policies(self, calendar: int) -> Sequence[int]:
        policy = tables.sla_policy
        return list(self.connection.execute(select(policy.c.id).where(policy.c.calendar_id == calendar)).scalars())

    def _views(self, condition: Any = None) -> tuple[CalendarView, ...]:
        calendar, policy = tables.calendar, tables.sla_policy
        wanted = select(calendar)
        rows = self.connection.execute(wanted if condition is None else wanted.where(condition)).all()
        users: dict[int, list[str]] = {}
        for number, name in self.connection.execute(select(policy.c.calendar_id, policy.c.name)):
            users.setdefault(number, []).append(name)
        return tuple(sorted((_view(row, users.get(row.id, ())) for row in rows), key=lambda view: view.name.casefold()))


def _view(row: Any, users: Sequence[str]) -> CalendarView:
    now, week = clock.now(), week_by_weekday(row.hours)
    spell = next(calendar_of(row).spells(now), None)
    open_now = spell is not None and spell[0] <= now
    until = None if spell is None else spell[1] if open_now else spell[0]
    names = tuple(sorted(users, key=str.casefold))
    return CalendarView(row.id, row.name, row.time_zone, week.lines, tuple(row.holidays), open_now, until, names)


def _from_file(data: bytes) -> tuple[str, ...]:
    return holidays_of_file(data) if data else ()
