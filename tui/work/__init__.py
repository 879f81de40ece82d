"""What operators do to threads: assign, snooze, close, tag, merge, undo."""
