"""Loading, compiling and reading back."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import (
    DefinitionError,
    Loaded,
    content_hash,
    find_problems,
    load_definition,
    read_compiled,
    shipped_paths,
)
from connectors.format.auth import ApiKeyAuth, BasicAuth
from connectors.format.part import Part


def test_the_sample_has_no_problem(desk: Path) -> None:
    assert find_problems(desk) == ()


def test_every_shipped_connector_has_no_problem() -> None:
    assert [str(problem) for path in shipped_paths() for problem in find_problems(path)] == []


def test_what_is_usual_follows_from_the_method(desk: Path) -> None:
    operations = load_definition(desk).definition.operations
    facts = {
        name: (one.read_only, one.idempotent, one.danger, one.irreversible)
        for name, one in operations.items()
    }
    assert facts == {
        "list-tickets": (True, True, "none", False),
        "create-ticket": (False, False, "write", False),
        "delete-ticket": (False, True, "delete", True),
    }


def test_a_write_can_be_for_good_a_delete_can_be_undone_and_reading_neither(desk: Path) -> None:
    text = desk.read_text(encoding="utf-8")
    text = text.replace("  delete-ticket:\n", "  delete-ticket:\n    irreversible: false\n")
    text = text.replace("  create-ticket:\n", "  create-ticket:\n    irreversible: true\n")
    desk.write_text(text, encoding="utf-8")
    operations = read_compiled(load_definition(desk).compiled).operations
    assert (operations["delete-ticket"].danger, operations["delete-ticket"].irreversible) == ("delete", False)
    assert (operations["create-ticket"].danger, operations["create-ticket"].irreversible) == ("write", True)
    desk.write_text(
        text.replace("  list-tickets:\n", "  list-tickets:\n    irreversible: true\n"), encoding="utf-8"
    )
    (problem,) = find_problems(desk)
    assert problem.message == "what changes nothing has nothing to undo; say its danger too"


def test_what_is_said_wins_over_what_is_usual(desk: Path) -> None:
    text = desk.read_text(encoding="utf-8")
    text = text.replace("  delete-ticket:\n", "  delete-ticket:\n    idempotent: false\n    danger: bulk\n")
    text = text.replace("  create-ticket:\n", "  create-ticket:\n    read_only: true\n")
    desk.write_text(text, encoding="utf-8")
    operations = read_compiled(load_definition(desk).compiled).operations
    assert (operations["delete-ticket"].idempotent, operations["delete-ticket"].danger) == (False, "bulk")
    assert (operations["create-ticket"].read_only, operations["create-ticket"].danger) == (True, "none")


def test_a_kind_brings_its_inputs_and_a_method_may_replace_them(desk: Path) -> None:
    auth = load_definition(desk).definition.auth
    keys = {name: [(one.key, one.secret) for one in method.inputs] for name, method in auth.items()}
    assert keys == {
        "token": [("token", True)],
        "key": [("api_key", True)],
        "user": [("api_key", True)],
        "open": [],
    }
    assert isinstance(auth["key"], ApiKeyAuth)
    assert auth["key"].apply[0].in_ == "header"
    assert isinstance(auth["user"], BasicAuth)
    assert auth["user"].password == ""


def test_the_compiled_form_reads_back_to_the_same_definition(desk: Path) -> None:
    loaded = load_definition(desk)
    assert read_compiled(loaded.compiled) == loaded.definition
    assert loaded.hash.startswith("sha256:")


@pytest.mark.parametrize("path", shipped_paths(), ids=lambda path: path.stem)
def test_a_shipped_connector_reads_back_to_the_same_definition(path: Path) -> None:
    loaded = load_definition(path)
    untested = loaded.definition.model_copy(update={"tests": (), "extends": None})
    assert read_compiled(loaded.compiled) == untested


def test_the_hash_is_that_of_the_meaning_and_not_of_the_writing(desk: Path, tmp_path: Path) -> None:
    first = load_definition(desk)
    text = desk.read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    lines = [
        "# a comment",
        "type: api  # the usual",
        text.replace("options: [eu,", "options: [{value: eu},").replace("{status: 404}", "{status: [404]}"),
    ]
    other.write_text("\n".join(lines), encoding="utf-8")
    assert load_definition(other).hash == first.hash
    other.write_text(text.replace("connect: 3,", "connect: 4,"), encoding="utf-8")
    assert load_definition(other).hash != first.hash


def parts_of(value: Any) -> Iterator[Part]:
    """Yield every part of the format in a definition."""
    if isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from parts_of(getattr(value, name))
    elif isinstance(value, dict | tuple | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from parts_of(child)


def test_the_compiled_form_leaves_nothing_to_what_is_usual_later(desk: Path) -> None:
    loaded = load_definition(desk)
    silent = {
        (type(part).__name__, name)
        for part in parts_of(read_compiled(loaded.compiled))
        for name in type(part).model_fields.keys() - part.model_fields_set
    }
    sections = {("Connector", name) for name in ("extends", "lineage", "modules", "presets", "tests")}
    unused = {("Presets", name) for name in ("errors", "operations", "requests")}
    kinds = {(f"{kind}Auth", "certificate") for kind in ("No", "ApiKey", "Bearer", "Basic")}
    assert silent == sections | unused | kinds | {("Operation", "module")}
    http = json.loads(loaded.compiled)["http"]
    assert http["timeout"] == {"connect": 3.0, "read": 20.0, "total": None}
    assert (http["redirects"], http["tls"]["verify"]) == ("same-host", True)


def test_the_compiled_form_keeps_the_order_that_was_written(desk: Path) -> None:
    first = load_definition(desk)
    names = list(first.definition.operations)
    assert names != sorted(names)
    assert list(read_compiled(first.compiled).operations) == names


def test_the_hash_does_not_depend_on_the_order() -> None:
    assert content_hash(b'{"a":1,"b":{"c":2,"d":3}}') == content_hash(b'{"b":{"d":3,"c":2},"a":1}')


def test_a_damaged_compiled_form_is_refused() -> None:
    with pytest.raises(DefinitionError, match="kept revision cannot be read"):
        read_compiled(b'{"schema": "connect/9"}')


def test_a_definition_cannot_be_changed(desk: Path) -> None:
    loaded = load_definition(desk)
    assert isinstance(loaded, Loaded)
    with pytest.raises(ValueError, match="frozen"):
        loaded.definition.name = "x"  # type: ignore[misc]


def test_a_file_with_problems_raises_all_of_them(desk: Path) -> None:
    text = desk.read_text(encoding="utf-8").replace("revision: 3\nhandle", "revision: 0\nhandel", 1)
    desk.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_definition(desk)
    assert [problem.path for problem in caught.value.problems] == ["handle", "revision", "handel"]
    assert str(caught.value).count("\n") == len(caught.value.problems) - 1


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path / "none.yaml")
    assert "cannot be read: no such file" in problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; a connector begins with `schema: connect/1`"),
        (b"{}", "the file is empty; a connector begins with `schema: connect/1`"),
        (b"- a\n", "the file holds no mapping"),
        (b"schema: connect/1\nname: \xff\n", "the text is not UTF-8"),
        (b"#" * (4 * 1024 * 1024 + 1), "the file is larger than 4 MiB"),
    ],
)
def test_a_file_that_is_no_connector_says_why(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    assert any(message in problem.message for problem in find_problems(path))


def test_bytes_that_are_not_text_are_found_at_their_place(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("schema: connect/1\nname: é".encode() + b"\xff\n")
    (problem,) = find_problems(path)
    assert (problem.line, problem.column) == (2, 8)


def test_a_schema_never_fetches_another_one(desk: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        reference = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        text = desk.read_text(encoding="utf-8").replace(
            "tags: {type: array}", f"tags: {{$ref: '{reference}'}}"
        )
        desk.write_text(text, encoding="utf-8")
        assert reference in str(find_problems(desk)[0])
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_description_that_a_comma_cuts_is_found(problems_after: Callable[[str, str], list[str]]) -> None:
    (problem,) = problems_after("tags: {type: array}", "tags: {type: array, description: one, or more}")
    assert "tags.or more: found nothing behind it; a text with a comma in {…} stands in quotes" in problem
