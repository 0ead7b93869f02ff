"""The operation log: begun before anything is sent, complete after a flush, errors heard."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import ConflictError, StorageError, Store, open_store
from storage.process import ProcessClaim
from storage.reading import Reading, open_reading
from storage.records import Body, Counts, Exchange, LogLine, Operation

Make = Callable[..., Any]


def exchange(operation: Operation, **changes: Any) -> Exchange:
    plain = Exchange(
        operation_id=operation.id,
        attempt=1,
        method="GET",
        url="http://127.0.0.1:8734/tickets?page=2",
        started_us=operation.started_us,
        took_us=9000,
        request_headers=(("authorization", "•••"), ("accept", "application/json")),
        response_headers=(("content-type", "application/json"),),
        status=200,
        reason="OK",
        waited_ms=3,
        http_version="HTTP/1.1",
        peer="127.0.0.1",
        response_body=Body(b'[{"id": 1}]' * 100, 90_000, "application/json", truncated=True),
    )
    return replace(plain, **changes)


def test_an_operation_is_committed_when_begin_returns(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    given = make_operation(input={"page": 2, "id": 2**70}, writes=True)
    seq = store.log.begin(given)
    assert reading.operation(given.id) == replace(given, seq=seq)


def test_everything_of_an_operation_comes_back_as_it_was_given(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    begun = make_operation()
    seq = store.log.begin(begun)
    refused = exchange(
        begun, status=None, error_class="timeout", error_message="no answer", response_body=None
    )
    answered = exchange(begun, attempt=2, method="POST", status=503, request_body=Body(b"", 0, "text/plain"))
    lines = (LogLine(begun.id, 5, "info", "first"), LogLine(begun.id, 6, "error", "second", {"n": [1]}))
    ended = replace(
        begun, state="failed", ended_us=begun.started_us + 12_000, counts=Counts(1, 2, 3, 4, 5), result="no tickets",
        error_class="vendor", error_message="503", error_remedy="try later", error_retryable=True, error_status=503,
        error_rule="default",
    )  # fmt: skip
    store.log.add_exchange(refused)
    store.log.add_line(lines[0])
    store.log.add_exchange(answered)
    store.log.add_line(lines[1])
    store.log.finish(ended)
    store.log.flush()
    assert reading.operation(begun.id) == replace(ended, seq=seq, method="POST", path="/tickets", status=503)
    assert reading.exchanges(begun.id, bodies=True) == (refused, answered)
    assert reading.log_lines(begun.id) == lines


def test_bodies_are_kept_compressed_and_apart(store: Store, path: Path, make_operation: Make) -> None:
    begun = make_operation()
    store.log.begin(begun)
    store.log.add_exchange(exchange(begun))
    store.log.flush()
    with closing(sqlite3.connect(path)) as file:
        size, kept = file.execute("SELECT size, length(content) FROM body").fetchone()
    assert size == 90_000
    assert kept < 100


def test_numbers_grow_in_the_order_of_begin(store: Store, make_operation: Make) -> None:
    numbers = [store.log.begin(make_operation()) for _ in range(5)]
    assert numbers == [1, 2, 3, 4, 5]


def test_an_operation_begins_once(store: Store, make_operation: Make) -> None:
    given = make_operation()
    store.log.begin(given)
    with pytest.raises(ConflictError, match=r"operation\.id"):
        store.log.begin(given)


def test_an_entry_of_an_operation_that_never_began_is_refused_and_the_others_are_kept(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    begun, stranger = make_operation(), make_operation(id="op_stranger")
    store.log.begin(begun)
    for entry in (begun, stranger):
        store.log.add_exchange(exchange(entry))
        store.log.add_line(LogLine(entry.id, 1, "info", "x"))
        store.log.finish(replace(entry, state="success", ended_us=entry.started_us))
    with pytest.raises(StorageError, match=r"operation op_stranger could not be kept.*and 2 more"):
        store.log.flush()
    store.log.flush()
    assert reading.operation(begun.id).state == "success"
    assert len(reading.exchanges(begun.id)) == len(reading.log_lines(begun.id)) == 1


def test_a_number_that_no_column_can_hold_is_refused_and_named(store: Store, make_operation: Make) -> None:
    begun = make_operation()
    store.log.begin(begun)
    store.log.finish(replace(begun, state="success", ended_us=2**80))
    with pytest.raises(StorageError, match=f"the finish of operation {begun.id} could not be kept"):
        store.log.flush()


def test_a_value_that_is_no_json_is_refused_at_once(store: Store, make_operation: Make) -> None:
    with pytest.raises(StorageError, match="JSON"):
        store.log.add_line(LogLine(make_operation().id, 1, "info", "x", {"a": object()}))


def test_a_field_that_changes_after_it_was_given_is_kept_as_it_was(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    begun = make_operation()
    store.log.begin(begun)
    fields = {"page": 1}
    store.log.add_line(LogLine(begun.id, 1, "info", "x", fields))
    fields["page"] = 2
    store.log.flush()
    assert reading.log_lines(begun.id)[0].fields == {"page": 1}


def test_a_failure_of_the_disk_is_heard_at_flush_and_nothing_is_lost_when_it_ends(
    store: Store, reading: Reading, path: Path, make_operation: Make
) -> None:
    begun = make_operation()
    store.log.begin(begun)
    database = store.log._database
    with database.changing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(50):
        store.log.add_line(LogLine(begun.id, number, "info", "x" * 5000))
    with pytest.raises(StorageError, match="disk is full"):
        store.log.flush()
    with database.changing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    store.log.flush()
    assert [line.at_us for line in reading.log_lines(begun.id)] == list(range(50))


def test_closing_writes_what_is_left(path: Path, store: Store, make_operation: Make) -> None:
    begun = make_operation()
    with open_store(path) as other:
        other.log.begin(begun)
        other.log.finish(replace(begun, state="success", ended_us=begun.started_us))
    with open_reading(path) as reading:
        assert reading.operation(begun.id).state == "success"


def test_many_threads_write_their_operations_at_once(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    def work(rows: list[Operation]) -> None:
        for row in rows:
            store.log.begin(row)
            for number in range(3):
                store.log.add_exchange(exchange(row, attempt=number))
                store.log.add_line(LogLine(row.id, number, "info", "x"))
            store.log.finish(
                replace(row, state="success", ended_us=row.started_us + 1, counts=Counts(requests=3))
            )

    rows = [[make_operation() for _ in range(25)] for _ in range(6)]
    threads = [threading.Thread(target=work, args=(mine,)) for mine in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.log.flush()
    for row in (row for mine in rows for row in mine):
        assert reading.operation(row.id).state == "success"
        assert [item.attempt for item in reading.exchanges(row.id)] == [0, 1, 2]
        assert [line.at_us for line in reading.log_lines(row.id)] == [0, 1, 2]


RUN = """
import os, signal, sys
from pathlib import Path
from storage import open_store, new_id
from storage.process import claim_process
from storage.records import Exchange, LogLine, Operation
store = open_store(Path(sys.argv[1]))
claim = claim_process(Path(sys.argv[2]))
project = store.projects.default().id
def begin(state):
    row = Operation(new_id("op_"), project, "write", "pay", state, "me", 1000, claim.name, writes=True,
                    connection_id="con_1", connection="desk")
    store.log.begin(row)
    return row.id
