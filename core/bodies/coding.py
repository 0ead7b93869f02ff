"""Undo the codings of a body (RFC 9110, section 8.4) piece by piece, so that a bomb meets the limit early."""

import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final, Protocol

from ..errors import VendorError

_PIECE: Final = 256 * 1024
_MOST_CODINGS: Final = 3
# Zeros shrink a thousandfold; what people keep does not, and an archive of it is no answer.
_BOMB_SIZE: Final = 64 * 1024 * 1024
_BOMB_RATIO: Final = 400
_READABLE: Final = "gzip, deflate, br and zstd"


class Decoder(Protocol):
    """Undoes one coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes decode to, in pieces of bounded size."""

    @property
    def is_whole(self) -> bool:
        """Whether the end of the coded data was seen."""


class Zipped:
    """gzip, and deflate with or without its zlib frame."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16 if coding == "gzip" else zlib.MAX_WBITS)
        self._begun = False

    @property
    def is_whole(self) -> bool:
        """Whether the end was seen; nothing at all is whole too."""
        return self._inner.eof or not self._begun

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes decode to; several gzip members are one after the other."""
        has_more = False
        while data or has_more:
            if self._inner.eof:
                if self._coding != "gzip" or not data.strip(b"\0"):
                    return
                self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)
            piece = self._decompress(data)
            data = self._inner.unconsumed_tail or self._inner.unused_data
            has_more = len(piece) == _PIECE and not self._inner.eof
            if piece:
                yield piece

    def _decompress(self, data: bytes) -> bytes:
        try:
            piece = self._inner.decompress(data, _PIECE)
        except zlib.error:
            if self._coding != "deflate" or self._begun:
                raise
            self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
            piece = self._inner.decompress(data, _PIECE)
        self._begun = True
        return piece


class Zstandard:
    """zstd (RFC 8878), with a window of at most 8 MiB."""

    def __init__(self) -> None:
        self._library = _zstd()
        self._inner = self._new()
        self._begun = False

    def _new(self) -> Any:
        return self._library.ZstdDecompressor(
            options={self._library.DecompressionParameter.window_log_max: 23}
        )

    @property
    def is_whole(self) -> bool:
        """Whether the end was seen; nothing at all is whole too."""
        return bool(self._inner.eof) or not self._begun

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes decode to; several frames are one after the other."""
        while data or not (self._inner.needs_input or self._inner.eof):
            if self._inner.eof:
                self._inner = self._new()
            piece = self._decompress(data)
            self._begun = True
            data = self._inner.unused_data if self._inner.eof else b""
            if piece:
                yield piece

    def _decompress(self, data: bytes) -> bytes:
        try:
            return bytes(self._inner.decompress(data, _PIECE))
        except self._library.ZstdError as error:
            raise zlib.error(str(error)) from error


class Brotli:
    """Brotli (RFC 7932), with a window of at most 16 MiB; some servers send it although nobody asked."""

    def __init__(self) -> None:
        import brotli  # type: ignore[import-untyped]

        self._failed: type[Exception] = brotli.error
        self._inner = brotli.Decompressor()
        self._begun = False

    @property
    def is_whole(self) -> bool:
        """Whether the end was seen; nothing at all is whole too."""
        return bool(self._inner.is_finished()) or not self._begun

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes decode to; nothing may follow the end."""
        self._begun = self._begun or bool(data)
        has_more = bool(data)
        while has_more:
            piece = self._decompress(data)
            data = b""
            # What was taken in may still be waiting inside; only an empty piece says that it is not.
            has_more = not self._inner.is_finished() and (
                bool(piece) or not self._inner.can_accept_more_data()
            )
            if piece:
                yield piece

    def _decompress(self, data: bytes) -> bytes:
        try:
            return bytes(self._inner.process(data, output_buffer_limit=_PIECE))
        except self._failed as error:
            raise zlib.error(str(error)) from error


def _zstd() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def open_decoders(codings: str) -> list[Decoder]:
    """Give what undoes the codings of a Content-Encoding header, in the order in which that is done.

    Raises:
        VendorError: a coding was not asked for, or there are too many.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > _MOST_CODINGS:
        raise VendorError(
            f"the answer is compressed {len(names)} times over",
            "no honest server does that; check the base URL",
        )
    return [_open(name) for name in reversed(names)]


def _open(name: str) -> Decoder:
    if name in ("gzip", "x-gzip"):
        return Zipped("gzip")
    if name == "deflate":
        return Zipped("deflate")
    if name == "br":
        return Brotli()
    if name == "zstd":
        return Zstandard()
    raise VendorError(
        f"the answer is compressed as {name[:40]!r}, which was not asked for",
        f"{_READABLE} can be read; the header Accept-Encoding: identity asks for none of them",
    )


async def decoded(raw: AsyncIterator[bytes], codings: str) -> AsyncIterator[bytes]:
    """Give a body without its codings.

    Raises:
        VendorError: it cannot be decompressed, ends early, or grows as only a bomb does.
    """
    decoders = open_decoders(codings)
    came = gave = 0
    try:
        async for chunk in raw:
            came += len(chunk)
            for piece in _through(decoders, chunk):
                gave += len(piece)
                _refuse_bomb(came, gave)
                yield piece
    except zlib.error as error:
        raise _broken(codings) from error
    if any(not decoder.is_whole for decoder in decoders):
        raise VendorError(
            f"the answer ends in the middle of its {codings[:40]} data", "try again; a proxy may have cut it"
        )


def _through(decoders: list[Decoder], data: bytes) -> Iterator[bytes]:
    if not decoders:
        yield data
        return
    first, *rest = decoders
    for piece in first.feed(data):
        yield from _through(rest, piece)


def _refuse_bomb(came: int, gave: int) -> None:
    if gave > _BOMB_SIZE and gave > came * _BOMB_RATIO:
        raise VendorError(
            f"the answer grows from {came:,} to more than {gave:,} bytes when it is decompressed",
            "that is what a decompression bomb does; nothing of it was kept",
        )


def _broken(codings: str) -> VendorError:
    return VendorError(
        f"the answer says it is {codings[:40]}, and cannot be decompressed",
        "the vendor or a proxy mislabels it; the header Accept-Encoding: identity asks for a plain one",
    )
