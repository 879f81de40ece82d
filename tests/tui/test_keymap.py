"""Keys are data: each id once, no key twice in one place, and none that terminals send for another."""

from collections import Counter

from convo.tui.keymap import KEYS, PLACES, bindings

FORBIDDEN = {"ctrl+m", "ctrl+h", "ctrl+i", "ctrl+left_square_bracket", "ctrl+j"}


def test_every_action_has_an_id_of_its_own() -> None:
    assert [name for name, times in Counter(key.id for key in KEYS).items() if times > 1] == []


def test_no_key_is_bound_twice_in_one_place() -> None:
    bound = Counter((key.where, one) for key in KEYS for one in key.keys.split(","))
    assert [place for place, times in bound.items() if times > 1] == []


def test_nothing_is_bound_to_what_terminals_send_for_other_keys() -> None:
    assert {one for key in KEYS for one in key.keys.split(",")} & FORBIDDEN == set()


def test_every_part_of_the_screen_is_named_and_its_bindings_carry_ids() -> None:
    assert {key.where for key in KEYS} <= set(PLACES)
    assert all(binding.id for where in PLACES for binding in bindings(where))  # type: ignore[union-attr]
