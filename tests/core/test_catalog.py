"""The catalog over its index: what is read, what is not, and what one broken file does."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import DefinitionError
from core import Engine, open_engine
from core.catalog_files import looks_of
from core.catalog_readers import FEW, Reader, read_many
from core.errors import NotKnownError
from core.home import Home
from storage.catalog import BrokenFile, CatalogDocument

TEXT = """schema: connect/1
revision: {revision}
handle: {handle}
name: {handle} name
summary: {summary}
http: {{base_url: 'http://127.0.0.1:9'}}
operations:
  list-things: {{request: {{path: /things, query: {{page: '{{{{ input.page }}}}'}}}}, input: {{page: integer}}, records: items}}
  drop-thing: {{request: {{method: DELETE, path: /things}}}}
  get-file: {{request: {{path: /file}}, response: {{type: binary}}}}
"""


def write(folder: Path, handle: str, revision: int = 1, summary: str = "Things.", name: str = "") -> Path:
    path = folder / f"{name or handle}.yaml"
    path.write_text(TEXT.format(handle=handle, revision=revision, summary=summary))
    return path


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def age(path: Path, seconds: int = 60) -> None:
    """Let a file look as if it was left alone for a while, as far as anybody but the kernel can."""
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns - seconds * 1_000_000_000))


@pytest.fixture
def home(home: Home) -> Home:
    """A home without an index, which is what these tests are about."""
    home.catalog.unlink()
    return home


@pytest.fixture
def own(engine: Engine, home: Home) -> Callable[[], list[str]]:
    """Give the handles of the user's connectors, looked at again."""
    return lambda: [one.handle for one in engine.catalog.entries() if one.source == "user"]


def test_only_what_changed_is_read(engine: Engine, home: Home) -> None:
    path = write(home.connectors, "one")
    write(home.connectors, "two")
    first = engine.catalog.refresh()
    assert first.read == first.files > 2
    assert (engine.catalog.refresh().read, engine.catalog.refresh().changed) == (0, False)
    age(path)
    assert engine.catalog.refresh().read == 0
    write(home.connectors, "one", 2)
    again = engine.catalog.refresh()
    assert (again.read, again.gone) == (1, 0)
    path.unlink()
    assert engine.catalog.refresh().gone == 1


def test_a_change_that_keeps_size_and_time_is_noticed(engine: Engine, home: Home, own) -> None:
    path = write(home.connectors, "one", summary="before")
    engine.catalog.refresh()
    found = path.stat()
    write(home.connectors, "one", summary="behind")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert path.stat().st_size == found.st_size
    engine.catalog.refresh()
    assert [one.summary for one in engine.catalog.entries() if one.handle == "one"] == ["behind"]


def test_a_file_of_a_folder_that_changed_is_noticed(engine: Engine, home: Home, own) -> None:
    folder = home.connectors / "parts"
    folder.mkdir()
    write(folder, "parts", name="connector")
    assert own() == ["parts"]
    before = looks_of(home.connectors)
    (folder / "tags.yaml").write_text("[fresh]\n")
    assert looks_of(home.connectors) != before
    assert engine.catalog.refresh().read == 1


def test_one_file_is_read_for_one_connector(engine: Engine, home: Home) -> None:
    write(home.connectors, "one", 2)
    (home.connectors / "bad.yaml").write_text("schema: connect/1\nhandle: bad\n")
    assert engine.catalog.get("one").definition.revision == 2
    assert engine.catalog.get("practice").source == "library"
    assert len(engine.catalog._loaded) == 2
    with pytest.raises(DefinitionError, match=r"bad\.yaml"):
        engine.catalog.get("bad")


def test_a_revision_is_given_by_number_and_an_unknown_one_names_those_that_exist(
    engine: Engine, home: Home
) -> None:
    write(home.connectors, "one", 1, name="one@1")
    write(home.connectors, "one", 3, name="one@3")
    assert engine.catalog.get("one").definition.revision == 3
    assert engine.catalog.get("one@1").definition.revision == 1
    with pytest.raises(NotKnownError) as caught:
        engine.catalog.get("one@2")
    assert caught.value.failure.remedy == "there is one@1, one@3"
    with pytest.raises(NotKnownError) as caught:
        engine.catalog.get("practise")
    assert "practice" in caught.value.failure.remedy


