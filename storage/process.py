"""Claim that a process is alive, in a way that a killed process cannot keep up."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import StorageError
from .ids import new_ulid

SUFFIX = ".lock"


class ProcessClaim:
    """A held file lock; the operating system releases it when the process ends, however it ends."""

    def __init__(self, name: str, path: Path, descriptor: int) -> None:
        self.name = name
        self._path = path
        self._descriptor: int | None = descriptor

    def close(self) -> None:
        """Release the claim and remove its file."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        self._path.unlink(missing_ok=True)
        os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def claim_process(folder: Path) -> ProcessClaim:
    """Hold ``folder/NAME.lock`` for this process under a new name."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            name = new_ulid()
            path = folder / f"{name}{SUFFIX}"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_there(path, descriptor):
                return ProcessClaim(name, path, descriptor)
            # Somebody who looked for dead processes took the file between its making and its lock.
            os.close(descriptor)
    except OSError as error:
        raise StorageError(
            f"this process cannot announce itself in {folder}: {error.strerror}",
            "make that folder writable, or choose another with --home",
        ) from error


def is_alive(folder: Path, name: str) -> bool:
    """Say whether the process that claimed ``name`` still runs."""
    descriptor, alive = _try_lock(folder / f"{name}{SUFFIX}")
    if descriptor is not None:
        os.close(descriptor)
    return alive


def remove_dead_claims(folder: Path) -> None:
    """Remove the files of processes that ended without closing their claim."""
    for path in folder.glob(f"*{SUFFIX}"):
        descriptor, _ = _try_lock(path)
        if descriptor is not None:
            # Removed while it is locked, so that a process that just made it sees that it is gone.
            path.unlink(missing_ok=True)
            os.close(descriptor)


def _try_lock(path: Path) -> tuple[int | None, bool]:
    """Give the locked file of a dead process, and whether the process lives; what cannot be asked lives."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None, False
    except OSError:
        return None, True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None, True
    return descriptor, False


def _is_there(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
