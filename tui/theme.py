"""The colours of the screen: dark, light, high contrast, monochrome; what a colour says, words and signs say, too."""

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="convo-dark",
    primary="#7aa2c9",
    secondary="#8fb996",
    accent="#e0a458",
    foreground="#d7dae0",
    background="#14171c",
    surface="#1a1e25",
    panel="#20252e",
    success="#8fb996",
    warning="#e0a458",
    error="#e06c75",
    dark=True,
)
LIGHT = Theme(
    name="convo-light",
    primary="#2f5d8a",
    secondary="#3f7046",
    accent="#a35f00",
    foreground="#24292f",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e9e6df",
    success="#3f7046",
    warning="#8f5600",
    error="#b3261e",
    dark=False,
)
CONTRAST = Theme(
    name="convo-contrast",
    primary="#00d7ff",
    secondary="#00ff87",
    accent="#ffd700",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#00ff87",
    warning="#ffd700",
    error="#ff5f5f",
    dark=True,
)
MONOCHROME = Theme(
    name="convo-mono",
    primary="#d0d0d0",
    secondary="#d0d0d0",
    accent="#ffffff",
    foreground="#e4e4e4",
    background="#121212",
    surface="#1a1a1a",
    panel="#242424",
    success="#d0d0d0",
    warning="#ffffff",
    error="#ffffff",
    dark=True,
)
THEMES = (DARK, LIGHT, CONTRAST, MONOCHROME)

NAMES: Mapping[str, str] = {"dark": DARK.name, "light": LIGHT.name, "contrast": CONTRAST.name, "mono": MONOCHROME.name}
"""The themes by the words of the setting screen.theme."""


def theme_for(word: str, environ: Mapping[str, str]) -> str:
    """The theme that a word of the settings means; auto is monochrome where NO_COLOR asks for it.

    Otherwise auto follows the terminal's background where COLORFGBG tells it (its last number; 7 and 15 are light), and
    is dark where nothing does.
    """
    if word in NAMES:
        return NAMES[word]
    if environ.get("NO_COLOR"):
        return MONOCHROME.name
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in {"7", "15"} else DARK.name
