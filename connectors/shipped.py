"""The connectors that come with the product."""

from pathlib import Path

from .source import MAIN, SUFFIXES


def shipped_paths() -> tuple[Path, ...]:
    """Give the files and folders of the library, by name."""
    library = Path(__file__).parent / "library"
    entries = (entry for entry in library.iterdir() if not entry.name.startswith((".", "_")))
    return tuple(sorted(entry for entry in entries if entry.suffix in SUFFIXES or (entry / MAIN).is_file()))
