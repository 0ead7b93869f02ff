"""Write a multipart form (RFC 7578): fields, parts of JSON or text with a type of their own, and files."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..errors import InputError
from .exact import json_of
from .upload import FileContent, Upload, join_pieces, open_content

_LINE: Final = b"\r\n"
_KINDS: Final = ("file", "json", "text")
_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})

Write = Callable[[Any], str | None]


def build_form(fields: Mapping[str, Any], write: Write, boundary: str | None = None) -> Upload:
    """Give the form; ``write`` writes a plain value as text, and nothing for null. A list repeats its field.

    Raises:
        InputError: a part is none, or its file cannot be sent.
    """
    mark = boundary or secrets.token_hex(16)
    parts = (piece for name, value in fields.items() for piece in _field(name, value, write, mark))
    pieces = join_pieces(iter((*parts, f"--{mark}--\r\n".encode())))
    return Upload(f"multipart/form-data; boundary={mark}", pieces)


def _field(name: str, value: Any, write: Write, mark: str) -> Iterator[bytes | FileContent]:
    for item in value if isinstance(value, list | tuple) else (value,):
        content, file_name, media_type = _part(name, item, write)
        if content is None:
            continue
        said = f'form-data; name="{name.translate(_ESCAPES)}"'
        if file_name is not None:
            said += f'; filename="{file_name.translate(_ESCAPES)}"'
        head = f"--{mark}\r\nContent-Disposition: {said}\r\n"
        if media_type is not None:
            head += f"Content-Type: {_one_line(media_type)}\r\n"
        yield head.encode() + _LINE
        yield content
        yield _LINE


def _part(name: str, value: Any, write: Write) -> tuple[bytes | FileContent | None, str | None, str | None]:
    """Give the content of a part, its file name and its media type."""
    if not isinstance(value, Mapping):
        text = write(value)
        return (None if text is None else text.encode()), None, None
    kind = next((kind for kind in _KINDS if kind in value), None)
    if kind is None:
        # Its file, text or JSON was null, so the whole part is left out.
        return None, None, None
    if set(value) - {kind, "name", "type"}:
        raise InputError(f"the part {name} of the form holds more than one thing", f"write one of {_KINDS}")
    given, file_name, media_type = value[kind], value.get("name"), value.get("type")
    if kind == "file":
        found = open_content(given, name=file_name, media_type=media_type)
        return found, found.name, found.media_type
    content = json_of(given) if kind == "json" else write(given) or ""
    return content.encode(), file_name, media_type or ("application/json" if kind == "json" else None)


def _one_line(text: str) -> str:
    return " ".join(str(text).split())
