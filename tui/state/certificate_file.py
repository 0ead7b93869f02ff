"""Read the file of a certificate or of its key as text that can be kept."""

import base64
from pathlib import Path
from typing import Final

from core.errors import InputError

_MOST_BYTES: Final = 1024 * 1024


def read_certificate_file(path: str | Path) -> str:
    """Give the PEM text of a file as it is, and anything else in base64.

    Raises:
        InputError: it cannot be read, or is larger than any certificate.
    """
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", "name a file that you can read"
        ) from None
    if len(content) > _MOST_BYTES:
        raise InputError(f"{path} is larger than 1 MiB", "a certificate is smaller; name its file")
    if b"-----BEGIN " in content:
        return content.decode("utf-8", errors="replace")
    return base64.b64encode(content).decode()
