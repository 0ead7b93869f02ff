"""Opening the file: made for its owner alone, refused with a remedy where it is not ours."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from storage import BusyError, NewerDatabaseError, StorageError, Store, open_store
from storage.database import Database, open_database
from storage.reading import open_reading


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_database_and_its_folder_are_for_their_owner_alone(store: Store, path: Path) -> None:
    store.projects.create("x")
    assert mode(path.parent) == 0o700
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}
    assert {file.name for file in path.parent.iterdir()} == {"connect.db", "connect.db-wal", "connect.db-shm"}


def test_a_database_that_others_could_read_is_closed_to_them(path: Path) -> None:
    open_store(path).close()
    path.chmod(0o644)
    open_store(path).close()
    assert mode(path) == 0o600


def test_every_connection_has_our_settings(path: Path) -> None:
    database = open_database(path)
    try:
        with database.reading() as session:
            driver = session.connection().exec_driver_sql
            assert driver("PRAGMA journal_mode").scalar() == "wal"
            assert driver("PRAGMA synchronous").scalar() == 1
            assert driver("PRAGMA foreign_keys").scalar() == 1
            assert driver("PRAGMA busy_timeout").scalar() == 10_000
        with database.changing() as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
            connection.execute("CREATE TEMP TABLE seen (level)")
        for synced in (True, False):
            database.write("INSERT INTO seen SELECT synchronous FROM pragma_synchronous", (), synced=synced)
        with database.changing() as connection:
            assert connection.execute("SELECT level FROM seen").fetchall() == [(2,), (1,)]
    finally:
        database.close()


@pytest.mark.parametrize("content", [b"x", b"these are my notes\n" * 100])
def test_a_file_that_is_no_database_is_refused_and_not_touched(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"connect\.db is not a SQLite database") as caught:
        open_store(path)
    assert "move it away" in caught.value.remedy
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["connect.db"]


def test_a_damaged_database_is_refused_and_not_touched(path: Path) -> None:
    open_store(path).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"connect\.db is damaged") as caught:
        open_store(path)
    assert caught.value.remedy
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_not_touched(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="of another program"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_newer_database_is_refused_with_both_versions_and_not_touched(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999'")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError, match=r"connect\.db has schema 0999.* up to 0\d\d\d") as caught:
        open_store(path)
    assert "update" in caught.value.remedy
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["connect.db"]


def test_a_path_that_cannot_be_made_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file/connect\.db cannot be opened") as caught:
        open_store(tmp_path / "file" / "connect.db")
    assert caught.value.remedy


def test_a_held_database_is_busy_and_worth_another_try(path: Path) -> None:
    open_store(path).close()
    database = Database(path)
    engine = database.orm().engine
    with closing(sqlite3.connect(path, isolation_level=None)) as other, engine.connect() as first:
        first.exec_driver_sql("PRAGMA busy_timeout = 50")
        first.close()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="another process holds") as caught, database.writing() as session:
            session.connection()
        assert caught.value.retryable
        other.execute("ROLLBACK")
    database.close()


def test_a_full_disk_is_named_with_a_remedy(path: Path) -> None:
    database = open_database(path)
    try:
        with database.changing() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match="disk is full") as caught, database.changing() as connection:
            connection.execute("CREATE TABLE big AS SELECT zeroblob(1000000)")
        assert "space" in caught.value.remedy
        with database.changing() as connection:
            assert connection.execute("SELECT count(*) FROM project").fetchone() == (1,)
    finally:
        database.close()


OPEN = """
import sys
from dataclasses import replace
from pathlib import Path
from storage import open_store, new_id
from storage.records import Operation
print("ready", flush=True)
sys.stdin.readline()
with open_store(Path(sys.argv[1])) as store:
    project = store.projects.default()
    row = Operation(new_id("op_"), project.id, "test", "start", "running", "me", 1, "p")
    store.log.begin(row)
    store.log.finish(replace(row, state="success", ended_us=2))
print(project.id)
"""


def start_opener(path: Path) -> "subprocess.Popen[str]":
    """Start a process that opens the file as soon as it is given a line."""
    command = [sys.executable, "-P", "-W", "error", "-c", OPEN, str(path)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_eight_processes_may_start_at_once_on_a_new_file(path: Path) -> None:
    children = [start_opener(path) for _ in range(8)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.communicate() for child in children]
    assert [(child.returncode, errors) for child, (_, errors) in zip(children, answers, strict=True)] == [
        (0, "")
    ] * 8
    assert len({output for output, _ in answers}) == 1
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM project").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM operation WHERE state = 'success'").fetchone() == (8,)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [file.name for file in path.parent.iterdir()] == ["connect.db"]


def test_opening_again_takes_no_lock_from_a_reader_of_the_same_process(tmp_path: Path) -> None:
    path = tmp_path / "connect.db"
    open_store(path).close()
    with open_reading(path) as reading, ExitStack() as stack:
        assert reading.newest_seq() == 0
        store = stack.enter_context(open_store(path))
        other = "import sys; from pathlib import Path; from storage import open_store; "
        other += "store = open_store(Path(sys.argv[1])); store.projects.create('other'); store.close()"
        subprocess.run([sys.executable, "-c", other, str(path)], check=True, cwd=Path(__file__).parents[2])
        store.projects.create("mine")
        assert path.with_name("connect.db-wal").exists()
        assert {project.name for project in reading.projects()} == {"default", "other", "mine"}
    with open_store(path) as again:
        assert {project.name for project in again.projects.list()} == {"default", "other", "mine"}
