"""The one-column signs of kinds of channels and of what happened, wherever a timeline is shown."""

_CHANNELS = {
    "email": "✉",
    "phone": "☏",
    "sms": "✆",
    "whatsapp": "✆",
    "telegram": "➤",
    "messenger": "◉",
    "slack": "#",
    "matrix": "▦",
    "web": "◇",
}
_OTHER = "•"


def sign(kind: str) -> str:
    """The one-column sign of a kind of channel."""
    return _CHANNELS.get(kind, _OTHER)
