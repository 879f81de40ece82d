"""QR codes of links: drawn in a terminal by half blocks or plain letters, or written as a picture."""

from pathlib import Path

from convo.errors import BadInput

_MARGIN = 4
"""How many modules are left blank around it, as ISO/IEC 18004 asks for."""
_HALVES = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""Two modules, the upper and the lower, by whether they are dark: what is light is drawn, as a terminal is dark."""


def drawn(link: str, *, plain: bool = False) -> str:
    """The QR code of a link as lines of text, two rows of modules a line; `plain` takes a row a line, in ASCII."""
    rows = _modules(link)
    if plain:
        return "".join("".join("  " if dark else "##" for dark in row) + "\n" for row in rows)
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "".join(
        "".join(_HALVES[upper, lower] for upper, lower in zip(first, second, strict=True)) + "\n"
        for first, second in pairs
    )


def written(link: str, to: Path) -> None:
    """Write the QR code of a link as a picture of 10 pixels a module; raises BadInput for neither .png nor .svg."""
    import segno

    kind = to.suffix.casefold().removeprefix(".")
    if kind not in {"png", "svg"}:
        raise BadInput(f"{to} is no kind of picture that is written here", hint="a name that ends in .png or .svg")
    draft = to.with_name(to.name + ".part")
    try:
        with draft.open("wb") as file:
            segno.make(link, micro=False, error="m").save(file, kind=kind, scale=10, border=_MARGIN)
        draft.replace(to)
    except OSError as error:
        raise BadInput(f"{to} cannot be written: {error.strerror}") from error


def _modules(link: str) -> list[list[bool]]:
    """Rows of modules, whether each is dark, with the margin."""
    import segno

    made = segno.make(link, micro=False, error="m")
    return [[bool(module) for module in row] for row in made.matrix_iter(border=_MARGIN)]
