"""What the keys of the desk do to threads; every one of them can be undone."""


class WorkActions:
    """The work of the desk's screen: assign, snooze, close, reopen, tag, priority, merge, block, macros, undo."""
