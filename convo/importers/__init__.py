"""Log formats: each module turns one kind of file into envelopes and events."""
