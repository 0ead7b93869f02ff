"""A recovery kit: a passphrase that is printed once, and typed again from paper."""

import base64
import os
import re

LABEL = "recovery kit"
_BYTES = 20
_FORM = re.compile(r"[A-Z2-7]{32}")
_APART = re.compile(r"[\s-]+")
# What is no digit or letter of base32 (RFC 4648, section 6), and what a reader took it for.
_MISREAD = str.maketrans("018", "OIB")


def new_kit() -> str:
    """Give 160 random bits as eight groups of four."""
    return _grouped(base64.b32encode(os.urandom(_BYTES)).decode())


def as_printed(typed: str) -> str:
    """Give a kit as it was printed, however its groups and letters were typed; other text as it is."""
    bare = _APART.sub("", typed).upper().translate(_MISREAD)
    return _grouped(bare) if _FORM.fullmatch(bare) else typed


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
