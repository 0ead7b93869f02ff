"""Say how long what a provider gives may be, and of which letters: whatever it is, it is kept and shown."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ..errors import VendorError

MOST_TOKEN: Final = 65_536
MOST_FACT: Final = 4096
MOST_SCOPES: Final = 2000
MOST_SCOPE: Final = 1024
MOST_ADDRESS: Final = 4096
_NOT_KEPT: Final = "nothing of it is kept; tell those who run the provider"


def check_token(name: str, value: Any, doing: str) -> str:
    """Give a token as a text; it is never told.

    Raises:
        VendorError: nobody could send it.
    """
    text = "" if isinstance(value, Mapping | list | bool) else str(value)
    if not text:
        wrong = "is no text"
    elif len(text) > MOST_TOKEN:
        wrong = f"is longer than {MOST_TOKEN:,} characters"
    elif not (text.isascii() and text.isprintable()):
        wrong = "holds other letters than a token can (RFC 6749, appendix A)"
    else:
        return text
    raise VendorError(f"{doing} was answered with {'an' if name[0] in 'ai' else 'a'} "
                      f"{name.replace('_', ' ')} that {wrong}", _NOT_KEPT)  # fmt: skip


def check_fact(key: str, value: Any) -> None:
    """Let a captured fact through that fits into a row and on a screen.

    Raises:
        VendorError: it is too long.
    """
    if len(value if isinstance(value, str) else json.dumps(value)) > MOST_FACT:
        raise VendorError(
            f"what is to be captured as {key} is longer than {MOST_FACT:,} characters",
            "let the connector's `captured` take less of the answer",
        )


def check_scopes(scopes: tuple[str, ...], doing: str) -> tuple[str, ...]:
    """Let granted scopes through that people can read.

    Raises:
        VendorError: they are too many, too long, or of letters that steer a terminal.
    """
    if len(scopes) > MOST_SCOPES:
        wrong = f"more than {MOST_SCOPES:,} scopes"
    elif any(len(one) > MOST_SCOPE or not one.isprintable() for one in scopes):
        wrong = "a scope that nobody could read"
    else:
        return scopes
    raise VendorError(f"{doing} was answered with {wrong}", _NOT_KEPT)


def is_plain(text: str, most: int = MOST_ADDRESS) -> bool:
    """Tell whether a text is short and without what moves a cursor or turns letters around."""
    return len(text) <= most and text.isprintable()


def is_plain_address(url: str) -> bool:
    """Tell whether an address can be shown, copied and opened as it is; what is added stays before no `#`."""
    return is_plain(url) and url.isascii() and " " not in url and not urlsplit(url).fragment
