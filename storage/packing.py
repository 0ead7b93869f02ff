"""Turn what is kept into bytes and back: JSON by msgspec, big things by zstd."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import StorageError

if TYPE_CHECKING:
    from types import ModuleType

PLAIN, ZSTD = 0, 1
_LEVEL = 2
_SMALL = 128


def pack_json(value: Any) -> str:
    """Give ``value`` as JSON text; mappings of any kind are objects."""
    import msgspec

    try:
        return msgspec.json.encode(value, enc_hook=_plain).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_clean_deep(value), enc_hook=_plain).decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise StorageError(
            f"a value cannot be kept as JSON: {error}", "give numbers, texts, lists and objects"
        ) from error


def unpack_json(text: str | bytes | None) -> Any:
    """Give back what `pack_json` was given; integers stay exact."""
    if text is None:
        return None
    import msgspec

    return msgspec.json.decode(text)


def clean_text(text: str | None) -> str | None:
    """Replace what a database cannot search: NUL, and the lone halves of surrogate pairs."""
    if text is None:
        return None
    if "\0" in text:
        text = text.replace("\0", "␀")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def pack_bytes(content: bytes) -> tuple[int, bytes]:
    """Give the codec and the bytes to keep; compressed only where that helps."""
    if len(content) < _SMALL:
        return PLAIN, content
    packed: bytes = _zstd().compress(content, _LEVEL)
    return (ZSTD, packed) if len(packed) < len(content) else (PLAIN, content)


def unpack_bytes(codec: int, content: bytes) -> bytes:
    """Give back what `pack_bytes` was given.

    Raises:
        StorageError: it is damaged.
    """
    if codec == PLAIN:
        return content
    zstd = _zstd()
    try:
        unpacked: bytes = zstd.decompress(content)
    except zstd.ZstdError as error:
        raise StorageError(
            "what is kept in the database is damaged", "restore a backup of the database"
        ) from error
    return unpacked


def _zstd() -> "ModuleType":
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    module: ModuleType = zstd
    return module


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, float):  # one that knows the digits it was written with
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a JSON type")


def _clean_deep(value: Any) -> Any:
    match value:
        case str():
            return clean_text(value)
        case Mapping():
            return {
                clean_text(key) if isinstance(key, str) else key: _clean_deep(item)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_clean_deep(item) for item in value]
        case _:
            return value
