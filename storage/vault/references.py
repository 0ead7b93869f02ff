"""Find a secret that is kept elsewhere.

`ref:env:NAME`, `ref:file:PATH`, `ref:cmd:COMMAND`, `ref:pass:NAME` (passwordstore.org),
`ref:op:VAULT/ITEM/FIELD` (1Password's command) and `ref:vault:PATH#FIELD` (HashiCorp Vault or OpenBao).

A new kind is a class in the union, a line in `_KINDS` and a case in `_find`.
"""

import os
import select
import shlex
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import assert_never

from ..errors import SecretMissingError, SecretSourceError
from .children import read_output
from .shell_signs import find_shell_sign

PREFIX = "ref:"
_TIMEOUT_S = 10.0
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EnvReference:
    """A variable of the environment."""

    name: str


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file that holds the secret and nothing else; one newline at its end does not count."""

    path: str


@dataclass(frozen=True, slots=True)
class CommandReference:
    """A command that prints the secret."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassReference:
    """An entry of the password store; the secret is its first line."""

    name: str


@dataclass(frozen=True, slots=True)
class OnePasswordReference:
    """A field of 1Password, as ``op://vault/item/field``."""

    uri: str


@dataclass(frozen=True, slots=True)
class VaultReference:
    """A field of a secret in HashiCorp Vault or OpenBao."""

    path: str
    field: str


Reference = (
    EnvReference | FileReference | CommandReference | PassReference | OnePasswordReference | VaultReference
)


def is_reference(text: str) -> bool:
    """Say whether a text is meant as a reference."""
    return text.startswith(PREFIX)


def check_reference(text: str) -> Reference:
    """Give the parts of a reference without looking for the secret.

    Raises:
        SecretSourceError: it has an unknown kind or an incomplete form.
    """
    kind, colon, rest = text.removeprefix(PREFIX).partition(":")
    if not is_reference(text) or not colon:
        raise SecretSourceError("a reference has the form ref:KIND:WHERE", f"KIND is one of {_allowed()}")
    return read_place(kind, rest)


def resolve_reference(
    text: str, *, environ: Mapping[str, str] | None = None, timeout_s: float = _TIMEOUT_S
) -> str:
    """Give the secret that a reference names, as it is now.

    Raises:
        SecretSourceError: the reference cannot be read.
        SecretMissingError: what it names is not there, or empty.
    """
    return find_secret(check_reference(text), environ=environ, timeout_s=timeout_s)


def read_place(kind: str, where: str) -> Reference:
    """Give the reference of a kind; ``where`` is what stands after the kind."""
    match kind:
        case "env":
            return _read_env(where)
        case "file":
            if not where or "\0" in where:
                raise SecretSourceError("the reference names no file", "write ref:file:PATH")
            return FileReference(where)
        case "cmd":
            return _read_command(where)
        case "pass":
            if not where or where.startswith("-") or not where.isprintable():
                raise SecretSourceError("the reference names no entry", "write ref:pass:NAME")
            return PassReference(where)
        case "op":
            return _read_one_password(where)
        case "vault":
            path, mark, field = where.partition("#")
            if not path.strip("/") or not mark or not field or not where.isprintable():
                raise SecretSourceError(
                    "the reference names no field of a secret", "write ref:vault:PATH#FIELD"
                )
            return VaultReference(path, field)
        case _:
            near = get_close_matches(kind, _KINDS, n=1)
            hint = f"; the nearest is {near[0]}" if near else ""
            # The word itself is not repeated: it may be the beginning of a secret.
            raise SecretSourceError(f"this kind of reference is not known{hint}", f"allowed are {_allowed()}")


