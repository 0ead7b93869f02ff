"""Ask for a file and write records to it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...state.exporting import ENDINGS, export_records
from ...state.spans import Lines
from ..exporting import ask_file
from ..view import View


async def ask_export(view: View, records: Sequence[Any], name: str) -> None:
    """Write the records to the file that the person names, and say how that went; awaited in a worker."""
    lines: Lines = [[(f"The ending says how: {', '.join(ENDINGS)}. Nothing is overwritten.", "quiet")]]

    def write(path: Path) -> str:
        return f"{export_records(records, path):,} records in {path}"

    await ask_file(view, f"Write {len(records):,} records to which file?", f"{name}.json", lines, write)
