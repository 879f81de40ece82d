"""The screen of rules: in order, what they did of late, and why a message went where it went."""

from convo.desk.desk import Desk, open_desk
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen

EVIL = "\x1b]52;c;aGk=\x07\x1b[2J[bold]x\u202e"


def _decided(desk: Desk) -> None:
    for thread in (1, 13, 7):
        desk.routing.route(thread, "message received")


def test_a_decision_is_told_beside_its_message_rule_by_rule(demo: Desk) -> None:
    demo.customers.edit(demo.threads.show(7).row.customer_id, name=f"Ana {EVIL}")
    _decided(demo)

    async def script(screen: Screen) -> None:
        await screen.press("f4", "tab")
        assert screen.shows("fired")
        assert screen.shows("✓ unhappy  assigned to kim")
        assert screen.shows("Hi, I bought the R7 wheel two weeks ago", "#explained")
        why = screen.app.screen.query_one("#explained")
        assert screen.shows("✓ unhappy  fired", why)
        assert screen.shows("is:automatic failed: the message is not automatic", why)
        assert screen.shows("the rule unhappy let no later rule run", why)
        assert screen.shows("assigned to kim", why)
        assert not any(letter in "".join(screen.lines()) for letter in "\x1b\u202e\x07")
        await screen.press("j")
        assert screen.shows("Si no, prefiero devolverla", why)
        await screen.press("o")
        assert screen.app.screen.conversation.thread == 13  # type: ignore[attr-defined]

    on_screen(demo, script)


def test_where_there_is_no_room_beside_enter_tells_why(demo: Desk) -> None:
    _decided(demo)

    async def script(screen: Screen) -> None:
        await screen.press("f4", "tab")
        assert not screen.app.screen.query_one("#explained").display
        await screen.press("enter")
        assert screen.shows("Why #7 is where it is")
        if not screen.shows("unhappy  fired"):
            await screen.press("space")
        assert screen.shows("unhappy  fired")
        await screen.press("escape", "escape")
        assert screen.app.screen.query("#inbox")

    for size in (MEDIUM, NARROW):
        on_screen(demo, script, size)


def test_an_admin_switches_rules_and_nobody_else(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("f4", "j", "space")
        assert screen.shows("○ unhappy")
        assert [rule.name for rule in demo.rules.list() if not rule.enabled] == ["unhappy"]
        await screen.press("x")
        assert screen.shows("● unhappy")
        demo.rules.disable("wheels")
        await screen.until(lambda: screen.shows("○ wheels"))

    async def refused(screen: Screen) -> None:
        await screen.press("f4", "space")
        assert screen.shows("admin")
        assert demo.rules.show("machines").enabled

    on_screen(demo, script, WIDE)
    with open_desk(demo.store.location.path or "", operator="alex") as desk:
        on_screen(desk, refused, WIDE)


def test_a_desk_without_rules_says_so(demo: Desk) -> None:
    for rule in demo.rules.list():
        demo.rules.remove(rule.name)

    async def script(screen: Screen) -> None:
        await screen.press("f4")
        assert screen.shows("There are no rules yet")

    on_screen(demo, script)
