"""Reading: what is shown, by key, from a file that others write and that may not be there yet."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import NewerDatabaseError, StorageError, Store, open_store
from storage.reading import Bar, Reading, open_reading, parse_filter
from storage.records import Counts, Operation
from storage.schema import SLOT_US

Make = Callable[..., Any]
ALL = parse_filter("")


def run(
    store: Store, operation: Operation, state: str = "success", took_us: int = 1000, **changes: Any
) -> int:
    seq = store.log.begin(operation)
    ended = operation.started_us + took_us
    store.log.finish(replace(operation, state=state, ended_us=ended, **changes))
    store.log.flush()
    return seq


def test_a_file_that_is_missing_reads_as_empty_until_it_is_there(path: Path) -> None:
    with open_reading(path) as reading:
        assert reading.connections() == reading.authentications() == reading.connectors() == ()
        assert reading.operations_block(ALL) == ()
        assert (reading.newest_seq(), reading.count(ALL), reading.operation("op_x")) == (0, 0, None)
        assert reading.histogram(ALL, 0, 10, 2) == (Bar(0, 0, 0), Bar(5, 0, 0))
        assert not reading.changed()
        assert not path.exists()
        open_store(path).close()
        assert [project.name for project in reading.projects()] == ["default"]
        assert reading.changed()


def test_a_file_that_is_not_migrated_yet_reads_as_empty(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = '0000'")
        file.commit()
    with open_reading(path) as reading:
        assert reading.projects() == ()


def test_a_newer_file_is_refused(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = '0999'")
        file.commit()
    with open_reading(path) as reading, pytest.raises(NewerDatabaseError):
        reading.projects()


def test_a_damaged_file_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    with open_reading(path) as reading, pytest.raises(StorageError, match="not a SQLite database"):
        reading.projects()


def test_nothing_can_be_written(reading: Reading) -> None:
    reading.projects()
    with pytest.raises(StorageError, match="cannot be written"):
        reading._source.rows("DELETE FROM project")


def test_a_change_of_somebody_else_is_noticed_once(store: Store, reading: Reading) -> None:
    assert reading.changed()
    assert not reading.changed()
    store.projects.create("x")
    assert reading.changed()
    assert not reading.changed()


def test_a_connection_shows_its_authentication_its_last_operation_and_a_day_of_traffic(
    store: Store, reading: Reading, make_connection: Make, make_authentication: Make, make_operation: Make
) -> None:
    agent = make_authentication(expires_us=77)
    store.authentications.add(agent)
    by_name = make_connection(name="b", authentication="agent", last_test_stages=({"stage": "dns"},))
    by_id = make_connection(name="a", authentication=agent.id)
    plain = make_connection(name="c")
    for connection in (by_name, by_id, plain):
        store.connections.add(connection)
    now = 30 * SLOT_US + 5
    for started, state in (
        (now, "failed"), (now - SLOT_US, "success"), (now - SLOT_US, "partial"), (now - 11 * SLOT_US, "success"),
        (now - 12 * SLOT_US, "success"),
    ):  # fmt: skip
        run(store, make_operation(started_us=started, connection_id=by_name.id), state)
    last = make_operation(started_us=now, connection_id=by_name.id)
    store.log.begin(last)
    rows = reading.connections(by_name.project_id, now_us=now)
    assert [row.connection for row in rows] == [by_id, by_name, plain]
    assert [row.authentication_kind for row in rows] == ["bearer", "bearer", None]
    shown = rows[1]
    assert (shown.authentication_name, shown.authentication_state, shown.authentication_expires_us) == (
        "agent",
        "ready",
        77,
    )
    assert (shown.last_operation, shown.last_operation_state, shown.last_operation_us) == (
        last.id,
        "running",
        now,
    )
    assert shown.calls == (1, *(0,) * 9, 2, 1)
    assert shown.errors == (*(0,) * 10, 1, 1)
    assert rows[2].calls == rows[2].errors == (0,) * 12
    assert rows[2].last_operation is None


def test_connections_of_one_project_or_of_all_without_the_deleted_ones(
    store: Store, reading: Reading, make_connection: Make
) -> None:
    prod = store.projects.create("prod")
    here, there, gone = (
        make_connection(),
        make_connection(project_id=prod.id),
        make_connection(name="gone", deleted_us=1),
    )
    for connection in (here, there, gone):
        store.connections.add(connection)
    assert {row.connection.id for row in reading.connections()} == {here.id, there.id}
    assert [row.connection for row in reading.connections(prod.id)] == [there]


def test_authentications_and_kept_connectors_are_listed(
    store: Store, reading: Reading, make_authentication: Make, make_revision: Make, make_connection: Make
) -> None:
    agent = make_authentication()
    store.authentications.add(agent)
    store.connectors.keep(make_revision())
    store.connectors.keep(make_revision(hash="sha256:2", revision=2))
    store.connections.add(make_connection())
    assert reading.authentications() == reading.authentications(agent.project_id) == (agent,)
    assert reading.authentications("prj_other") == ()
    assert [(row.hash, row.revision, row.used_by) for row in reading.connectors()] == [
        ("sha256:2", 2, 0),
        ("sha256:1", 1, 1),
    ]


def test_a_block_is_newest_first_and_keyed_in_both_directions(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    for _ in range(10):
        store.log.begin(make_operation())

    def block(**bounds: int) -> list[int]:
        return [row.seq for row in reading.operations_block(ALL, **bounds)]

    assert block(limit=3) == [10, 9, 8]
    assert block(before_seq=8, limit=3) == [7, 6, 5]
    assert block(after_seq=5, limit=3) == [8, 7, 6]
    assert block(after_seq=2, before_seq=5) == [4, 3]
    assert block(before_seq=1) == block(after_seq=10) == []
    assert reading.newest_seq() == 10


def test_a_row_of_a_block_is_the_operation_without_its_input(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    given = make_operation(
        input={"a": 1}, writes=True, connection_revision=2, connector_revision=3, connector_hash="sha256:1"
    )
    facts: dict[str, Any] = {
        "counts": Counts(1, 2, 3, 4, 5), "result": "r", "error_class": "vendor", "error_message": "m",
        "error_remedy": "y", "error_retryable": False, "error_status": 500, "error_rule": "z",
    }  # fmt: skip
    run(store, given, "failed", **facts)
    ended = replace(given, state="failed", ended_us=given.started_us + 1000, seq=1, **facts)
    assert reading.operations_block(ALL) == (replace(ended, input=None),)
    assert reading.operation(given.id) == ended


def test_the_nearest_error_is_found_in_both_directions_within_the_filter(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    for state in ("failed", "success", "failed", "success", "failed"):
        run(store, make_operation(), state)
    run(store, make_operation(connection="other"), "failed")
    desk, error = parse_filter("conn:desk"), parse_filter("is:error")
    assert reading.nearest(desk, 3, "older", error) == 1
    assert reading.nearest(desk, 3, "newer", error) == 5
    assert reading.nearest(desk, 5, "newer", error) is None
    assert reading.nearest(ALL, 5, "newer", error) == 6
    assert reading.nearest(desk, 1, "older", error) is None


def test_a_count_stops_just_above_its_cap(store: Store, reading: Reading, make_operation: Make) -> None:
    for _ in range(6):
        store.log.begin(make_operation())
    assert reading.count(ALL) == reading.count(ALL, None) == reading.count(ALL, 6) == 6
    assert reading.count(ALL, 3) == 4
    assert reading.count(parse_filter("conn:nope")) == 0


@pytest.mark.parametrize("text", ["", "conn:desk"])
def test_a_histogram_counts_what_began_in_each_bar(
    store: Store, reading: Reading, make_operation: Make, text: str
) -> None:
    for started, state in (
        (99, "success"),
        (100, "success"),
        (149, "failed"),
        (150, "success"),
        (199, "partial"),
        (200, "failed"),
    ):
        run(store, make_operation(started_us=started), state)
    bars = reading.histogram(parse_filter(text), 100, 200, 4)
    assert bars == (Bar(100, 1, 0), Bar(125, 1, 1), Bar(150, 1, 0), Bar(175, 1, 1))


def test_a_window_of_time_shows_the_same_through_every_bound(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    now = time.time_ns() // 1000
    hours = [5, 4, 3, 2, 1]
    for hour in hours:
        run(store, make_operation(started_us=now - hour * 3_600_000_000 + 60_000_000))
    # The clock was set back: what began later has an earlier time.
    run(store, make_operation(started_us=now - 9 * 3_600_000_000))
    for text, expected in {
        "since:3h": [5, 4, 3], "since:10h": [6, 5, 4, 3, 2, 1], "since:1s": [], "since:1h": [5], "since:3h until:90m": [4, 3],
        "since:3h,4h": [5, 4, 3, 2], "-since:3h": [6, 2, 1],
    }.items():  # fmt: skip
        for _ in range(2):
            assert [row.seq for row in reading.operations_block(parse_filter(text))] == expected, text
    run(store, make_operation(started_us=now))
    assert [row.seq for row in reading.operations_block(parse_filter("since:1h"))] == [7, 5]
    assert [row.seq for row in reading.operations_block(parse_filter("since:1m"))] == [7]


def test_a_long_search_can_be_cancelled_from_another_thread(reading: Reading) -> None:
    reading.projects()
    stop = threading.Event()

    def cancel() -> None:
        while not stop.wait(0.02):
            reading.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    try:
        with pytest.raises(StorageError, match="was cancelled"):
            reading._source.rows(endless)
    finally:
        stop.set()
        thread.join()
    assert reading.projects()


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("", "SCAN"),
        ("conn:desk", "operation_connection"),
        ("conn:desk state:failed", "operation_connection_state"),
        ("conn:desk op:list", "operation_connection_name"),
        ("op:list", "operation_name"),
        ("is:error", "operation_unsuccessful"),
        ("state:cancelled", "operation_unsuccessful"),
        ("is:running", "operation_unfinished"),
        ("is:slow", "operation_slow"),
        ("dur:>2s", "operation_slow"),
        ("status:>=400", "operation_refused"),
        ("status:404", "operation_refused"),
        ("is:limit", "operation_error_class"),
    ],
)
def test_a_usual_filter_is_answered_in_order_by_an_index(reading: Reading, text: str, index: str) -> None:
    condition, parameters = reading._where(parse_filter(text))
    query = f"EXPLAIN QUERY PLAN SELECT * FROM operation WHERE {condition} ORDER BY seq DESC LIMIT 200"
    plan = [row[3] for row in reading._source.rows(query, parameters)]
    assert len(plan) == 1, plan
    assert index in plan[0].split("(")[0].split(), plan


@pytest.mark.parametrize(
    ("index", "column"), [("operation_slow", "took_us"), ("operation_refused", "status")]
)
def test_no_row_is_read_to_find_that_it_does_not_fit(reading: Reading, index: str, column: str) -> None:
    assert [row[2] for row in reading._source.rows(f"PRAGMA index_info({index})")] == ["seq", column]


def test_what_is_shown_of_a_long_log_is_kept_small(
    store: Store, reading: Reading, make_operation: Make
) -> None:
    for name in ("list-tickets", "list-tickets"):
        run(store, make_operation(name=name, connection="desk", actor="me@box"))
    one, other = reading.operations_block(parse_filter(""))
    assert one.id != other.id
    for attribute in ("name", "connection", "actor", "state", "kind", "project_id"):
        assert getattr(one, attribute) is getattr(other, attribute), attribute
    assert reading._source.row("PRAGMA cache_size") == (-64,)