first, second = begin("running"), begin("queued")
store.log.add_exchange(Exchange(first, 1, "POST", "http://x/pay", 2000, 500))
store.log.add_line(LogLine(first, 2300, "info", "sent"))
store.log.flush()
last = begin("running")
print(first, second, last, flush=True)
signal.pause()
"""


def test_operations_of_a_killed_process_are_marked_interrupted_and_those_of_others_are_not(
    store: Store, reading: Reading, path: Path, processes: Path, claim: ProcessClaim, make_operation: Make
) -> None:
    mine = make_operation(process=claim.name)
    store.log.begin(mine)
    command = [sys.executable, "-P", "-c", RUN, path, processes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first, second, last = child.stdout.readline().split()
        assert store.log.sweep(processes) == 0
        assert reading.operation(last).state == "running"
        child.kill()
        child.wait()
    assert store.log.sweep(processes) == 3
    assert store.log.sweep(processes) == 0
    row = reading.operation(first)
    assert (row.state, row.error_class, row.result) == ("interrupted", None, "the process ended while it ran")
    assert (row.started_us, row.ended_us) == (1000, 2500)
    assert [reading.operation(id_).ended_us for id_ in (second, last)] == [1000, 1000]
    assert reading.operation(mine.id).state == "running"
    assert [file.name for file in processes.iterdir()] == [f"{claim.name}.lock"]


def test_the_end_of_an_operation_wins_over_a_sweep_that_thought_it_dead(
    store: Store, reading: Reading, processes: Path, make_operation: Make
) -> None:
    begun = make_operation(process="unknown")
    store.log.begin(begun)
    assert store.log.sweep(processes) == 1
    store.log.finish(replace(begun, state="success", ended_us=begun.started_us + 5, result="done"))
    store.log.flush()
    found = reading.operation(begun.id)
    assert (found.state, found.result, found.ended_us) == ("success", "done", begun.started_us + 5)
