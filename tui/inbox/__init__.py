"""The inbox: what waits, in lists."""
