"""The screen: what an operator sees; it knows the desk and nothing under it."""
