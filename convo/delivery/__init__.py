"""The outbox: what waits to leave is claimed, sent, marked, tried again, and given up."""
