"""Long texts become lines of a pane: whole words, true widths, and no more work than what is shown."""

from rich.cells import cell_len

from convo.tui.conversation.wrapping import wrapped

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


def test_words_stay_whole_and_blank_lines_are_one() -> None:
    assert wrapped("\n\nthe rear wheel wobbles\n\n\n\nsince Tuesday\n\n", 12, 9).lines == (
        "the rear",
        "wheel",
        "wobbles",
        "",
        "since",
        "Tuesday",
    )


def test_no_line_is_wider_than_the_pane_in_any_script() -> None:
    families = (f"{FAMILY} " * 300, FAMILY * 300)
    texts = ("x" * 10_000, "車輪がぐらつきます。" * 90, *families, "é" * 5_000, "  weit  ein " * 99)
    for text in texts:
        for width in (1, 2, 7, 44):
            lines = wrapped(text, width, 50).lines
            assert lines
            assert max(map(cell_len, lines)) <= max(2, width), (text[:10], width)


def test_nothing_of_a_text_is_lost_between_its_lines() -> None:
    for text in ("rueda que vuelve a moverse, ¿vale? " * 20, "plain words that go on and on " * 20):
        assert " ".join(wrapped(text, 31, 99).lines).split() == text.split()


def test_a_text_says_that_there_is_more_of_it() -> None:
    assert wrapped("a\nb\nc", 10, 2) == wrapped("a\nb\nc\nd" * 90, 10, 2)
    assert wrapped("a\nb\nc", 10, 2).more
    assert not wrapped("a\nb", 10, 2).more
    long = wrapped("word " * 200_000, 44, 300)
    assert len(long.lines) == 300
    assert long.more


def test_what_a_terminal_would_obey_is_harmless() -> None:
    assert wrapped("\x1b]52;c;AAAA\x07\N{RIGHT-TO-LEFT OVERRIDE}x", 80, 9).lines == ("␛]52;c;AAAA␇�x",)
