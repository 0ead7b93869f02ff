"""Ask for a file and write a result to it: records by the ending of its name, a download as it came."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...state.exporting import ENDINGS, export_bytes, export_records
from ...state.labels import size
from ...state.spans import Lines
from ..exporting import ask_file
from ..view import View


async def ask_export(view: View, records: Sequence[Any], name: str) -> None:
    """Write the records to the file that the person names, and say how that went; awaited in a worker."""
    lines: Lines = [[(f"The ending says how: {', '.join(ENDINGS)}. Nothing is overwritten.", "quiet")]]

    def write(path: Path) -> str:
        return f"{export_records(records, path):,} records in {path}"

    await ask_file(view, f"Write {len(records):,} records to which file?", f"{name}.json", lines, write)


async def ask_download(view: View, content: bytes, name: str, media_type: str) -> None:
    """Write the bytes to the file that the person names, and say how that went; awaited in a worker."""
    ending = mimetypes.guess_extension(media_type.partition(";")[0].strip()) or ".bin"
    lines: Lines = [[("The bytes as they came. Nothing is overwritten.", "quiet")]]

    def write(path: Path) -> str:
        return f"{export_bytes(content, path):,} bytes in {path}"

    await ask_file(view, f"Write {size(len(content))} to which file?", f"{name}{ending}", lines, write)
