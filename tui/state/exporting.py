"""Write records to a file as JSON, JSON lines or CSV, by the ending of its name."""

import csv
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

ENDINGS = (".json", ".jsonl", ".csv")


def export_records(records: Sequence[Any], path: Path) -> int:
    """Write the records to a new file and give how many there were.

    Raises:
        ValueError: the ending says no format that is known.
        FileExistsError: the file is there already.
        OSError: the file cannot be written.
    """
    path = path.expanduser()
    if path.suffix not in ENDINGS:
        raise ValueError(f"the name must end in {', '.join(ENDINGS)}")
    # The records are the vendor's data: nobody else on the machine is to read them.
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    ) as file:
        match path.suffix:
            case ".json":
                _write_json(records, file)
            case ".jsonl":
                file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            case _:
                _write_csv(records, file)
    return len(records)


def _write_json(records: Sequence[Any], file: TextIO) -> None:
    file.write("[")
    for index, record in enumerate(records):
        file.write(",\n" if index else "\n")
        file.write(json.dumps(record, ensure_ascii=False))
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
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
