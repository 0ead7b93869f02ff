"""Files that the system says changed: which are told, and that nothing else is looked at."""

import select
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Engine
from core.catalog_watch import CatalogWatch
from core.home import Home

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which files change")
TEXT = """schema: connect/1
revision: 1
handle: {handle}
name: {handle} name
summary: {summary}
"""
OWN = "http: {base_url: 'http://127.0.0.1:9'}\noperations:\n  list: {request: {path: /things}}\n"


def write(path: Path, summary: str = "Things.", rest: str = OWN) -> Path:
    path.write_text(TEXT.format(handle=path.stem, summary=summary) + rest)
    return path


@pytest.fixture
def watch(home: Home) -> Iterator[CatalogWatch]:
    opened = CatalogWatch(home.connectors)
    yield opened
    opened.close()


def told(watch: CatalogWatch) -> set[str]:
    """Give all that is told; the system has told it before a change returns."""
    found: set[str] = set()
    while select.select([watch], [], [], 0)[0]:
        names = watch.read()
        assert names is not None
        found |= names
    return found


def test_a_file_is_told_when_it_is_written_renamed_linked_or_gone(watch: CatalogWatch, home: Home) -> None:
    folder = home.connectors
    assert told(watch) == set()
    one = write(folder / "one.yaml")
    assert told(watch) == {"one.yaml"}
    one.rename(folder / "two.yaml")
    assert told(watch) == {"one.yaml", "two.yaml"}
    (folder / "three.yaml").symlink_to(folder / "two.yaml")
    assert told(watch) == {"three.yaml"}
    (folder / "two.yaml").chmod(0o600)
    assert told(watch) == {"two.yaml"}
    (folder / "two.yaml").unlink()
    assert told(watch) == {"two.yaml"}
    (folder / "three.yaml").is_symlink()
    assert told(watch) == set()
    assert watch.read() == frozenset()


def test_a_file_in_a_folder_is_told_by_the_folder_even_in_a_new_one(watch: CatalogWatch, home: Home) -> None:
    parts = home.connectors / "parts" / "operations"
    parts.mkdir(parents=True)
    assert told(watch) == {"parts"}
    (parts / "list.yaml").write_text("request: {path: /}")
    assert told(watch) == {"parts"}
    shutil.rmtree(home.connectors / "parts")
    assert told(watch) == {"parts"}


def test_anything_may_have_changed_when_the_folder_is_another(watch: CatalogWatch, home: Home) -> None:
    home.connectors.rename(home.connectors.with_name("elsewhere"))
    assert watch.read() is None


def test_a_folder_that_is_not_there_cannot_be_watched(home: Home) -> None:
    with pytest.raises(OSError, match="No such file"):
        CatalogWatch(home.connectors / "none")


@pytest.fixture
def own(engine: Engine) -> Callable[[], dict[str, str]]:
    """Give what the index says of the user's connectors, without a look at any file."""
    return lambda: {
        place.handle: place.hash
        for handle in engine.catalog._index.handles()
        for place in engine.catalog._index.places(handle)
        if place.source == "user"
    }


def test_nothing_but_the_named_files_is_looked_at(engine: Engine, home: Home, own) -> None:
    one, two = (write(home.connectors / f"{name}.yaml") for name in ("one", "two"))
    engine.catalog.refresh()
    before = own()
    write(one, "Others.")
    write(two, "Others.")
    done = engine.catalog.refresh(only=["one.yaml", ".hidden", "none.yaml"])
    assert (done.files, done.read, done.gone) == (1, 1, 0)
    assert own()["one"] != before["one"]
    assert own()["two"] == before["two"]
    one.unlink()
    assert engine.catalog.refresh(only=["one.yaml"]).gone == 1
    assert set(own()) == {"two"}


def test_what_extends_a_named_file_is_read_again(engine: Engine, home: Home, own) -> None:
    base = write(home.connectors / "base.yaml")
    write(home.connectors / "child.yaml", rest="extends: base@1\n")
    engine.catalog.refresh()
    before = own()
    write(base, rest=OWN.replace("/things", "/others"))
    assert engine.catalog.refresh(only=["base.yaml"]).read == 2
    assert own()["child"] != before["child"]


def test_a_new_index_is_made_of_all_files_whatever_is_named(engine: Engine, home: Home, own) -> None:
    for name in ("one", "two"):
        write(home.connectors / f"{name}.yaml")
    engine.catalog.refresh()
    home.catalog.unlink()
    done = engine.catalog.refresh(only=["one.yaml"])
    assert done.read == done.files > 2
    assert set(own()) == {"one", "two"}
