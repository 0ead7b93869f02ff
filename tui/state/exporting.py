"""Write records to a file as JSON, JSON lines or CSV by its ending, documents as JSON, bytes as they are."""

import csv
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from core.bodies.exact import json_of

ENDINGS = (".json", ".jsonl", ".csv")


def export_records(records: Sequence[Any], path: Path) -> int:
    """Write the records to a new file and give how many there were.

    Raises:
        ValueError: the ending says no format that is known.
        FileExistsError: the file is there already.
        OSError: the file cannot be written.
    """
    if path.suffix not in ENDINGS:
        raise ValueError(f"the name must end in {', '.join(ENDINGS)}")
    with _create(path) as file:
        match path.suffix:
            case ".json":
                _write_json(records, file)
            case ".jsonl":
                file.writelines(json_of(record) + "\n" for record in records)
            case _:
                _write_csv(records, file)
    return len(records)


def export_document(document: object, path: Path) -> int:
    """Write one JSON document to a new file and give its size in bytes.

    Raises:
        FileExistsError: the file is there already.
        OSError: the file cannot be written.
    """
    with _create(path) as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.write("\n")
        return file.tell()


def export_bytes(content: bytes, path: Path) -> int:
    """Write bytes to a new file as they are and give how many there were.

    Raises:
        FileExistsError: the file is there already.
        OSError: the file cannot be written.
    """
    with os.fdopen(_create_private(path), "wb") as file:
        return file.write(content)


def _create(path: Path) -> TextIO:
    return os.fdopen(_create_private(path), "w", encoding="utf-8", errors="backslashreplace", newline="")


def _create_private(path: Path) -> int:
    """Open a new file that nobody else on the machine can read: what is written is the vendor's data."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _write_json(records: Sequence[Any], file: TextIO) -> None:
    file.write("[")
    for index, record in enumerate(records):
        file.write(",\n" if index else "\n")
        file.write(json_of(record))
    file.write("\n]\n")


def _write_csv(records: Sequence[Any], file: TextIO) -> None:
    """Write one row a record; a nested value stands as JSON, a record that is no object as ``value``."""
    rows = [record if isinstance(record, Mapping) else {"value": record} for record in records]
    names = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.writer(file)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json_of(value)
