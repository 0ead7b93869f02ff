"""Ask for a file, and write something to it that only its owner can read."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from ..state.exporting import export_document
from ..state.kept_shapes import read_operation
from ..state.spans import Lines
from .dialog import AskText
from .view import View


async def ask_file(view: View, title: str, name: str, lines: Lines, write: Callable[[Path], str]) -> None:
    """Write to the file that the person names, and say how that went; awaited in a worker.

    ``write`` gives the sentence for when it is written; it may raise `ValueError` with what is wrong.
    """
    path = await view.shell.push_screen_wait(AskText(title, lines, start=str(Path.cwd() / name)))
    if not path:
        return
    try:
        said = await asyncio.to_thread(lambda: write(Path(path).expanduser()))
    except FileExistsError:
        view.say(f"not written, it is there already: {path}", "bad")
    except (OSError, ValueError) as error:
        view.say(f"not written: {error}", "bad")
    else:
        view.say(said, "good")


async def ask_document(view: View, what: str, name: str, read: Callable[[], object]) -> None:
    """Write what ``read`` gives (in a thread of its own) as one JSON document to the file that is named."""
    lines: Lines = [[("As the command prints it with --json. Nothing is overwritten.", "quiet")]]

    def write(path: Path) -> str:
        return f"{export_document(read(), path):,} bytes in {path}"

    await ask_file(view, f"Write {what} to which file?", name, lines, write)


async def ask_operation_file(view: View, operation: str) -> None:
    """Write one operation with all that belongs to it to the file that is named."""
    database = view.services.home.database
    await ask_document(
        view, "this operation", f"{operation}.json", lambda: read_operation(database, operation)
    )
