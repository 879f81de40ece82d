"""format=flowed (RFC 3676): lines that were only broken for the journey, joined again."""


def unflow(text: str, *, delete_space: bool = False) -> str:
    """`text` with its soft line breaks undone, quote depth kept; `delete_space` is the DelSp parameter."""
    shown: list[str] = []
    paragraph: list[str] = []
    depth = 0

    def close() -> None:
        if paragraph:
            joined = "".join(paragraph)
            shown.append(f"{'>' * depth} {joined}".rstrip() if depth else joined)
            paragraph.clear()

    for line in text.split("\n"):
        line = line.rstrip("\r")
        bare = line.lstrip(">")
        level = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if level != depth:
            close()
            depth = level
        if bare == "-- ":
            close()
            paragraph.append(bare)
            close()
        elif bare.endswith(" "):
            paragraph.append(bare[:-1] if delete_space else bare)
        else:
            paragraph.append(bare)
            close()
    close()
    return "\n".join(shown)
