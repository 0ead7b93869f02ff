"""Whatever stands in a connector's file, it is a connector or a list of mistakes with places."""

# ruff: noqa: PT017 - to be refused is one of two outcomes, and looked at like the other

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import DefinitionError, load_definition, read_compiled, shipped_paths

# Two operations of each are enough, or most of the time would be spent on what was not changed.
KEPT_OPERATIONS = 2

PIECES = (
    "{{", "}}", "{{ input.x }}", "{{ auth.token }}", "{{ 'x", "{{ [ }}", "!!python/object:os.system", "!tag", "&a", "*a",
    "<<: *a", "? ", "- ", ": ", ":", "|", ">-", "|2", "'", '"', "#", "%YAML 1.1", "---", "...", "\t", "\n", "\r", "\x00",
    "\x1b", "\ufeff", "\u2028", "\ud7ff", "é", "🚀", "[", "]", "{", "}", ",", "null", "~", "true", "yes", "0x1F", "0o17",
    "1e999", "-.inf", ".nan", "1_000", "2026-11-22", "9" * 400, "123456789012345678901", "integer = 25", "string!", "a|b|c",
    "2xx", "200-299", "in: header", "kind: oauth2", "schema: connect/2", "$ref: '#/x'", "type: [string, null]", "x" * 300,
    "[" * 60, "{a: " * 60, "  ", "    ", "extends: practice", "pattern: '('", "minimum: z",
)  # fmt: skip
KEYS = (
    "schema",
    "handle",
    "inputs",
    "auth",
    "http",
    "operations",
    "request",
    "path",
    "input",
    "errors",
    "match",
    "type",
    "x-y",
    "",
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(PIECES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def shortened(path: Path) -> str:
    """A connector of the library with its first operations only."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    operations = document.get("operations", {})
    document["operations"] = dict(list(operations.items())[:KEPT_OPERATIONS])
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


TEXTS = tuple(shortened(path) for path in shipped_paths() if path.is_file())[:12]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "one.yaml"


def examine(file: Path, content: bytes) -> None:
    """Load it: what comes out is whole, or says what is wrong and where."""
    file.write_bytes(content)
    try:
        loaded = load_definition(file)
    except DefinitionError as error:
        assert error.problems
        # A file that was read as text has lines; the place is in one of them or just behind the last.
        lines = (
            content.count(b"\n")
            + content.count(b"\r")
            + content.count("\u2028".encode())
            + content.count(b"\xc2\x85")
            + 2
        )
        for problem in error.problems:
            assert problem.file == file
            assert 1 <= problem.line <= lines
            assert problem.column >= 1
            assert problem.message.strip()
            assert "Traceback" not in problem.message
    else:
        assert read_compiled(loaded.compiled) == loaded.definition
        assert json.loads(loaded.compiled)


edits = st.lists(
    st.tuples(
        st.sampled_from(["cut", "put", "line", "repeat", "indent", "swap"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.sampled_from(PIECES) | st.text(max_size=6),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


def edited(text: str, changes: list[tuple[str, float, int, str]]) -> str:
    for kind, where, size, piece in changes:
        place = int(where * len(text))
        lines = text.split("\n")
        row = int(where * len(lines))
        match kind:
            case "cut":
                text = text[:place] + text[place + size :]
            case "put":
                text = text[:place] + piece + text[place:]
            case "line":
                text = "\n".join([*lines[:row], " " * (size % 9) + piece, *lines[row:]])
            case "repeat":
                text = "\n".join([*lines[:row], *lines[row : row + size % 5], *lines[row:]])
            case "indent":
                text = "\n".join([*lines[:row], " " * (size % 4) + lines[row].lstrip(), *lines[row + 1 :]])
            case "swap":
                text = "\n".join(
                    [*lines[: row - 1], *lines[row : row + 1], *lines[row - 1 : row], *lines[row + 1 :]]
                )
    return text


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.sampled_from(TEXTS), changes=edits)
def test_a_real_connector_with_its_text_changed(file: Path, text: str, changes: list[Any]) -> None:
    examine(file, edited(text, changes).encode("utf-8", "surrogatepass"))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def put(document: Any, path: tuple[Any, ...], value: Any, *, drop: bool) -> Any:
    if not path:
        return value
    at = document
    for step in path[:-1]:
        at = at[step]
    if drop:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return document


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.sampled_from(TEXTS), changes=st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), json_values, st.sampled_from([False, False, False, True])),
    min_size=1, max_size=3))  # fmt: skip
def test_a_real_connector_with_other_values_in_it(
    file: Path, text: str, changes: list[tuple[float, Any, bool]]
) -> None:
    document = json.loads(json.dumps(yaml.safe_load(text), default=str))
    for where, value, drop in changes:
        known = list(places(document))
        document = put(document, known[int(where * len(known))], value, drop=drop)
    examine(
        file, yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200)
    | st.lists(st.sampled_from(PIECES), max_size=30).map(
        lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
    )
)
def test_bytes_that_are_no_connector(file: Path, content: bytes) -> None:
    examine(file, content)
