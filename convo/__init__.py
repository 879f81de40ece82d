"""convo: one lifelong conversation per customer, across every channel.

from convo import open_desk

with open_desk("shop.convo") as desk:
    for thread in desk.threads.list("is:open waiting:>2d").items:
        print(thread.subject)
"""

from typing import TYPE_CHECKING, Any

from convo.errors import ConvoError

if TYPE_CHECKING:
    from convo.desk.desk import Desk, open_desk

__all__ = ["ConvoError", "Desk", "open_desk"]


def __getattr__(name: str) -> Any:
    """Load the desk, and with it the database libraries, when it is first asked for."""
    if name in {"Desk", "open_desk"}:
        from convo.desk import desk

        return getattr(desk, name)
    raise AttributeError(f"module 'convo' has no attribute {name!r}")