def find_secret(
    reference: Reference, *, environ: Mapping[str, str] | None = None, timeout_s: float = _TIMEOUT_S
) -> str:
    """Give the secret at a place, without one newline at its end."""
    environ = os.environ if environ is None else environ
    match reference:
        case EnvReference(name):
            what, found = f"the environment variable {name}", environ.get(name)
            if found is None:
                raise SecretMissingError(f"{what} is not set", f"set {name} for this process")
        case FileReference(path):
            place = _expanded(path, environ)
            what, found = f"the file {place}", _text(read_secret_file(place, timeout_s), f"the file {place}")
        case CommandReference(argv):
            what = f"the output of the command {argv[0]}"
            found = _text(read_output(argv, environ, timeout_s), what)
        case PassReference(name):
            what = f"the entry {name} of the password store"
            found = _text(read_output(("pass", "show", name), environ, timeout_s), what).partition("\n")[0]
        case OnePasswordReference(uri):
            what = f"the field {uri} of 1Password"
            found = _text(read_output(("op", "read", "--no-newline", uri), environ, timeout_s), what)
        case VaultReference(path, field):
            from .hashicorp import read_field

            what, found = f"{field} of {path}", read_field(path, field, environ, timeout_s)
        case _:
            assert_never(reference)
    if not found:
        raise SecretMissingError(f"{what} is empty", "put the secret there")
    return found


def read_secret_file(path: Path, timeout_s: float = _TIMEOUT_S) -> bytes:
    """Give the content of a file that holds a secret; a pipe has so long to be written."""
    try:
        # Without O_NONBLOCK a pipe that nobody writes into would hold this thread for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            found = os.fstat(descriptor)
            if stat.S_ISREG(found.st_mode) and found.st_size > _MOST_BYTES:
                raise SecretMissingError(f"the file {path} is too big for a secret", "name another file")
            content = _read_within(descriptor, timeout_s)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise SecretMissingError(f"the file {path} is not there", "put the secret in that file") from None
    except OSError as error:
        raise SecretMissingError(
            f"the file {path} cannot be read: {error.strerror}", "make it readable for this user"
        ) from None
    if content is None:
        raise SecretMissingError(
            f"the file {path} gave nothing for {timeout_s:g} s", "see what should write it"
        )
    return content


def _read_within(descriptor: int, timeout_s: float) -> bytes | None:
    ends = time.monotonic() + timeout_s
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    content = b""
    while len(content) < _MOST_BYTES:
        if not poll.poll(max(ends - time.monotonic(), 0.0) * 1000):
            return None
        part = os.read(descriptor, _MOST_BYTES - len(content))
        if not part:
            break
        content += part
    return content


def without_newline(text: str) -> str:
    """Leave out one newline at the end."""
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


_KINDS = ("env", "file", "cmd", "pass", "op", "vault")


def _allowed() -> str:
    return ", ".join(f"ref:{kind}:" for kind in _KINDS)


def _read_env(name: str) -> EnvReference:
    if not name or "=" in name or not name.isprintable() or " " in name:
        raise SecretSourceError("the reference names no environment variable", "write ref:env:NAME")
    return EnvReference(name)


def _read_command(line: str) -> CommandReference:
    if sign := find_shell_sign(line):
        raise SecretSourceError(
            f"the command is run without a shell, which alone knows what {sign} means here",
            f"put it in single quotes, or write a command for a shell: {PREFIX}cmd:sh -c '…'",
        )
    try:
        argv = tuple(shlex.split(line))
    except ValueError as error:
        raise SecretSourceError(
            f"the command of the reference cannot be split: {error}", "close its quotes"
        ) from None
    if not argv or not argv[0] or "\0" in line:
        raise SecretSourceError("the reference names no command", "write ref:cmd:COMMAND ARGUMENTS")
    return CommandReference(argv)


def _read_one_password(where: str) -> OnePasswordReference:
    parts = where.removeprefix("op://").split("/")
    if len(parts) not in {3, 4} or not all(parts) or not where.isprintable():
        raise SecretSourceError("the reference names no field of 1Password", "write ref:op:VAULT/ITEM/FIELD")
    return OnePasswordReference(f"op://{'/'.join(parts)}")


def _expanded(path: str, environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME")
    if home and (path == "~" or path.startswith("~/")):
        return Path(home + path[1:]).absolute()
    return Path(path).expanduser().absolute()


def _text(content: bytes, what: str) -> str:
    text = content.decode("utf-8", "replace")
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise SecretMissingError(
            f"{what} is not text in UTF-8", "keep the secret as text, for example in base64"
        )
    return without_newline(text)
