"""Ask for a file and write records to it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...state.exporting import ENDINGS, export_records
from ...state.spans import Lines
from ..dialog import AskText
from ..view import View


async def ask_export(view: View, records: Sequence[Any], name: str) -> None:
    """Write the records to the file that the person names, and say how that went; awaited in a worker."""
    lines: Lines = [[(f"The ending says how: {', '.join(ENDINGS)}. Nothing is overwritten.", "quiet")]]
    question = AskText(
        f"Write {len(records):,} records to which file?", lines, start=str(Path.cwd() / f"{name}.json")
    )
    path = await view.shell.push_screen_wait(question)
    if not path:
        return
    try:
        count = await asyncio.to_thread(export_records, records, Path(path))
    except FileExistsError:
        view.say(f"not written: {path} is there already", "bad")
    except (OSError, ValueError) as error:
        view.say(f"not written: {error}", "bad")
    else:
        view.say(f"{count:,} records in {path}", "good")
