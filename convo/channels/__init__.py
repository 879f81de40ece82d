"""The kinds of channel: how messages are fetched from the world, and how answers are sent into it."""
