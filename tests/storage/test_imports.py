"""What each door of storage loads: the screens need neither ORM nor pydantic, a current database no Alembic."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage import open_store

HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "pydantic",
    "alembic",
    "keyring",
    "cryptography",
    "msgspec",
    "httpx",
    "textual",
)
READ = """
import sys
from pathlib import Path
from storage.reading import open_reading, parse_filter, matches
with open_reading(Path(sys.argv[1])) as reading:
    assert [row.connection.name for row in reading.connections()] == ["desk"]
    reading.authentications(), reading.connectors(), reading.projects(), reading.changed()
    reading.operations_block(parse_filter("is:error conn:x*")), reading.count(parse_filter("-x since:2h"))
    reading.operation("op_x"), reading.exchanges("op_x", True), reading.log_lines("op_x")
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def loaded(code: str, *arguments: str | Path) -> set[str]:
    command = [sys.executable, "-P", "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_reading_what_is_on_the_screen_loads_the_standard_library_alone(
    path: Path, store: object, make_connection: object
) -> None:
    store.connections.add(make_connection())
    modules = loaded(READ, path)
    assert modules.isdisjoint(HEAVY)
    assert modules - sys.stdlib_module_names - {"__main__", "storage"} == {
        name
        for name in modules
        if name.startswith("_") and name not in sys.stdlib_module_names and name != "__main__"
    }


@pytest.mark.parametrize(
    "module", ["storage", "storage.errors", "storage.records", "storage.ids", "storage.process"]
)
def test_a_light_door_loads_nothing_heavy(module: str) -> None:
    modules = loaded(f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))")
    assert modules.isdisjoint(HEAVY)


def test_opening_a_current_database_loads_neither_alembic_nor_the_orm(path: Path) -> None:
    open_store(path).close()
    code = (
        "import sys; from pathlib import Path; from storage import open_store;"
        "open_store(Path(sys.argv[1])).close(); print(*{name.split('.')[0] for name in sys.modules})"
    )
    modules = loaded(code, path)
    assert not modules & {"sqlalchemy", "sqlmodel", "alembic"}


def test_the_room_lists_its_public_names() -> None:
    import storage
    import storage.reading

    for room in (storage, storage.reading):
        for name in room.__all__:
            assert getattr(getattr(room, name), "__name__", name) == name
        with pytest.raises(AttributeError):
            _ = room.nothing
