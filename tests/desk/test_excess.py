"""An excess is told from chance: exact where it can be checked, quiet in quiet weeks, awake in loud ones."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from convo.desk.excess import binomial_tail, corrected, dispersion, excess
from convo.desk.gap_questions import Question
from convo.desk.rising import rising

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
NEW = (901, 902)


@pytest.mark.parametrize("trials", [1, 2, 7, 40, 300])
@pytest.mark.parametrize("share", [0.001, 0.08, 0.5, 0.97])
def test_the_tail_is_the_sum_of_the_binomial(trials: int, share: float) -> None:
    chances = [math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
    for count in {0, 1, trials // 2, trials}:
        assert binomial_tail(count, trials, share) == pytest.approx(sum(chances[count:]), rel=1e-8, abs=1e-14)


def test_large_counts_and_edges_are_numbers(frozen_now: datetime) -> None:
    assert 0 <= binomial_tail(90_000, 100_000, 0.08) < 1e-100
    assert binomial_tail(8_000, 100_000, 0.08) == pytest.approx(0.5, abs=0.01)
    assert (binomial_tail(0, 10, 0.1), binomial_tail(3, 10, 0.0), binomial_tail(3, 10, 1.0)) == (1.0, 0.0, 1.0)
    assert excess(5, [0, 0], 10, [10, 10])[0] == 0
    assert excess(5, [], 10, []) == (0.0, 1.0)


def test_what_always_comes_in_bursts_has_to_come_more_often() -> None:
    totals = [100] * 8
    steady, bursts = [5] * 8, [0, 20, 0, 0, 20, 0, 0, 0]
    assert dispersion(steady, totals) == 1.0
    assert dispersion(bursts, totals) > 5
    assert excess(15, steady, 100, totals)[1] < 0.002
    assert excess(15, bursts, 100, totals)[1] > 0.02


def test_growth_of_the_whole_is_no_excess() -> None:
    assert excess(30, [10] * 8, 300, [100] * 8)[1] > 0.4
    assert excess(30, [10] * 8, 100, [100] * 8)[1] < 1e-4


def test_chances_are_corrected_for_how_many_were_tried() -> None:
    assert corrected([0.01, 0.04, 0.03], 4) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3])
    assert corrected([], 10) == []
    assert corrected([0.9], 100) == [1.0]


def drawn(dice: random.Random, mean: float) -> int:
    """A number of Poisson's."""
    least, count, chance = math.exp(-mean), 0, dice.random()
    while chance > least:
        count, chance = count + 1, chance * dice.random()
    return count


def asked(dice: random.Random, *, growth: float = 1.0, spike: int = 0, bursts: bool = False) -> list[Question]:
    """A quarter of questions in which nothing changes, but growth and a spike in the last week."""
    words, weights = range(1, 300), [1 / n for n in range(1, 300)]
    questions: list[Question] = []

    def ask(week: int, stems: tuple[int, ...], customer: int | None = None) -> None:
        number = len(questions) + 1
        at = NOW - timedelta(days=7 * week + 6.99 * dice.random())
        questions.append(Question(number, number, customer or number, at, None, None, tuple(dict.fromkeys(stems))))

    for week in range(13):
        for _ in range(drawn(dice, 80 * (growth if week == 0 else 1))):
            ask(week, tuple(dice.choices(words, weights, k=5)))
        if bursts and week in {0, 3, 7}:
            for _ in range(8):
                ask(week, (800, *dice.choices(words, weights, k=4)))
    for _ in range(spike):
        ask(0, (*NEW, *dice.choices(words, weights, k=3)))
    return questions


@pytest.mark.parametrize("growth", [1.0, 3.0])
def test_quiet_weeks_show_nothing(growth: float) -> None:
    dice = random.Random(11)
    alarms = sum(bool(rising(asked(dice, growth=growth), NOW, most=20).rises) for _ in range(60))
    assert alarms <= 3


def test_a_spike_is_found_with_what_was_expected_and_who_asked() -> None:
    dice = random.Random(12)
    for _ in range(5):
        questions = asked(dice, spike=10)
        found = rising(questions, NOW, most=20)
        rise = next(one for one in found.rises if one.key in {(901,), (902,), NEW})
        assert (rise.observed, rise.expected) == (10, 0.0)
        assert rise.p < rise.q <= 0.05
        assert {one.message_id for one in rise.members} == {one.message_id for one in questions if 901 in one.stems}
        assert sum(one.key in {(901,), (902,), NEW} for one in found.rises) == 1
        assert found.weeks == 12


def test_a_burst_like_those_before_is_no_news() -> None:
    dice = random.Random(13)
    assert not any(one.key == (800,) for one in rising(asked(dice, bursts=True), NOW, most=20).rises)


def test_one_customer_who_writes_thirty_times_is_one_customer() -> None:
    dice = random.Random(14)
    questions = asked(dice)
    loud = [Question(90_000 + n, 90_000 + n, 77_777, NOW - timedelta(hours=n), None, None, NEW) for n in range(1, 31)]
    assert rising(questions + loud, NOW, most=20).rises == ()


def test_a_young_desk_has_nothing_to_compare() -> None:
    dice = random.Random(15)
    young = [one for one in asked(dice, spike=20) if NOW - one.at < timedelta(days=21)]
    assert rising(young, NOW, most=20).rises == ()
    assert rising([], NOW, most=20).rises == ()
