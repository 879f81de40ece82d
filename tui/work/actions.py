"""What the keys of the desk do to threads; every one of them can be undone."""

from .assign import AssignActions
from .block import BlockActions
from .macro import MacroActions
from .merge import MergeActions
from .snooze import SnoozeActions
from .status import StatusActions
from .tag import TagActions
from .undo import UndoActions
from .why import WhyActions


class WorkActions(
    AssignActions,
    SnoozeActions,
    StatusActions,
    TagActions,
    BlockActions,
    MacroActions,
    MergeActions,
    WhyActions,
    UndoActions,
):
    """The work of the desk's screen, each kind in a file of its own."""
