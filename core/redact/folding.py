"""Write ASCII letters in lower case, so that one search finds both."""

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def folded(text: str) -> str:
    """Give a text of the same length with its ASCII letters in lower case; every other character stays."""
    if text.isascii():
        return text.lower()
    try:
        # Bytes are folded many times quicker than text that is not ASCII.
        return text.encode("latin-1").lower().decode("latin-1")
    except UnicodeEncodeError:
        return text.translate(_LOWER)