def test_a_broken_file_is_described_until_it_is_mended(engine: Engine, home: Home, own) -> None:
    write(home.connectors, "good")
    bad = home.connectors / "bad.yaml"
    bad.write_text("schema: connect/1\nrevision: none\nhandle: mine\n")
    assert own() == ["good"]
    (error,) = engine.catalog.broken
    assert str(error.problems[-1]).startswith(f"{bad}:2:11: revision: ")
    assert engine.catalog.mistakes("user", "bad.yaml")[-1].line == 2
    write(home.connectors, "mine", name="bad")
    assert own() == ["good", "mine"]
    assert engine.catalog.broken == ()
    assert engine.catalog.mistakes("user", "bad.yaml") == ()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"- a\n", b"a: {{ x }}\n", b"a: &a [*a]\n"])
def test_whatever_is_in_a_file_the_others_are_listed(engine: Engine, home: Home, own, content: bytes) -> None:
    write(home.connectors, "good")
    (home.connectors / "odd.yaml").write_bytes(content)
    (home.connectors / "gone.yaml").symlink_to(home.connectors / "nowhere")
    assert own() == ["good"]
    assert len(engine.catalog.broken) == 2


def test_what_is_no_file_is_never_opened_and_hides_nothing(engine: Engine, home: Home, own) -> None:
    write(home.connectors, "good")
    add(write(home.connectors, "child"), "extends: pipe@1\n")
    os.mkfifo(home.connectors / "pipe.yaml")
    (home.connectors / "loop.yaml").symlink_to("loop.yaml")
    (home.connectors / "all").symlink_to("/")
    Path(os.fsdecode(os.fsencode(home.connectors) + b"/not-utf-8\xff.yaml")).write_text("handle: [")
    assert own() == ["good"]
    assert len(engine.catalog.broken) == 5


def test_a_file_that_is_far_too_large_is_not_read_whole(engine: Engine, home: Home, own) -> None:
    with write(home.connectors, "large").open("r+b") as file:
        file.truncate(1 << 40)
    add(write(home.connectors, "child"), "extends: large@1\n")
    assert own() == []
    assert len(engine.catalog.broken) == 2


def test_a_revision_that_no_database_holds_is_a_mistake_of_its_file(engine: Engine, home: Home, own) -> None:
    write(home.connectors, "good")
    write(home.connectors, "huge", 10**40)
    add(write(home.connectors, "child"), f"extends: good@{'1' * 5_000}\n")
    assert own() == ["good"]
    assert {one.problems[0].path for one in engine.catalog.broken} == {"revision", "extends"}


def test_a_change_is_seen_beside_what_cannot_be_looked_at(home: Home) -> None:
    path = write(home.connectors, "one")
    for name in "abcdefghij":  # as editors leave them beside what they edit
        (home.connectors / f".#{name}.yaml").symlink_to("somebody@somewhere")
    before = looks_of(home.connectors)
    path.write_text("other")
    assert looks_of(home.connectors) != before


def test_folders_that_lead_round_are_looked_at_once(engine: Engine, home: Home, own) -> None:
    folder = home.connectors / "one"
    folder.mkdir()
    write(folder, "one", name="connector")
    for name in "abc":
        (folder / name).symlink_to("..")
    assert own() == ["one"]
    assert looks_of(home.connectors) == looks_of(home.connectors)


def test_of_a_folder_that_is_added_only_what_is_read_is_copied(
    engine: Engine, home: Home, own, tmp_path: Path
) -> None:
    folder = tmp_path / "one"
    (folder / "tests").mkdir(parents=True)
    write(folder, "one", name="connector")
    (folder / "changelog.yaml").write_text("[{revision: 1, notes: first}]\n")
    (folder / "tests" / "a.yaml").write_text("{name: a, operation: get-file, given: {responses: [{}]}}\n")
    (folder / ".env").write_text("TOKEN=mine\n")
    (folder / "gone").symlink_to("nowhere")
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe")
    assert engine.catalog.add(folder).handle == "one"
    assert engine.catalog.add(folder).handle == "one"
    added = home.connectors / "one@1"
    found = {str(file.relative_to(added)): file.stat().st_mode & 0o777 for file in added.rglob("*.*")}
    assert found == {"connector.yaml": 0o600, "changelog.yaml": 0o600, "tests/a.yaml": 0o600}
    assert own() == ["one"]


def test_what_a_connector_can_do_is_found_in_its_definition(engine: Engine, home: Home) -> None:
    write(home.connectors, "one")
    assert engine.catalog.get("one").can == ("read", "delete", "records", "page", "download")
    (entry,) = (one for one in engine.catalog.entries() if one.handle == "one")
    assert entry.can == engine.catalog.get("one").can


def test_many_files_are_read_by_other_processes_in_the_same_way(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"many-{number}") for number in range(FEW + 3)]
    paths[5].write_text("schema: connect/1\n")
    found = list(read_many(paths, lambda: False, None))
    assert [one.handle for one in found] == [path.stem for path in paths]
    assert isinstance(found[5], BrokenFile)
    (here,) = read_many(paths[:1], lambda: False, None)
    assert found[0] == here


