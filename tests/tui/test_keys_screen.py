"""Keys on screen: others by the settings, the help, the palette, jumping, the line of keys."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.model import tables
from convo.tui.app import ConvoApp
from convo.tui.hotkeys import page
from convo.tui.keymap import KEYS
from convo.tui.keys.chosen import check_key, keymap_of
from convo.tui.keys.jump import labels
from convo.tui.keys.names import key_name

from .conftest import NOON
from .piloting import MEDIUM, NARROW, WIDE, Screen, on_screen
from .test_work_actions import THREAD


def chosen(demo: Desk, **keys: str) -> Desk:
    """The desk with other keys; a double underscore stands for the point of an id."""
    named = {name.replace("__", "."): keys_ for name, keys_ in keys.items()}
    demo.settings = replace(demo.settings, keys=named)
    return demo


def test_another_key_closes_and_the_old_one_does_not(demo: Desk) -> None:
    chosen(demo, desk__close="Z,f8", desk__undo="ctrl+z")

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("e")
        assert demo.threads.show(THREAD).row.status == "open"
        await screen.press("Z")
        assert demo.threads.show(THREAD).row.status == "resolved"
        assert screen.shows("ctrl+z undoes")
        await screen.press("ctrl+z")
        assert demo.threads.show(THREAD).row.status == "open"
        await screen.press("f8", "question_mark")
        assert screen.shows("Z F8")

    on_screen(demo, script)


def test_two_actions_can_change_places(demo: Desk) -> None:
    chosen(demo, desk__close="s", desk__snooze="e")

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("s")
        assert demo.threads.show(THREAD).row.status == "resolved"

    on_screen(demo, script)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"desk.clsoe": "x"}, "keys.desk.clsoe, but no action has that id"),
        ({"desk.close": "hyper+x"}, "keys.desk.close: there is no key 'hyper+x'"),
        ({"desk.close": "ctrl+m"}, "terminals send ctrl+m for Enter"),
        ({"desk.close": "ctrl+["}, "terminals send ctrl+[ for Escape"),
        ({"desk.close": "r"}, "bind r to two actions: desk.close (close) and desk.reply (reply)"),
        ({"desk.close": "j"}, "bind j to two actions: desk.close (close) and list.down (down)"),
        ({"desk.close": "D", "desk.snooze": "D"}, "bind D to two actions"),
    ],
)
def test_keys_that_cannot_be_are_refused_in_one_sentence_before_the_screen_opens(
    demo: Desk, keys: dict[str, str], said: str
) -> None:
    demo.settings = replace(demo.settings, keys=keys)
    with pytest.raises(BadInput) as refused:
        ConvoApp(demo)
    assert said in refused.value.message
    assert "\n" not in refused.value.message


def test_a_key_may_be_the_same_in_two_places_that_never_meet() -> None:
    assert keymap_of({"compose.send": "ctrl+d"}) == {"compose.send": "ctrl+d"}
    assert keymap_of({"desk.close": ""}) == {}
    with pytest.raises(BadInput, match="no action"):
        check_key({}, "desk.dance", "")


@pytest.mark.parametrize(
    ("written", "name"),
    [("?", "question_mark"), ("shift+g", "G"), ("CTRL+X", "ctrl+x"), ("esc", "escape"), ("+", "plus"), ("f12", "f12")],
)
def test_keys_are_written_as_people_write_them(written: str, name: str) -> None:
    assert key_name(written) == name


def test_help_shows_the_keys_of_where_one_is_and_fits_narrow_screens(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("question_mark")
        assert screen.shows("In lists and on the timeline")
        assert screen.shows("j ↓")
        await screen.press("G", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown")
        assert screen.shows("Everywhere")
        assert screen.shows("leave; drafts are kept")
        await screen.press("escape", "r", "f1")
        assert screen.shows("On the desk")
        await screen.press(*["pagedown"] * 4)
        assert not screen.shows("snooze"), "letters are text where one writes"

    on_screen(demo, script, NARROW)


def test_the_palette_runs_what_it_names_where_one_was(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("ctrl+p")
        await screen.type("take it")
        assert screen.shows("take it yourself")
        await screen.press("enter")
        await screen.until(lambda: demo.threads.show(THREAD).row.assignee == "kim")
        await screen.press("ctrl+p")
        await screen.type("theme: light")
        await screen.press("enter")
        await screen.until(lambda: screen.app.theme == "convo-light")

    on_screen(demo, script, MEDIUM)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_palette_leads_to_every_view_from_anywhere_and_asks_the_desk_nothing(
    demo: Desk, size: tuple[int, int]
) -> None:
    with demo.store.write() as connection:  # whoever else writes to a store is not bound to the names of the desk
        row = {"name": "[/]\x1b]52;c;x\x07\u202eWheels", "query": "wheel", "created_at": NOON}
        connection.execute(insert(tables.saved_query), row)

    async def script(screen: Screen) -> None:
        desk = screen.app.screen_stack[-1]
        inbox = desk.inbox  # type: ignore[attr-defined]
        views = demo.inbox.views()
        for place, key in ((len(views) - 1, "f3"), (1, "tab"), (0, "f5")):
            await screen.press(key)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(screen.app.asker, "ask", lambda *told, **more: pytest.fail(f"asked for {told[1]}"))
                screen.app.action_command_palette()
            await screen.settled()
            await screen.type("go to view")
            shown = "\n".join(screen.lines("Options"))
            assert "go to view: Mine" in shown
            assert "[/]" in shown
            assert not {"\x1b", "\x07", "\u202e"} & set(shown)
            await screen.press(*["down"] * place, "enter")
            assert screen.app.screen is desk
            assert inbox.view == views[place]
            assert inbox.rows.has_focus
            assert inbox.display
            assert inbox.region

    on_screen(demo, script, size)


def test_a_view_that_is_gone_by_the_time_it_is_chosen_changes_nothing(demo: Desk) -> None:
    demo.queries.save("Wheels", "wheel")

    async def script(screen: Screen) -> None:
        inbox = screen.app.screen.inbox  # type: ignore[attr-defined]
        before = inbox.view
        await screen.press("ctrl+p")
        await screen.type("go to view: wheels")
        demo.queries.remove("Wheels")
        screen.app.store_changed()
        await screen.settled()
        await screen.press("enter")
        assert screen.shows("that view is there no longer")
        assert inbox.view == before

    on_screen(demo, script)


def test_jump_mode_goes_to_a_row_or_a_pane_by_its_letters(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("f")
        desk = screen.app.screen_stack[-2]
        rows = desk.inbox.rows  # type: ignore[attr-defined]
        before = rows.cursor
        shown = {str(static.name): static.styles.offset for static in screen.app.screen.query("Static")}
        region = rows.content_region
        name = next(
            label
            for label, offset in shown.items()
            if offset.x.value == region.x and offset.y.value > region.y + before + 2
        )
        await screen.press(*name)
        await screen.settled()
        assert rows.cursor > before + 1
        assert rows.has_focus
        await screen.press("f", "escape")
        assert screen.app.screen is desk

    on_screen(demo, script)


def test_no_label_is_the_beginning_of_another() -> None:
    for count in (1, 26, 27, 60, 300, 676):
        names = labels(count)
        assert len(set(names)) == count
        assert not any(one != other and other.startswith(one) for one in names for other in names)


def test_the_line_of_keys_shows_what_has_room_and_always_the_way_to_the_rest(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        (line,) = screen.lines("KeyLine")
        assert line.endswith("? keys  ctrl+p actions")
        assert "Space next" in line

    on_screen(demo, script, NARROW)


def test_the_page_of_keys_is_made_from_the_table() -> None:
    kept = Path(__file__).parents[2] / "docs" / "hotkeys.md"
    assert kept.read_text("utf-8") == page(), "python -m convo.tui.hotkeys writes it"
    assert all(f"`{key.id}" in page() for key in KEYS)
    assert re.search(r"^\| `e` \| close \| `desk.close` \|$", page(), re.M)
