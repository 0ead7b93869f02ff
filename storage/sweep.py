"""Find the operations that a dead process left behind and mark them interrupted."""

import sqlite3
from pathlib import Path

from .process import is_alive, remove_dead_claims
from .schema import UNFINISHED_STATES

RESULT = "the process ended while it ran"

_PROCESSES = f"SELECT DISTINCT process FROM operation WHERE {UNFINISHED_STATES}"  # noqa: S608 - our own words
_INTERRUPT = f"""
UPDATE operation SET state = 'interrupted', result = ?, (ended_us, took_us) = (
  SELECT last_us, last_us - operation.started_us FROM (SELECT max(
    operation.started_us,
    coalesce((SELECT max(started_us + took_us) FROM exchange WHERE operation_seq = operation.seq), 0),
    coalesce((SELECT max(at_us) FROM log_line WHERE operation_seq = operation.seq), 0)) AS last_us))
WHERE process = ? AND {UNFINISHED_STATES}
"""  # noqa: S608 - our own words


def mark_interrupted(connection: sqlite3.Connection, folder: Path) -> int:
    """Mark what dead processes were doing; it ended at the last time that is known of it."""
    processes = connection.execute(_PROCESSES).fetchall()
    marked = 0
    for (process,) in processes:
        if not is_alive(folder, process):
            marked += connection.execute(_INTERRUPT, (RESULT, process)).rowcount
    if folder.is_dir():
        remove_dead_claims(folder)
    return marked
