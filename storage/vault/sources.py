"""Read a secret from where a command line says it is: never from the command line itself."""

from collections.abc import Mapping
from typing import TextIO

from ..errors import SecretMissingError, SecretSourceError
from .references import check_reference, find_secret, is_reference, read_place, without_newline

FORMS = "@FILE, env:NAME, cmd:COMMAND, - (standard input), or a reference such as ref:env:NAME"


def read_source(
    text: str, stdin: TextIO, *, environ: Mapping[str, str] | None = None, timeout_s: float = 10.0
) -> str:
    """Give the secret that a source names; a reference is given back as it is, for use later.

    Raises:
        SecretSourceError: it is none of the forms; the text is not repeated, because it may be the secret.
        SecretMissingError: nothing is there.
    """
    if is_reference(text):
        check_reference(text)
        return text
    if text == "-":
        return _read_stdin(stdin)
    if text.startswith("@"):
        place = read_place("file", text[1:])
    else:
        kind, colon, where = text.partition(":")
        if kind not in ("env", "cmd") or not colon:
            raise SecretSourceError("a secret on the command line itself is refused", f"give it as {FORMS}")
        place = read_place(kind, where)
    found = find_secret(place, environ=environ, timeout_s=timeout_s)
    return _checked(found)


def _checked(found: str) -> str:
    """Refuse what would be kept in the open as a reference, or could not be written in UTF-8."""
    if is_reference(found):
        raise SecretSourceError(
            "what was read begins with `ref:`, which is how a reference is written",
            "give the reference itself, or another secret",
        )
    try:
        found.encode()
    except UnicodeEncodeError:
        raise SecretSourceError("what was read is not text in UTF-8", "keep the secret as text") from None
    return found


def _read_stdin(stdin: TextIO) -> str:
    if stdin.isatty():
        raise SecretSourceError(
            "standard input is a terminal, which would show the secret",
            "pipe it in, or name a file with @FILE",
        )
    try:
        found = without_newline(stdin.read())
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise SecretMissingError("standard input is not text in UTF-8", "keep the secret as text")
    if not found:
        raise SecretMissingError("standard input is empty", "pipe the secret in")
    return _checked(found)
