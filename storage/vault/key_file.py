"""Unlock with a file that holds a random key and that only its owner can read."""

import base64
import binascii
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..errors import VaultError
from .disk import sync_folder

_KEY_BYTES = 32
_MOST_BYTES = 1024
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file with 32 random bytes as base64."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> Self:
        """Write a new key to a new file with mode 0600.

        Raises:
            VaultError: the file exists or cannot be written.
        """
        path = path.expanduser().absolute()
        line = base64.b64encode(os.urandom(_KEY_BYTES)) + b"\n"
        try:
            _write_whole(path, line)
        except FileExistsError:
            raise VaultError(
                f"the key file {path} exists already", "name a new file, or use this one"
            ) from None
        except OSError as error:
            raise VaultError(f"the key file {path} cannot be written: {error.strerror}") from error
        return cls(path)


def _write_whole(path: Path, line: bytes) -> None:
    """Let the file appear with its key in it: whoever sees an empty one could never unlock with it."""
    with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", suffix=".new", dir=path.parent) as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
        try:
            path.hardlink_to(file.name)
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise
            _write_new(path, line)  # not every file system has links
    # A vault may stand on another disk and be durable before this name is.
    sync_folder(path.parent)


def _write_new(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def read_key_file(key_file: KeyFile) -> bytes:
    """Give the key that stands in a file.

    Raises:
        VaultError: it is missing, others can read it, or it does not hold a key.
    """
    path = key_file.path.expanduser().absolute()
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MOST_BYTES)
    except FileNotFoundError:
        raise VaultError(
            f"the key file {path} is not there", "bring it back, or unlock in another way"
        ) from None
    except OSError as error:
        raise VaultError(f"the key file {path} cannot be read: {error.strerror}") from error
    if os.name == "posix" and stat.S_IMODE(mode) & _OTHERS:
        raise VaultError(
            f"the key file {path} can be read by others (mode {stat.S_IMODE(mode):04o})", f"chmod 600 {path}"
        )
    return _decode_key(text, path)


def _decode_key(text: bytes, path: Path) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise VaultError(
            f"{path} does not hold a key", "a key file is made by this program: 32 bytes as base64"
        )
    return key
