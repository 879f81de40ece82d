"""The conversation: everything with one customer, on one timeline."""
