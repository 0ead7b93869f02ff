"""A body that is read from files while it is sent, so that its size does not matter."""

import asyncio
import mimetypes
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ..errors import InputError
from ..shown import one_line

_PIECE: Final = 256 * 1024
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;[ -~]*)?")
BYTES_TYPE: Final = "application/octet-stream"


class ChosenFile(str):
    """The path of a file that a person gave as input; no other file is ever sent."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file as it was when the request was prepared."""

    path: Path
    name: str
    media_type: str
    size: int

    @property
    def shown(self) -> bytes:
        """What stands in the log for the content."""
        return f"[{self.size:,} bytes of {one_line(self.name)}]".encode()


@dataclass(frozen=True, slots=True)
class Upload:
    """A body made of bytes and of the content of files."""

    content_type: str
    pieces: tuple[bytes | FileContent, ...]

    @property
    def size(self) -> int:
        """How many bytes will be sent."""
        return sum(piece.size if isinstance(piece, FileContent) else len(piece) for piece in self.pieces)

    @property
    def shown(self) -> bytes:
        """The body as the log and a dry run show it: what stands in a file is only named."""
        return b"".join(piece.shown if isinstance(piece, FileContent) else piece for piece in self.pieces)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the body piece by piece.

        Raises:
            InputError: a file became shorter, or cannot be read any more.
        """
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            try:
                with await asyncio.to_thread(piece.path.open, "rb") as file:
                    async for chunk in _content(file, piece):
                        yield chunk
            except OSError as error:
                raise InputError(f"{piece.path} cannot be read: {error.strerror}") from error


async def _content(file: BinaryIO, content: FileContent) -> AsyncIterator[bytes]:
    left = content.size
    while left:
        chunk = await asyncio.to_thread(file.read, min(_PIECE, left))
        if not chunk:
            raise InputError(f"{one_line(content.path)} became shorter while it was sent", "run it again")
        left -= len(chunk)
        yield chunk


def open_content(path: str, *, name: str | None = None, media_type: str | None = None) -> FileContent:
    """Describe a file that is to be sent; its type is guessed from its name unless it is given.

    Raises:
        InputError: it is not the path of a file that a person gave, or the file cannot be read.
    """
    if not isinstance(path, ChosenFile):
        raise InputError(
            "a file is only sent when its path was given as an input of type file",
            "the connector's body takes it as '{{ input.KEY }}', and the input is `KEY: file`",
        )
    found = Path(path).expanduser()
    shown = name or found.name
    if media_type is not None and not _MEDIA_TYPE.fullmatch(media_type):
        raise InputError(f"{media_type!r} is not a media type", "write one as in text/csv")
    try:
        with found.open("rb"):
            size = found.stat().st_size
    except OSError as error:
        raise InputError(
            f"{one_line(path)} cannot be read: {error.strerror}", "give the path of a file"
        ) from error
    if not found.is_file():
        raise InputError(f"{one_line(path)} is not a file", "give the path of a file")
    return FileContent(found, shown, media_type or mimetypes.guess_type(shown)[0] or BYTES_TYPE, size)


def upload_file(path: str, media_type: str | None = None) -> Upload:
    """Send one file as the whole body.

    Raises:
        InputError: it cannot be sent.
    """
    content = open_content(path, media_type=media_type)
    return Upload(content.media_type, (content,))


def join_pieces(pieces: Iterator[bytes | FileContent]) -> tuple[bytes | FileContent, ...]:
    """Put neighbouring bytes together."""
    joined: list[bytes | FileContent] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return tuple(joined)
