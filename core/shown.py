"""Show a name from outside in a sentence: on one line, whatever is in it."""


def one_line(name: object) -> str:
    """Give a name with what is no printable character escaped, so that it stands on one line."""
    text = str(name)
    return (
        text if text.isprintable() else "".join(one if one.isprintable() else _escaped(one) for one in text)
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
