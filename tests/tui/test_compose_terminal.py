"""Where one writes, on a real terminal: an editor of one's own, and what a killed screen leaves."""

import sys
from pathlib import Path

from convo.desk.desk import Desk
from tests.tui.process import STILL, ScreenProcess

_EDITOR = """#!{python}
import sys
path = sys.argv[-1]
text = open(path).read()
print("EDITOR HAS " + text, flush=True)
open(path, "w").write(text + " and from the editor\\n")
"""


def test_the_editor_has_the_terminal_and_a_killed_screen_loses_nothing(demo: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(_EDITOR.format(python=sys.executable))
    editor.chmod(0o700)
    env = {"VISUAL": str(editor), "CONVO_OPERATOR": "kim"}
    with ScreenProcess(demo.store.location.path or "", command=STILL, env=env) as screen:
        screen.until_said("reply to ")
        screen.type("r")
        screen.until_said("send")
        screen.type("typed")
        screen.until(lambda: [one.body for one in demo.drafts.mine()] == ["typed"])
        screen.type(b"\x05")
        screen.until_said("EDITOR HAS typed")
        screen.until(lambda: [one.body for one in demo.drafts.mine()] == ["typed and from the editor"])
        before = len(screen.sent)
        screen.type("!")
        screen.until_said("!", since=before)
        screen.until(lambda: [one.body for one in demo.drafts.mine()] == ["typed and from the editor!"])
        screen.kill()
    with ScreenProcess(demo.store.location.path or "", command=STILL, env=env) as screen:
        screen.until_said("typed and from the editor!")
        screen.type("r")
        screen.until_said("send")
        screen.type(b"\x13")
        screen.until(lambda: not demo.drafts.mine())
    assert "typed and from the editor!" in {
        one.body for thread in demo.threads.list().items for one in demo.threads.show(thread.id).messages
    }
