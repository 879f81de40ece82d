"""When promises are due: whose clock runs, whose stands still, and what is left of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from convo.routing.business_time import BusinessCalendar
from convo.routing.due import DueTimes, Promises, Standing, due_times, under_other_promises
from convo.routing.week import parse_week

HOUR = 3600
OPENED = datetime(2026, 11, 17, 9, tzinfo=UTC)  # a Tuesday, 10:00 in Madrid
OFFICE = BusinessCalendar(ZoneInfo("Europe/Madrid"), parse_week(["mon-fri 09:00-18:00"]))
GOLD = Promises(HOUR, 2 * HOUR, 8 * HOUR)


def hours(count: float) -> datetime:
    return OPENED + timedelta(hours=count)


def waiting(**facts: object) -> Standing:
    return Standing(**{"status": "open", "opened_at": OPENED, "waiting_since": OPENED, **facts})  # type: ignore[arg-type]


def test_a_first_response_and_a_resolution_are_due_from_the_opening() -> None:
    assert due_times(GOLD, waiting(), DueTimes(), hours(0)) == DueTimes(hours(1), None, hours(8))
    only = Promises(first_response=4 * HOUR, calendar=OFFICE)
    late = waiting(opened_at=hours(6), waiting_since=hours(6))
    assert due_times(only, late, DueTimes(), hours(6)) == DueTimes(hours(25))  # 16:00, so the next day at 11:00


def test_after_the_first_answer_the_next_is_due_from_when_the_customer_began_to_wait() -> None:
    answered = waiting(first_response_at=hours(0.5), waiting_since=None)
    assert due_times(GOLD, answered, DueTimes(resolution=hours(8)), hours(1)) == DueTimes(resolution=hours(8))
    again = waiting(first_response_at=hours(0.5), waiting_since=hours(3))
    assert due_times(GOLD, again, DueTimes(resolution=hours(8)), hours(3)) == DueTimes(None, hours(5), hours(8))


def test_nothing_is_owed_once_it_is_resolved_or_before_it_is_opened_or_without_a_policy() -> None:
    known = DueTimes(hours(1), None, hours(8))
    for standing in (
        waiting(status="resolved"),
        waiting(resolved_at=hours(1)),
        Standing("open"),
    ):
        assert due_times(GOLD, standing, known, hours(1)) == DueTimes()
    assert due_times(None, waiting(), known, hours(1)) == DueTimes()


def test_a_resolution_stands_still_while_it_waits_for_the_customer_and_goes_on_with_their_answer() -> None:
    pending = waiting(status="pending", first_response_at=hours(2), waiting_since=None)
    paused = due_times(GOLD, pending, DueTimes(resolution=hours(8)), hours(2))
    assert paused == DueTimes(resolution_left=6 * HOUR)
    assert due_times(GOLD, pending, paused, hours(50)) == paused
    back = waiting(first_response_at=hours(2), waiting_since=hours(60))
    assert due_times(GOLD, back, paused, hours(61)) == DueTimes(None, hours(62), hours(66))


def test_what_is_left_is_kept_in_open_seconds() -> None:
    promises = Promises(resolution=12 * HOUR, calendar=OFFICE)
    due = due_times(promises, waiting(), DueTimes(), hours(0)).resolution
    assert due == hours(27)  # 8 hours on Tuesday, 4 on Wednesday
    pending = waiting(status="pending", waiting_since=None)
    paused = due_times(promises, pending, DueTimes(resolution=due), hours(20))
    assert paused.resolution_left == 4 * HOUR
    back = waiting(first_response_at=hours(7), waiting_since=hours(3 * 24 + 7))  # Friday 17:00
    assert due_times(promises, back, paused, hours(3 * 24 + 7)).resolution == hours(6 * 24 + 2)  # Monday 12:00


def test_the_clock_goes_on_while_a_thread_is_snoozed() -> None:
    asleep = waiting(status="snoozed", first_response_at=hours(2), waiting_since=None)
    known = DueTimes(resolution=hours(8))
    assert due_times(GOLD, asleep, known, hours(3)) == known


def test_a_resolution_that_is_late_stays_late_while_the_customer_is_asked() -> None:
    pending = waiting(status="pending", first_response_at=hours(2), waiting_since=None)
    known = DueTimes(resolution=hours(8))
    assert due_times(GOLD, pending, known, hours(9)) == known


def test_a_policy_that_comes_while_it_waits_for_the_customer_counts_what_has_passed() -> None:
    pending = waiting(status="pending", first_response_at=hours(2), waiting_since=None)
    assert due_times(GOLD, pending, DueTimes(), hours(3)) == DueTimes(resolution_left=5 * HOUR)
    assert due_times(GOLD, pending, DueTimes(), hours(30)) == DueTimes(resolution=hours(8))


def test_what_was_used_up_under_one_policy_stays_used_up_under_another() -> None:
    tight = Promises(resolution=4 * HOUR)
    open_ = waiting(first_response_at=hours(1), waiting_since=None)
    # Two of eight hours are used up: the thread was pending meanwhile.
    assert under_other_promises(GOLD, tight, open_, DueTimes(resolution=hours(26)), hours(20)).resolution == hours(22)
    pending = waiting(status="pending", first_response_at=hours(1), waiting_since=None)
    left = under_other_promises(GOLD, tight, pending, DueTimes(resolution_left=6 * HOUR), hours(20))
    assert left == DueTimes(resolution_left=2 * HOUR)
    late = under_other_promises(GOLD, tight, open_, DueTimes(resolution=hours(8)), hours(6)).resolution
    assert late == hours(4)
    assert under_other_promises(GOLD, None, open_, DueTimes(resolution=hours(8)), hours(6)) == DueTimes()
    assert under_other_promises(None, tight, open_, DueTimes(), hours(1)).resolution == hours(4)
