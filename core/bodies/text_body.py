"""Read the text of a body by its charset, and say where that did not fit."""

import codecs
from typing import Final

# Python's codecs that are no charsets: some are slow on purpose-built input, others execute escapes.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF8_NAMES: Final = frozenset({"utf-8", "ascii", "utf-8-sig"})

Notes = tuple[str, ...]


def charset_in(content_type: str) -> str | None:
    """Give the charset that a Content-Type header names, by Python's name for it; None for what is none."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            return known_charset(value.strip().strip('"'))
    return None


def known_charset(name: str) -> str | None:
    """Give Python's name for a charset, None for what is none."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError):
        return None
    return None if found.name in _NO_CHARSETS else found.name


def read_text(body: bytes, charset: str | None) -> tuple[str, Notes]:
    """Give the text of a body; a byte order mark decides, then the charset, then UTF-8.

    Bytes that do not fit become U+FFFD, and a note says so.
    """
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    name = marked or charset or "utf-8"
    try:
        return body.decode(name), ()
    except UnicodeDecodeError as error:
        note = f"not all of it is {name}: byte {error.start:,} is {body[error.start]:#04x}, shown as \ufffd"
        return body.decode(name, "replace"), (note,)