def test_a_reader_that_died_answers_nothing_and_its_files_are_read_all_the_same(tmp_path: Path) -> None:
    reader = Reader()
    try:
        reader.ask(write(tmp_path, "one"))
        assert isinstance(reader.take(), CatalogDocument)
        reader._process.kill()
        reader.ask(tmp_path / "one.yaml")
        assert reader.take() is None
    finally:
        reader.close()


def test_reading_that_is_stopped_keeps_what_it_has_and_goes_on_later(engine: Engine, home: Home, own) -> None:
    for number in range(FEW + 90):
        write(home.connectors, f"many-{number}")
    seen: list[tuple[int, int]] = []
    stopped = engine.catalog.refresh(
        lambda done, of: seen.append((done, of)), lambda: bool(seen) and seen[-1][0] > 0
    )
    assert not stopped.whole
    assert 0 < stopped.read < seen[0][1]
    rest = engine.catalog.refresh()
    assert rest.whole
    assert rest.read == seen[0][1] - stopped.read
    assert len(own()) == FEW + 90


async def test_two_that_read_many_files_at_once_share_the_work(engine: Engine, home: Home) -> None:
    for number in range(FEW + 60):
        write(home.connectors, f"many-{number}")
    other = open_engine(home)
    done = []
    threads = [
        threading.Thread(target=lambda one=one: done.append(one.catalog.refresh())) for one in (engine, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    await other.close()
    assert sum(one.read for one in done) == done[0].files
    assert all(one.whole for one in done)


async def test_closing_ends_a_round_that_reads_many_files(engine: Engine, home: Home) -> None:
    for number in range(FEW + 300):
        write(home.connectors, f"many-{number}")
    begun = threading.Event()
    done = []
    thread = threading.Thread(target=lambda: done.append(engine.catalog.refresh(lambda *_: begun.set())))
    thread.start()
    assert begun.wait(30)
    engine.catalog.close()
    thread.join(30)
    assert not done[0].whole


def test_a_child_is_read_again_when_what_it_extends_changed(engine: Engine, home: Home) -> None:
    write(home.connectors, "base", 1)
    child = home.connectors / "child.yaml"
    child.write_text("schema: connect/1\nrevision: 1\nhandle: child\nname: Child\nextends: base@1\n")
    entries = {one.handle: one for one in engine.catalog.entries()}
    assert entries["child"].operations == 3
    base = home.connectors / "base.yaml"
    base.write_text(
        base.read_text().replace("  get-file: {request: {path: /file}, response: {type: binary}}\n", "")
    )
    entries = {one.handle: one for one in engine.catalog.entries()}
    assert entries["child"].operations == 2


def test_the_index_is_made_again_when_it_is_lost(engine: Engine, home: Home, own) -> None:
    write(home.connectors, "one")
    assert own() == ["one"]
    home.catalog.unlink()
    assert own() == ["one"]


def doubles(engine: Engine) -> list[str]:
    return [str(problem) for one in engine.catalog.broken for problem in one.problems]


def test_of_two_files_of_one_revision_the_one_named_after_its_handle_counts_and_the_other_names_it(
    engine: Engine, home: Home
) -> None:
    winner = write(home.connectors, "one", summary="The first.")
    other = write(home.connectors, "one", summary="The second.", name="zz")
    engine.catalog.refresh()
    assert engine.catalog.get("one").path == engine.catalog.get("one@1").path == winner
    (said,) = doubles(engine)
    assert said.startswith(f"{other}:1:1: revision: one.yaml is one@1 too, and it is the one that counts; ")
    assert [one.summary for one in engine.catalog.entries() if one.handle == "one"] == ["The first."]
    assert engine.catalog.mistakes("user", "zz.yaml")[0].path == "revision"
    assert engine.catalog.mistakes("user", "one.yaml") == ()


def test_a_file_that_gave_way_counts_again_when_the_other_is_gone_or_another_revision(
    engine: Engine, home: Home
) -> None:
    first = write(home.connectors, "one", name="a")
    second = write(home.connectors, "one", name="b")
    engine.catalog.refresh()
    assert engine.catalog.get("one").path == second
    second.write_text(TEXT.format(handle="one", revision=2, summary="Newer."))
    engine.catalog.refresh()
    assert (doubles(engine), engine.catalog.get("one@1").path) == ([], first)
    second.write_text(TEXT.format(handle="one", revision=1, summary="Again."))
    engine.catalog.refresh()
    assert len(doubles(engine)) == 1
    second.unlink()
    engine.catalog.refresh()
    assert (doubles(engine), engine.catalog.get("one").path) == ([], first)
    assert engine.catalog.refresh().read == 0
