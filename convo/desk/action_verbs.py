"""Does one action to one thread, through the desk's own operations, and says in words what an action is."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from convo.model.actions import (
    Action,
    Assign,
    Block,
    Close,
    MarkRead,
    Rename,
    Reopen,
    RunMacro,
    SetPriority,
    Snooze,
    Tag,
)
from convo.text import clean

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LONGEST_TITLE = 200


def perform(desk: "Desk", action: Action, thread: int) -> None:
    """Do an action to a thread inside an open write; raises what its operation raises."""
    threads = desk.threads
    match action:
        case Assign():
            threads.assign(thread, action.operator, team=action.team)
        case Snooze():
            threads.snooze(thread, action.until)
        case Close():
            threads.close(thread)
        case Reopen():
            threads.reopen(thread)
        case Tag():
            threads.tag(thread, add=action.add, remove=action.remove)
        case SetPriority():
            threads.set_priority(thread, action.priority)
        case MarkRead():
            threads.mark_read(thread, read=action.read)
        case Rename():
            threads.rename(thread, action.subject)
        case Block():
            customer = threads.show(thread, messages=1).row.customer_id
            (desk.customers.block if action.blocked else desk.customers.unblock)(customer)
        case RunMacro():
            _run_macro(desk, action, thread)


def _run_macro(desk: "Desk", macro: RunMacro, thread: int) -> None:
    """Run a macro and keep all that it changed; of several replies each can be taken back while it has not left."""
    from convo.desk.macros import run_macro
    from convo.desk.undo_steps import keep, kept, kept_customer

    title, customer = title_of(desk, macro), desk.threads.show(thread, messages=1).row.customer_id
    with kept_customer(desk, title, customer), kept(desk, title, thread) as keeping:
        replies = run_macro(desk, macro.name, thread).replies
        keeping.message = replies[0] if replies else None
    for reply in replies[1:]:
        keep(desk, title, {}, {}, customer=customer, thread=thread, message=reply)


def title_of(desk: "Desk", action: Action) -> str:
    """What an action is, in one short line."""
    match action:
        case Assign():
            owner = desk.actor.name if (action.operator or "").casefold() == "me" else action.operator
            names = (owner, action.team and f"team {action.team}")
            title = "assign to " + (" and ".join(name for name in names if name) or "nobody")
        case Snooze():
            until = action.until.astimezone(ZoneInfo(desk.settings.time_zone)) if action.until.tzinfo else action.until
            title = f"snooze until {until:%Y-%m-%d %H:%M}"
        case Close():
            title = "close"
        case Reopen():
            title = "reopen"
        case Tag():
            title = " ".join(["tag", *(f"+{tag}" for tag in action.add), *(f"-{tag}" for tag in action.remove)])
        case SetPriority():
            title = f"priority {action.priority}"
        case MarkRead():
            title = "mark as read" if action.read else "mark as unread"
        case Rename():
            title = f"rename to {action.subject}"
        case Block():
            title = "block" if action.blocked else "unblock"
        case RunMacro():
            title = f"macro {action.name}"
    line = " ".join(clean(title).split())
    return line if len(line) <= _LONGEST_TITLE else line[:_LONGEST_TITLE] + "…"
