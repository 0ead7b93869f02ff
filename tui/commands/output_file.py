"""Say before anything is sent whether a file can take the result; open it for its owner alone."""

import os
from pathlib import Path
from typing import TextIO

from core.errors import Failure, InputError


def check_can_write(file: Path | None) -> None:
    """Look at the file and its folder; neither is changed.

    Raises:
        InputError: the result could not be written there.
    """
    if file is None:
        return
    if problem := _problem(file):
        raise InputError(f"{file} cannot be written: {problem}", "name another file with --output")


def _problem(file: Path) -> str | None:
    if file.is_dir():
        return "it is a folder"
    if file.exists():
        return None if os.access(file, os.W_OK) else "you have no right to"
    folder = file.resolve().parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    return None if os.access(folder, os.W_OK | os.X_OK) else f"you have no right to write into {folder}"


def open_private(file: Path) -> TextIO:
    """Open a file for writing that only its owner may read: what vendors answer is nobody else's business."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="")


def write_failure(file: Path | None, error: OSError, operation: str | None) -> Failure:
    """Describe records that could not be written although the operation itself was done."""
    where = str(file) if file is not None else "standard output"
    kept = (
        f"`connect-tui operation show {operation}` tells what was done" if operation else "nothing was done"
    )
    return Failure(
        "storage",
        f"{where} cannot be written: {error.strerror or error}",
        f"{kept}; running it again does it once more",
    )
