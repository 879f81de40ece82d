"""What can go wrong with a channel: each says whether trying again helps, and what it was in one sentence.

The sentences are shown to people and stand in the store and in logs: they hold no secret and no message's text.
"""


class Trouble(Exception):
    """Something that a channel could not do; `reason` is one sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChannelDown(Trouble):
    """The provider cannot be reached or does not work now; trying later may help, after `retry_after` seconds."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ChannelRefused(Trouble):
    """The provider refuses us: wrong credentials, no right, an account that is closed. A person must mend it."""


class SendRefused(Trouble):
    """This message will never go: no such recipient, too long, window closed. Trying again does not help.

    `opted_out` says that the customer wants nothing more by this channel, which withdraws what they agreed to.
    """

    def __init__(self, reason: str, *, opted_out: bool = False) -> None:
        super().__init__(reason)
        self.opted_out = opted_out


class SendLater(Trouble):
    """This message certainly did not go, and may later, not before `retry_after` seconds.

    With `whole_channel` the others of this channel need not be tried before then either.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None, whole_channel: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.whole_channel = whole_channel


class SendUnsure(Trouble):
    """Nobody knows whether this message went: the connection broke after all of it had been said."""
