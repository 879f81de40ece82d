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
    variables={"text-muted": "#a3acb8", "primary-muted": "#2a3744"},
)
LIGHT = Theme(
    name="convo-light",
    primary="#2f5d8a",
    secondary="#3f7046",
    accent="#985800",
    foreground="#15181c",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e9e6df",
    success="#3f7046",
    warning="#8f5600",
    error="#b3261e",
    dark=False,
    variables={"text-muted": "#50565f", "primary-muted": "#d3dde6"},
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
    variables={"text-muted": "#d0d0d0", "primary-muted": "#002c36"},
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
    variables={"text-muted": "#b8b8b8", "primary-muted": "#3a3a3a"},
)
THEMES = (DARK, LIGHT, CONTRAST, MONOCHROME)

NAMES: Mapping[str, str] = {"dark": DARK.name, "light": LIGHT.name, "contrast": CONTRAST.name, "mono": MONOCHROME.name}
"""The themes by the words of the setting screen.theme."""

_LIGHT = 0.5


def theme_for(word: str, environ: Mapping[str, str], background: tuple[float, float, float] | None = None) -> str:
    """The theme that a word of the settings means; auto is monochrome where NO_COLOR asks for it.

    Otherwise auto follows the terminal's `background` (red, green, blue from 0 to 1) where that is known, else
    COLORFGBG (its last number; 7 and 15 are light), and is dark where nothing tells.
    """
    if word in NAMES:
        return NAMES[word]
    if environ.get("NO_COLOR"):
        return MONOCHROME.name
    if background is not None:
        red, green, blue = background
        return LIGHT.name if 0.299 * red + 0.587 * green + 0.114 * blue > _LIGHT else DARK.name
    number = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if number in {"7", "15"} else DARK.name
