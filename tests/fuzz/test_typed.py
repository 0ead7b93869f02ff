"""Whatever a person types is taken or refused with a sentence: filters, pairs, commands, lines."""

# ruff: noqa: PT017 - to be refused is one of two outcomes, and looked at like the other

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from storage import open_store
from storage.reading import FilterError, matches, operation_fields, parse_filter, to_sql
from tui.commands.arguments import split_arguments
from tui.commands.pairs import read_pairs, read_values
from tui.state.commands import CommandProblem, complete_command, parse_command, place_of
from tui.state.filters import catalog_fields, complete_operation_filter, connection_fields

NOW_US = 1_800_000_000_000_000
KEYS = (*operation_fields().keys, *connection_fields().keys, *catalog_fields().keys, "nothing", "stat")
VALUES = (
    "failed", ">=400", "4xx", "5*", "..", "1..2", "400..", ">", "<", "=", ">2s", "150ms", "1e9s", "9" * 15, "9" * 40, "1.5.5", "2h", "now", "12:30",
    "25:99", "2026-11-22", "0000-00-00", "9999-12-31T23:59:59+14:00", "2026-11-22T10:00Z", "1MB", "1.5GiB", "-1", "*", "**", "a*b", '"', '"a b"',
    '"\\', "\\", "%", "_", "'", "/x*", ",", ",,", ":", "é", "🚀", "\ud800", "\x00", "\x7f", "\t", "(", ")", "AND", "x" * 300, "error,retry", "٣", "²",
)  # fmt: skip
terms = st.builds(
    lambda minus, key, colon, values: f"{minus}{key}{colon}{','.join(values)}",
    st.sampled_from(["", "-", "--"]),
    st.sampled_from(KEYS) | st.text(max_size=5),
    st.sampled_from([":", "", "::"]),
    st.lists(st.sampled_from(VALUES) | st.text(max_size=8), max_size=3),
)
filters = st.lists(terms, max_size=5).map(" ".join) | st.text(max_size=80)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("typed") / "connect.db"
    open_store(path).close()
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=filters)
def test_a_filter_is_sql_or_a_named_mistake(database: sqlite3.Connection, text: str) -> None:
    for table in (None, connection_fields(), catalog_fields()):
        try:
            wanted = parse_filter(text, table)
        except FilterError as error:
            assert 0 <= error.position <= max(len(text), 1000)
            assert str(error).startswith("filter, column ")
            continue
        matches(wanted, {"name": "x", "state": "active", "started_us": NOW_US, "took_us": 5}.get, NOW_US)
        if table is None:
            condition, parameters = to_sql(wanted, NOW_US)
            database.execute(f"SELECT count(*) FROM operation WHERE {condition}", parameters).fetchone()


# Named, so that a failure does not print them.
LONG = ("[" * 3000, chr(123) + '"a":' * 3000, "9" * 4400)
json_texts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=6,
).map(json.dumps)  # fmt: skip
pairs = st.builds(
    lambda key, equals, value: f"{key}{equals}{value}",
    st.lists(st.sampled_from(["a", "b", "a.b", ".", "..", "", ":", "é", "x y"]) | st.text(max_size=4), max_size=4).map(".".join),
    st.sampled_from(["=", ":=", "==", "", ":", "=:="]),
    json_texts | st.text(max_size=10) | st.sampled_from([*LONG, "1e999", "NaN", "-Infinity", '"\\ud800"']),
)  # fmt: skip


@settings(deadline=None)
@given(given_pairs=st.lists(pairs, max_size=4))
def test_pairs_give_values_that_are_json_or_a_sentence(given_pairs: list[str]) -> None:
    try:
        values = read_values(given_pairs)
    except InputError as error:
        assert error.failure.message.strip()
        assert error.failure.remedy
    else:
        json.dumps(values, allow_nan=False)
    try:
        repeated = read_pairs("--query", given_pairs)
    except InputError as error:
        assert str(error).strip()
    else:
        assert all(key.strip(":") for key, _ in repeated)


line_words = st.lists(
    st.sampled_from(["conn", "ops", "run", "q", "?", "cat", "new", "state:failed", "--json", "--home", "--home=", "--project=x", "--", "-"])
    | st.text(max_size=6), max_size=6,
)  # fmt: skip


@settings(deadline=None)
@given(given_words=line_words)
def test_a_line_is_a_command_or_a_sentence(given_words: list[str]) -> None:
    chosen = split_arguments(given_words)
    assert len(chosen.rest) <= len(given_words)
    line = " ".join(given_words)
    try:
        command = parse_command(line)
    except CommandProblem as problem:
        assert "is not known" in str(problem)
    else:
        assert command is None or place_of(command) is not None or command.noun in ("arm", "help", "quit")
    complete_command(line, ["desk", "evil name"], ["practice"])
    complete_operation_filter(line, ["desk"])
