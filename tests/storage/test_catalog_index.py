"""The index of the catalog: kept row by row, made again when it is lost, shared by processes."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.catalog import (
    BrokenFile,
    CatalogDocument,
    CatalogIndex,
    FileState,
    Mistake,
    OperationLine,
    open_catalog_index,
)
from storage.errors import StorageError
from storage.reading import Found, connector_fields, open_catalog_reading, parse_filter


def state(file: str, stamp: str = "1", source: str = "user") -> FileState:
    return FileState(source, file, stamp, f"digest of {file} {stamp}", 5)


def document(handle: str, revision: int = 1, *operations: str, **more: object) -> CatalogDocument:
    lines = tuple(OperationLine(name, "", f"About {name}.", True, "none") for name in operations)
    facts = {
        "name": handle.title(),
        "type": "api",
        "status": "published",
        "summary": "",
        "hash": f"h{revision}",
    }
    return CatalogDocument(handle=handle, revision=revision, operations=lines, **{**facts, **more})


def find(path: Path, text: str = "", sort: str = "") -> Found:
    with open_catalog_reading(path) as reading:
        return reading.find(reading.load(), parse_filter(text, connector_fields()), sort, 0)


def handles(path: Path, text: str = "") -> list[str]:
    return [row.handle for row in find(path, text).rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


def test_what_was_put_is_known_and_found(path: Path) -> None:
    with open_catalog_index(path) as index:
        index.put([(state("a.yaml"), document("acme", 1, "list-tickets"))])
        assert index.states()["user", "a.yaml"] == state("a.yaml")
        assert handles(path, "tick") == ["acme"]
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_changed_is_found_by_its_new_words_alone(path: Path) -> None:
    with open_catalog_index(path) as index:
        index.put([(state("a.yaml"), document("acme", 1, "list-tickets"))])
        number = find(path).rows[0].id
        index.put([(state("a.yaml", "2"), document("acme", 2, "list-orders"))])
        assert handles(path, "tickets") == []
        assert handles(path, "orders") == ["acme"]
        assert find(path).rows[0].id == number
        index.remove([("user", "a.yaml")])
    assert handles(path, "orders") == []


def test_the_users_newest_revision_is_listed_and_the_librarys_once_it_is_gone(path: Path) -> None:
    with open_catalog_index(path) as index:
        index.put(
            [
                (state("acme.yaml", source="library"), document("acme", 9)),
                (state("a.yaml"), document("acme", 1)),
                (state("b.yaml"), document("acme", 2)),
            ]
        )
        assert [(row.source, row.revision) for row in find(path).rows] == [("user", 2)]
        assert [place.revision for place in index.places("acme")] == [9, 1, 2]
        index.remove([("user", "b.yaml")])
        assert [row.revision for row in find(path).rows] == [1]
        index.remove([("user", "a.yaml")])
        assert [row.revision for row in find(path).rows] == [9]


def test_a_broken_file_is_listed_beside_what_it_hides_nothing_of(path: Path) -> None:
    broken = BrokenFile("acme", (Mistake("bad.yaml", 2, 9, "handle", "found Bad Handle"),))
    with open_catalog_index(path) as index:
        index.put([(state("acme.yaml", source="library"), document("acme")), (state("bad.yaml"), broken)])
        assert [row.status for row in find(path).rows] == ["published", "broken"]
        assert handles(path, "is:broken handle") == ["acme"]
        ((place, kept),) = index.broken()
        assert (place.file, kept) == ("bad.yaml", broken)


@pytest.mark.parametrize("content", [b"", b"no database at all, and long enough to be read as one" * 40])
def test_a_file_that_is_no_index_is_made_again(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with open_catalog_index(path) as index:
        index.put([(state("a.yaml"), document("acme"))])
    assert handles(path) == ["acme"]


def test_an_index_of_another_format_is_made_again(path: Path) -> None:
    with open_catalog_index(path) as index:
        index.put([(state("a.yaml"), document("acme"))])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert handles(path) == []
    with open_catalog_index(path) as index:
        assert index.states() == {}


def test_an_index_that_is_damaged_while_it_is_used_is_made_again(path: Path) -> None:
    with open_catalog_index(path) as index:
        index.put([(state(f"{n}.yaml"), document(f"acme-{n}", 1, "list-tickets")) for n in range(200)])
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    with open_catalog_index(path) as index:
        assert index.states() == {}
        index.put([(state("a.yaml"), document("acme"))])
    assert handles(path) == ["acme"]


@pytest.mark.parametrize("damage", ["UPDATE document SET content = x'28b52ffd00'", "UPDATE document SET codec = 0, content = x'7b7d'", "UPDATE connector SET facets = '{'", "DELETE FROM words_data"])  # fmt: skip
def test_an_index_that_a_reader_finds_damaged_is_made_again_by_who_writes(path: Path, damage: str) -> None:
    def look() -> list[str]:
        with open_catalog_reading(path) as reading:
            found = reading.find(reading.load(), parse_filter("acme", connector_fields()), "", 0)
            return [row.handle for row in found.rows if reading.document(row.id)]

    with open_catalog_index(path) as index:
        index.put([(state("a.yaml"), document("acme"))])
        assert look() == ["acme"]
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(damage)
        connection.close()
        with pytest.raises(StorageError, match="was damaged") as caught:
            look()
        assert caught.value.remedy == "look again: it is made anew"
        assert look() == []
        assert index.states() == {}
        index.put([(state("a.yaml"), document("acme"))])
        assert look() == ["acme"]


def test_a_writer_makes_an_index_again_whose_documents_are_damaged(path: Path) -> None:
    with open_catalog_index(path) as index:
        index.put([(state("a.yaml"), document("acme"))])
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("UPDATE document SET content = x'28b52ffd00'")
        connection.close()
        index.put([(state("a.yaml"), document("acme", 2))])
    assert handles(path) == ["acme"]


def test_a_reader_notices_what_another_wrote_and_that_the_file_was_replaced(path: Path) -> None:
    with open_catalog_reading(path) as reading:
        assert not reading.changed()
        with open_catalog_index(path) as index:
            index.put([(state("a.yaml"), document("acme"))])
            assert reading.changed()
            assert not reading.changed()
            index.put([(state("b.yaml"), document("other"))])
            assert reading.changed()
        path.unlink()
        with open_catalog_index(path) as index:
            index.put([(state("c.yaml"), document("third"))])
            assert reading.changed()
            assert [row.handle for row in reading.load().rows] == ["third"]


def test_tidying_changes_nothing_that_is_found(path: Path) -> None:
    with open_catalog_index(path) as index:
        for revision in range(1, 4):
            found = [
                (state(f"{n}.yaml", str(revision)), document(f"a{n}", revision, f"op-{revision}"))
                for n in range(9)
            ]
            index.put(found)
        index.tidy()
    assert (len(handles(path, "op-3")), handles(path, "op-2")) == (9, [])


def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from storage.catalog import CatalogDocument, FileState, open_catalog_index\n"
        "with open_catalog_index(Path(sys.argv[1])) as index:\n"
        "    for n in range(20):\n"
        "        name = f'{sys.argv[2]}-{n}'\n"
        "        index.put([(FileState('user', name, '1', name, 1),\n"
        "          CatalogDocument(name, name, 1, 'api', 'published', '', name))])\n"
    )
    started = [subprocess.Popen([sys.executable, "-c", program, str(path), one]) for one in ("a", "b", "c")]
    assert [one.wait(60) for one in started] == [0, 0, 0]
    assert len(handles(path)) == 60


def test_what_extends_a_connector_is_known(path: Path) -> None:
    with CatalogIndex(path) as index:
        index.put([(state("child.yaml"), document("child", parents=("base",)))])
        assert index.children_of(["base", "nothing"]) == (("user", "child.yaml"),)
        index.remove([("user", "child.yaml")])
        assert index.children_of(["base"]) == ()
