"""Be told by the system which of the user's connector files changed, so that nobody has to keep looking.

Linux tells it (inotify). Elsewhere, and on disks of other machines, somebody looks now and then instead.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_HEAD: Final = struct.Struct("iIII")
_ATTRIBUTES, _CLOSED, _MOVED_AWAY, _MOVED_HERE, _CREATED, _DELETED = 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
_SELF_GONE, _OVERFLOWED = 0x400 | 0x800, 0x4000
_IS_FOLDER, _ONLY_FOLDERS = 0x40000000, 0x01000000
_CHANGES: Final = _ATTRIBUTES | _CLOSED | _MOVED_AWAY | _MOVED_HERE | _CREATED | _DELETED | _SELF_GONE
_DEEPEST: Final = 2
_MOST_FOLDERS: Final = 1_000
_BUFFER: Final = 65_536


class CatalogWatch:
    """Says which files and folders in a folder changed; readable as soon as ``fileno`` is.

    Raises:
        OSError: this system cannot tell, or there is more to watch than it allows.
    """

    def __init__(self, folder: Path) -> None:
        if sys.platform != "linux":
            raise OSError("only Linux tells which files change")
        self._folder = os.fsencode(folder)
        self._system = ctypes.CDLL(None, use_errno=True)
        self._names: dict[int, tuple[bytes, ...]] = {}
        self._descriptor = self._checked(self._system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        try:
            self._watch(())
        except OSError:
            self.close()
            raise

    def fileno(self) -> int:
        """Give the descriptor that can be read when something changed."""
        return self._descriptor

    def read(self) -> frozenset[str] | None:
        """Give the names of what changed since this was last asked; ``None`` for anything may have."""
        found: set[str] = set()
        try:
            told = os.read(self._descriptor, _BUFFER)
        except BlockingIOError:
            return frozenset()
        for number, mask, name in _events(told):
            below = self._names.get(number)
            if mask & _OVERFLOWED or (below == () and mask & _SELF_GONE):
                return None
            if below is None:
                continue
            place = (*below, name) if name else below
            if mask & _IS_FOLDER and mask & (_CREATED | _MOVED_HERE):
                with suppress(OSError):
                    self._watch(place)
            if place:
                found.add(os.fsdecode(place[0]))
        return frozenset(found)

    def close(self) -> None:
        """Stop being told."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _watch(self, place: tuple[bytes, ...]) -> None:
        """Watch a folder, and those in it as far as a connector may have files."""
        if len(self._names) >= _MOST_FOLDERS:
            raise OSError("there are too many folders")
        where = b"/".join((self._folder, *place))
        added = self._system.inotify_add_watch(self._descriptor, where, _CHANGES | _ONLY_FOLDERS)
        self._names[self._checked(added)] = place
        if len(place) <= _DEEPEST:
            with os.scandir(where) as entries:
                folders = [
                    entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(b".")
                ]
            for name in folders:
                with suppress(FileNotFoundError):
                    self._watch((*place, name))

    @staticmethod
    def _checked(answer: int) -> int:
        if answer < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return answer


def _events(told: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while place < len(told):
        number, mask, _cookie, length = _HEAD.unpack_from(told, place)
        place += _HEAD.size + length
        yield number, mask, told[place - length : place].rstrip(b"\0")
