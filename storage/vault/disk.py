"""Read and replace the vault file so that no process ever sees half of it or loses another's change."""

import fcntl
import glob
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import VaultError

_LOCK_WAIT_S = 30.0
_LOCK_STEP_S = 0.005
_NEW = ".new"
_TICK_NS = 100_000_000
_MAKE_WRITABLE = "see that its folder is writable for you and its disk has room"


def read_bytes(path: Path) -> bytes | None:
    """Give the file's bytes; None when there is no file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VaultError(
            f"the vault {path} cannot be read: {error.strerror}", "make it a file that you can read"
        ) from error


Look = tuple[int, int, int, int]


def look_at(path: Path) -> Look | None:
    """Give what changes with every change of a file; None where that would not show one.

    A file that was written a moment ago can be replaced again within the same tick of its times.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 - the quickest way, asked for with every secret
    except OSError:
        return None
    if abs(time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns)) < _TICK_NS:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def replace_bytes(path: Path, data: bytes) -> None:
    """Write the file anew with mode 0600: a whole one is on the disk before it takes the old one's place."""
    target = Path(os.path.realpath(path))
    try:
        _replace(target, data)
    except OSError as error:
        raise VaultError(
            f"the vault {path} cannot be written: {error.strerror}; it is as before", _MAKE_WRITABLE
        ) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Hold the lock that every writer of this vault takes, in this process and in others.

    It stands beside the file itself, so that whoever comes by another link takes the same one.
    """
    target = Path(os.path.realpath(path))
    lock = target.with_name(target.name + ".lock")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise VaultError(f"the vault {path} cannot be written: {error.strerror}", _MAKE_WRITABLE) from error
    try:
        _wait_for_lock(descriptor, path)
        try:
            _remove_unfinished(target)
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _remove_unfinished(target: Path) -> None:
    """Remove what a writer that was killed left: a key that was removed meanwhile might still open it."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*{_NEW}"):
        with suppress(OSError):
            left.unlink()


def _replace(target: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=_NEW, dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)  # noqa: PTH105 - the name is mkstemp's
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - the name is mkstemp's
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the rename last; not every system can open a folder, and the content is safe without it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _wait_for_lock(descriptor: int, path: Path) -> None:
    end = time.monotonic() + _LOCK_WAIT_S
    while not _try_lock(descriptor, path):
        if time.monotonic() > end:
            raise VaultError(
                f"another process has been writing the vault {path} for {_LOCK_WAIT_S:g} s", "try again"
            )
        time.sleep(_LOCK_STEP_S)


def _try_lock(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise VaultError(
            f"the vault {path} cannot be locked: {error.strerror}; it is as before",
            "keep it on a disk of this machine, or on a network share that has file locks",
        ) from error
    return True
