"""What the operation log costs at a million operations: memory, a cursor move, a line, a page, a filter."""

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from core import find_home, open_engine
from storage.ids import new_id
from storage.log_rows import INSERT_OPERATION, Row, operation_row
from storage.reading import open_reading, parse_filter
from storage.records import Counts, Operation

from .keys import cost_of_keys
from .terminal import Terminal, open_terminal

OPERATIONS = 1_000_000
_BLOCK = 10_000
_SECOND = 1_000_000
_NAMES = ("list-tickets", "get-ticket", "create-ticket", "search-customers", "export")
FILTERS = (
    "state:failed", "conn:desk-3", "op:export state:failed", "dur:>2s", "kind:action since:2h", "/^exp.*t$/",
)  # fmt: skip
SCANS = ("/no such thing/", '"no such thing"', "/no such thing/ since:2h")


def measure(folder: Path | None = None) -> list[tuple[str, str]]:
    """Give the rows of the report; a folder with a log in it is measured as it is."""
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or make_log(Path(temporary) / "home")
        return [*_app(home), *_filters(home)]


def make_log(folder: Path, operations: int = OPERATIONS) -> Path:
    """Make a home with so many operations of the last month."""
    os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(folder.parent / "vault.key")
    home = find_home(folder)
    open_engine(home).close_store()
    with closing(open_reading(home.database)) as reading:
        project = reading.projects()[0].id
    with closing(sqlite3.connect(home.database)) as connection:
        for rows in _blocks(project, operations):
            connection.executemany(INSERT_OPERATION, rows)
            connection.commit()
    return folder


def _blocks(project: str, operations: int) -> Iterator[list[Row]]:
    chance = random.Random(7)
    step_us = 30 * 86_400 * _SECOND // operations
    start_us = time.time_ns() // 1000 - operations * step_us
    for first in range(0, operations, _BLOCK):
        numbers = range(first, min(first + _BLOCK, operations))
        yield [operation_row(_operation(chance, project, start_us + number * step_us)) for number in numbers]


def _operation(chance: random.Random, project: str, started_us: int) -> Operation:
    failed = chance.random() < 0.03
    took_us = int(chance.expovariate(1 / 200_000))
    return Operation(
        id=new_id("op"), project_id=project, kind="action", name=chance.choice(_NAMES),
        state="failed" if failed else "success", actor="me@box", process="gone",
        started_us=started_us, ended_us=started_us + took_us, connection=f"desk-{chance.randrange(9)}",
        connector="practice", connector_revision=1, counts=Counts(records=25, requests=1, bytes=7_000),
        result="" if failed else "25 tickets", error_class="permission" if failed else None,
        error_message="the scope tickets is missing" if failed else None,
    )  # fmt: skip


def _app(home: Path) -> list[tuple[str, str]]:
    terminal = open_terminal([sys.executable, "-m", "tui", "--home", str(home)])
    try:
        terminal.read_until(b"Welcome")
        terminal.read_for(2.0)
        terminal.send(b"6")
        terminal.read_until(b"desk-3")
        terminal.read_for(2.0)
        rows = [_row("a cursor move", "5 ms, 1 kB", terminal, (b"k", b"j"))]
        for _ in range(30):
            terminal.send(b"k")
            terminal.read_for(0.02)
        rows.append(_row("a line", "8 ms, 8 kB", terminal, (b"k",)))
        rows.append(_row("a page", "12 ms", terminal, (b"\x02",)))
        rows.append(("memory with 1,000,000 (budget 90 MB)", f"{memory_mb(terminal):.1f} MB"))
        return rows
    finally:
        terminal.stop()


def _row(name: str, budget: str, terminal: Terminal, keys: tuple[bytes, ...]) -> tuple[str, str]:
    cpu_s, written = cost_of_keys(terminal, keys)
    return f"{name} of 1,000,000 ({budget})", f"{cpu_s * 1000:.1f} ms {written:5.0f} B"


def memory_mb(terminal: Terminal) -> float:
    """Give the resident memory of a program in megabytes."""
    status = Path(f"/proc/{terminal.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6


def _filters(home: Path) -> Iterator[tuple[str, str]]:
    with closing(open_reading(find_home(home).database)) as reading:
        for text in (*FILTERS, *SCANS):
            filter_ = parse_filter(text)
            started, spent = time.perf_counter(), time.process_time()
            found = reading.operations_block(filter_, limit=50)
            took_s, cpu_s = time.perf_counter() - started, time.process_time() - spent
            budget = "100 ms" if text in FILTERS else "looks at all rows"
            said = f"CPU {cpu_s * 1000:.1f} ms, {took_s * 1000:.1f} ms, {len(found)} rows"
            yield f"first rows of {text} ({budget})", said


if __name__ == "__main__":
    for title, value in measure(Path(sys.argv[1]) if sys.argv[1:] else None):
        print(f"{title:<58} {value:>20}")
