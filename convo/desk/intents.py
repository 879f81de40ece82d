"""Operations on intents: labels, examples, trained models."""

from convo.desk.operation import Operations


class Intents(Operations):
    """What messages are after."""
