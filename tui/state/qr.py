"""A QR code as lines of half blocks: two rows of dots in one of text, with the quiet zone it needs."""

_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
# ISO 18004 asks for four; cameras read a code with two, where there is no room for more.
_QUIET = (4, 3, 2)


def qr_lines(text: str, columns: int, rows: int, *, on_dark: bool = True) -> tuple[str, ...]:
    """Give the lines for a dark or a light ground; none where they do not fit into the columns and rows."""
    import segno

    try:
        code = segno.make(text, error="l", micro=False, boost_error=False)
    except segno.DataOverflowError:
        return ()
    size = len(code.matrix)
    quiet = next((one for one in _QUIET if size + 2 * one <= min(columns, 2 * rows)), None)
    if quiet is None:
        return ()
    dots = [[bool(dot) for dot in row] for row in code.matrix_iter(border=quiet)]
    if len(dots) % 2:
        dots.append([False] * len(dots[0]))
    if not on_dark:
        dots = [[not dot for dot in row] for row in dots]
    pairs = zip(dots[::2], dots[1::2], strict=True)
    return tuple("".join(_BLOCKS[pair] for pair in zip(above, below, strict=True)) for above, below in pairs)
