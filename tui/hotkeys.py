"""The page of keys in the documentation, made from the table of keys: python -m convo.tui.hotkeys writes it."""

import sys
from pathlib import Path

from .keymap import KEYS, PLACES, each
from .keys.names import keys_shown

PAGE = Path("docs/hotkeys.md")
_BEGINNING = """# Keys

`?` (or F1 where you write) shows the keys of where you are, `ctrl+p` every action by its name. Any key can be another:

    convo config set keys.desk.close x

or, in a settings file, several for one action:

    [keys]
    "desk.close" = "x,ctrl+x"

Keys are written as `x`, `G`, `?`, `ctrl+x`, `alt+x`, `f5`, `space`, `tab`, `enter`, `escape`, `up`, `pageup`. Nothing
can be bound to what terminals send for other keys: `ctrl+m` and `ctrl+j` (Enter), `ctrl+i` (Tab), `ctrl+h` (Backspace)
and `ctrl+[` (Escape).
"""


def page() -> str:
    """The page, in Markdown."""
    lines = [_BEGINNING.rstrip()]
    for where, title in PLACES.items():
        rows = [(key, keys) for key in KEYS if key.where == where for keys in [key.keys]]
        if not rows:
            continue
        lines += ["", f"## {title}", "", "| keys | what they do | id |", "| --- | --- | --- |"]
        for key, keys in rows:
            shown = " ".join(f"`{_cell(keys_shown(one))}`" for one in keys.split(","))
            ids = list(each(key))
            named = f"`{ids[0]}`" if len(ids) == 1 else f"`{ids[0]}` … `{ids[-1]}`"
            lines.append(f"| {shown} | {_cell(key.title)} | {named} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(page(), "utf-8")
