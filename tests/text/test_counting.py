"""Counts and sizes read alike everywhere."""

import pytest

from convo.text.counting import counted, folded_lines, size


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (None, ""),
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345, "12 kB"),
        (1_500_000, "1.5 MB"),
        (999_000_000_000, "999 GB"),
        (5_000_000_000_000, "5000 GB"),
    ],
)
def test_a_size_has_the_unit_that_suits_it(count: int | None, said: str) -> None:
    assert size(count) == said


def test_a_noun_goes_with_its_number() -> None:
    assert [counted(number, "thread") for number in (0, 1, 1200)] == ["0 threads", "1 thread", "1,200 threads"]


def test_what_was_folded_is_counted_in_written_lines() -> None:
    assert folded_lines("yes", None) == 0
    assert folded_lines("yes", "yes\n\n> one\n>\n> two\n   \n") == 3
    assert folded_lines("longer\nthan\nit", "was") == 0
