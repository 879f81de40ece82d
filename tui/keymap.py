"""Every key of the screen, as data: bindings, palette, help and the hotkey page are made of this one table.

Nothing is bound to what terminals send for other keys: ctrl+m (Enter), ctrl+h (Backspace), ctrl+i (Tab), ctrl+[ (Esc).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from textual.binding import Binding

_Binding: TypeAlias = Binding | tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Key:
    """An action with its default keys (comma-separated, Textual's names), and what it does in a few words.

    `where` is the part of the screen that it works in; `id`, unique, is what the section [keys] of the settings names.
    `footer` is the word by which the line of keys below the screen shows it, if it does.
    """

    where: str
    name: str
    keys: str
    action: str
    title: str
    footer: str = ""

    @property
    def id(self) -> str:
        """The name under which it can be bound to other keys."""
        return f"{self.where}.{self.name}"


PLACES: Mapping[str, str] = {
    "app": "Everywhere",
    "list": "In lists and on the timeline",
    "desk": "On the desk",
    "inbox": "In the inbox",
    "filter": "In the filter",
    "conversation": "In the conversation",
    "customer": "Beside the conversation",
    "compose": "Where you write",
    "dialog": "In a window that asks",
    "place": "On the other screens",
    "meanwhile": "When somebody wrote before your reply was sent",
    "tags": "Where you choose tags",
    "confirm": "Where you are asked yes or no",
    "merge": "Where you merge customers",
    "reading": "In a window that tells",
    "search": "In search",
    "rules": "In rules",
    "channels": "In channels",
    "dashboard": "On the dashboard",
}
"""The parts of the screen, in the order of the help."""

KEYS: tuple[Key, ...] = (
    Key("app", "help", "question_mark,f1", "help", "the keys of where you are", "keys"),
    Key("app", "palette", "ctrl+p", "command_palette", "every action, by its name", "actions"),
    Key("app", "desk", "f2", "go('desk')", "the desk"),
    Key("app", "search", "f3", "go('search')", "search everything"),
    Key("app", "rules", "f4", "go('rules')", "rules, and why a message went where it went"),
    Key("app", "channels", "f5", "go('channels')", "channels and what waits to leave"),
    Key("app", "dashboard", "f6", "go('dashboard')", "the dashboard"),
    Key("app", "quit", "ctrl+q", "quit", "leave; drafts are kept"),
    Key("list", "down", "j,down", "move(1)", "down"),
    Key("list", "up", "k,up", "move(-1)", "up"),
    Key("list", "first", "g,home", "first", "to the first"),
    Key("list", "last", "G,end", "last", "to the last"),
    Key("list", "half_down", "ctrl+d,pagedown", "page(1)", "half a screen down"),
    Key("list", "half_up", "ctrl+u,pageup", "page(-1)", "half a screen up"),
    Key("list", "open", "enter", "open", "open"),
    Key("desk", "next_pane", "tab", "pane(1)", "the next pane"),
    Key("desk", "previous_pane", "shift+tab", "pane(-1)", "the pane before"),
    Key("desk", "back", "escape", "back", "back to the inbox"),
    Key("desk", "filter", "slash", "filter", "filter the inbox", "filter"),
    Key("desk", "next_view", "right_square_bracket", "view(1)", "the next view"),
    Key("desk", "previous_view", "left_square_bracket", "view(-1)", "the view before"),
    Key("desk", "views", "v", "choose_view", "choose a view"),
    Key("desk", "next_unread", "space", "next_unread", "the next unread", "next"),
    Key("desk", "reply", "r", "reply", "reply", "reply"),
    Key("desk", "note", "n", "note", "note", "note"),
    Key("desk", "close", "e", "close", "close", "close"),
    Key("desk", "reopen", "E", "reopen", "reopen"),
    Key("desk", "snooze", "s", "snooze", "snooze", "snooze"),
    Key("desk", "assign", "a", "assign", "assign", "assign"),
    Key("desk", "take", "i", "take", "take it yourself"),
    Key("desk", "tag", "t", "tag", "tag"),
    Key("desk", "priority", "p", "priority", "priority"),
    Key("desk", "rename", "R", "rename", "another subject"),
    Key("desk", "macro", "m", "macro", "run a macro"),
    Key("desk", "unread", "U", "unread", "mark unread, or read"),
    Key("desk", "merge", "M", "merge", "merge the customer with another"),
    Key("desk", "block", "B", "block", "block the customer, or listen again"),
    Key("desk", "undo", "u", "undo", "undo", "undo"),
    Key("desk", "customer", "c", "customer", "show or hide the customer"),
    Key("desk", "jump", "f", "jump", "jump: a letter for everything in sight"),
    Key("desk", "copy", "y", "copy", "copy the message or the customer's address"),
    Key("desk", "why", "W", "why", "why it came here"),
    Key("desk", "refresh", "ctrl+r", "refresh", "look again"),
    Key("desk", "insert", "1,2,3,4,5,6,7,8,9", "insert", "put that suggestion into the reply"),
    Key("inbox", "mark", "x", "mark", "mark for the next action"),
    Key("inbox", "mark_all", "X", "mark_all", "mark everything shown, or nothing"),
    Key("inbox", "save_view", "S", "save_view", "keep the filter as a view of its own"),
    Key("inbox", "remove_view", "D", "remove_view", "remove a saved view"),
    Key("filter", "take", "tab", "take", "take the completion"),
    Key("filter", "down", "down,ctrl+n", "offer(1)", "the next completion, or to the list"),
    Key("filter", "up", "up", "offer(-1)", "the completion before"),
    Key("filter", "done", "enter", "done", "to the list; on a highlighted completion, take it"),
    Key("filter", "clear", "escape", "clear", "filter no more"),
    Key("conversation", "unfold", "z", "unfold", "fold or unfold quotes and other threads"),
    Key("conversation", "attachment", "o", "open_attachment", "open an attachment"),
    Key("conversation", "save", "w", "save_attachment", "save an attachment"),
    Key("conversation", "other", "l", "next_thread", "the customer's next thread"),
    Key("compose", "send", "ctrl+s", "send", "send", "send"),
    Key("compose", "kind", "ctrl+t", "kind", "reply or note"),
    Key("compose", "way", "ctrl+o", "way", "by another channel", "channel"),
    Key("compose", "snippet", "ctrl+b", "snippet", "a snippet (; at the beginning of a word)"),
    Key("compose", "attach", "ctrl+f", "attach", "send a file with the reply, or leave one out"),
    Key("compose", "editor", "ctrl+e", "editor", "write in your editor", "editor"),
    Key("compose", "other", "ctrl+l", "other", "the other text of yours, where two screens wrote"),
    Key("compose", "leave", "escape", "leave", "leave; the draft is kept", "leave"),
    Key("place", "back", "escape", "back", "back to the desk", "desk"),
    Key("rules", "switch", "space,x", "switch", "switch the rule under the cursor on or off", "on/off"),
    Key("rules", "thread", "o", "thread", "open the thread of the decision under the cursor", "thread"),
    Key("dashboard", "shorter", "left_square_bracket", "period(-1)", "a shorter period", "shorter"),
    Key("dashboard", "longer", "right_square_bracket", "period(1)", "a longer period", "longer"),
    Key("dashboard", "days_7", "7", "days(7)", "the last 7 days"),
    Key("dashboard", "days_30", "3", "days(30)", "the last 30 days"),
    Key("dashboard", "days_90", "9", "days(90)", "the last 90 days"),
    Key("dashboard", "down", "j", "scroll(1)", "down"),
    Key("dashboard", "up", "k", "scroll(-1)", "up"),
    Key("dialog", "cancel", "escape", "cancel", "change nothing"),
    Key("dialog", "down", "down,ctrl+n", "move(1)", "down"),
    Key("dialog", "up", "up", "move(-1)", "up"),
    Key("meanwhile", "read", "enter,escape", "read", "read it first"),
    Key("meanwhile", "anyway", "a", "anyway", "send it anyway"),
    Key("tags", "turn", "tab", "turn", "this one, and go on choosing"),
    Key("confirm", "yes", "y", "yes", "yes, do it"),
    Key("confirm", "no", "n,escape", "no", "no, change nothing"),
    Key("merge", "switch", "s,tab", "switch", "keep the other one"),
    Key("reading", "close", "escape,q", "close", "close"),
    Key("reading", "down", "j,down", "scroll(1)", "down"),
    Key("reading", "up", "k,up", "scroll(-1)", "up"),
    Key("reading", "page_down", "space,ctrl+d,pagedown", "page(1)", "a screen down"),
    Key("reading", "page_up", "ctrl+u,pageup", "page(-1)", "a screen up"),
)


def bindings(where: str) -> list[_Binding]:
    """The bindings of a part of the screen."""
    return [
        _binding(key, identifier, keys) for key in KEYS if key.where == where for identifier, keys in each(key).items()
    ]


def key_of(identifier: str) -> Key:
    """The key of an id, or of the id of one of its bindings; raises KeyError."""
    return _BY_ID[".".join(identifier.split(".")[:2])]


def each(key: Key) -> Mapping[str, str]:
    """The ids of an action's bindings with their keys: one, but the digits each insert another suggestion."""
    if key.name != "insert":
        return {key.id: key.keys}
    return {f"{key.id}.{digit}": digit for digit in key.keys.split(",")}


def _binding(key: Key, identifier: str, keys: str) -> Binding:
    action = f"insert({identifier[-1]})" if key.name == "insert" else key.action
    return Binding(keys, action, key.footer or key.title, show=bool(key.footer), id=identifier)


_BY_ID = {key.id: key for key in KEYS}
