"""The filter language: read, said in SQL and in Python alike, wrong input named by its place."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import open_store
from storage.log_rows import INSERT_OPERATION
from storage.reading import (
    Field,
    FieldTable,
    Filter,
    FilterError,
    matches,
    operation_fields,
    parse_filter,
    quoted,
    text_fields,
    to_sql,
)
from storage.reading.filter_sql import add_functions

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
NOW_US = int(NOW.timestamp()) * 1_000_000
NAMES = ("list-tickets", "aXb", "List-Users", "a%b", "a_b", "x\\y", 'say "hi"', "Übung", "re*", "")
COLUMNS = INSERT_OPERATION.split("(", 1)[1].split(")", 1)[0].replace("\n", " ").split(", ")
COLUMNS = [name.strip() for name in COLUMNS]

texts = st.sampled_from(NAMES)
rows = st.fixed_dictionaries(
    {
        "name": texts,
        "state": st.sampled_from(
            ["running", "queued", "success", "failed", "partial", "cancelled", "interrupted"]
        ),
        "kind": st.sampled_from(["read", "write", "test"]),
        "connection": st.none() | texts,
        "connector": st.none() | texts,
        "project": st.sampled_from(["default", "Prod"]),
        "actor": texts,
        "method": st.none() | st.sampled_from(["GET", "POST"]),
        "path": st.none() | st.sampled_from(["/", "/contacts", "/contacts/1", "/Contacts/%"]),
        "status": st.none() | st.integers(100, 600),
        "took_us": st.none() | st.integers(0, 4_000_000),
        "bytes": st.integers(0, 3_000_000),
        "records": st.integers(0, 500),
        "retries": st.integers(0, 2),
        "started_us": st.integers(NOW_US - 3 * 86_400_000_000, NOW_US + 3_600_000_000),
        "result": st.none() | texts,
        "error_class": st.none() | st.sampled_from(["limit", "auth", "vendor"]),
        "error_message": st.none() | texts,
    }
)

wild = st.builds(lambda text, star: (text.replace(" ", "") or "x") + star, texts, st.sampled_from(["", "*"]))
text_values = st.one_of(wild.filter(lambda text: '"' not in text and "," not in text), texts.map(quoted))
signs = st.sampled_from(["", "=", ">", ">=", "<", "<="])
status_values = st.one_of(
    st.builds(lambda sign, number: f"{sign}{number}", signs, st.integers(100, 600)),
    st.sampled_from(["4xx", "5*", "40x", "100..299", "500..100"]),
)


def one_of_or_more(key: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3).map(lambda given: f"{key}:{','.join(given)}")


terms = st.one_of(
    *(one_of_or_more(key, text_values) for key in ("conn", "connector", "op", "actor", "project")),
    one_of_or_more(
        "state", st.sampled_from(["failed", "success", "ERROR", "ok", "run*", "partial", "cancelled"])
    ),
    one_of_or_more("kind", st.sampled_from(["read", "write", "w*"])),
    one_of_or_more("status", status_values),
    one_of_or_more("method", st.sampled_from(["get", "POST", "P*"])),
    one_of_or_more("path", st.sampled_from(["/contacts", "/contacts*", "/contacts/%", "/*"])),
    one_of_or_more("error", st.sampled_from(["limit", "auth", "v*"])),
    one_of_or_more("dur", st.sampled_from([">2s", "150ms", "<1.5s", ">1s", ">=1s", "1s..2s", "0.05m"])),
    one_of_or_more("size", st.sampled_from([">1MB", "<10kb", "1MiB", "512..2048"])),
    one_of_or_more("records", st.sampled_from([">100", "0", "<=7"])),
    one_of_or_more("retries", st.sampled_from(["0", ">0"])),
    one_of_or_more("since", st.sampled_from(["2h", "2026-11-21", "12:30", "2026-11-22T01:00+02:00", "now"])),
    one_of_or_more("until", st.sampled_from(["30m", "2026-11-21", "23:00", "2026-11-21T12:00:00Z"])),
    one_of_or_more("is", st.sampled_from(["error", "retry", "slow", "limit", "running"])),
    st.sampled_from(
        [
            "list",
            "LIST",
            "tickets",
            "%",
            "_",
            "\\",
            "übung",
            '"say \\"hi\\""',
            '"a b"',
            "http://x",
            "/tick|users/",
            "/^list/",
            r"/x\\\\y/",
            "/ÜBUNG/",
            "/say .hi/",
            r"/^\/contacts$/",
            "/^$/",
        ]
    ),
)
filters = st.lists(
    st.builds(lambda sign, term: sign + term, st.sampled_from(["", "-"]), terms), max_size=4
).map(" ".join)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("filters") / "connect.db"
    with open_store(path) as store:
        store.projects.create("Prod")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    add_functions(connection)
    yield connection
    connection.close()


def insert(database: sqlite3.Connection, found: list[dict[str, Any]]) -> None:
    projects = dict(database.execute("SELECT name, id FROM project"))
    plain = {"process": "p", "writes": False, "pages": 0, "requests": 0}
    values = [
        {
            **dict.fromkeys(COLUMNS),
            **plain,
            **row,
            "id": f"op_{number}",
            "project_id": projects[row["project"]],
        }
        for number, row in enumerate(found)
    ]
    database.execute("DELETE FROM operation")
    database.executemany(INSERT_OPERATION, [[row[name] for name in COLUMNS] for row in values])


def select(database: sqlite3.Connection, text: str, zone: Any = UTC) -> set[str]:
    condition, parameters = to_sql(parse_filter(text, zone=zone), NOW_US)
    return {id_ for (id_,) in database.execute(f"SELECT id FROM operation WHERE {condition}", parameters)}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=filters, found=st.lists(rows, min_size=1, max_size=12))
def test_sql_finds_what_python_finds(
    database: sqlite3.Connection, text: str, found: list[dict[str, Any]]
) -> None:
    filter_ = parse_filter(text, zone=UTC)
    database.execute("BEGIN")
    try:
        insert(database, found)
        expected = {f"op_{number}" for number, row in enumerate(found) if matches(filter_, row.get, NOW_US)}
        assert select(database, text) == expected
    finally:
        database.execute("ROLLBACK")


def read(text: str) -> tuple[Filter | None, FilterError | None]:
    try:
        return parse_filter(text), None
    except FilterError as error:
        return None, error


keyed = st.builds(
    lambda key, text: f"{key}:{text}", st.sampled_from(operation_fields().keys), st.text(max_size=12)
)
odd = st.one_of(
    st.text(max_size=60), keyed, st.text(alphabet='ab:,-"\\*/<>=.0129TZ+ \t', max_size=30),
    st.lists(keyed, max_size=4).map(" ".join),
)  # fmt: skip


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=odd)
def test_whatever_is_typed_is_a_filter_or_a_named_mistake(database: sqlite3.Connection, text: str) -> None:
    filter_, mistake = read(text)
    if filter_ is None:
        assert mistake is not None
        assert 0 <= mistake.position <= len(text)
        assert str(mistake).startswith("filter, column ")
        return
    select(database, text, zone=None)
    matches(filter_, {"name": "x", "started_us": NOW_US}.get)


@given(st.text(max_size=50))
def test_a_quoted_text_is_one_exact_value(text: str) -> None:
    shown = "".join(letter for letter in text if letter.isprintable() and not 0xD800 <= ord(letter) < 0xE000)
    filter_ = parse_filter(f"op:{quoted(shown)}")
    assert len(filter_.terms) == 1
    assert matches(filter_, {"name": shown}.get)
    assert not matches(filter_, {"name": shown + "x"}.get)


@pytest.mark.parametrize(
    ("text", "position", "nearest"),
    [
        ("conn:desk stat:404", 10, "state:"),
        ("-conection:desk", 1, "connector:"),
        ("state:fialed", 6, "state:failed"),
        ("state:success,fialed", 14, "state:failed"),
        ("is:eror", 3, "is:error"),
        ("status:>=abc", 7, None),
        ("dur:2parsecs", 4, None),
        ("dur:5", 4, None),
        ("size:99999999999999999", 5, None),
        ("since:yesterday", 6, None),
        ("until:2026-13-01", 6, None),
        ("since:0001-01-01", 6, None),
        ("conn:", 5, None),
        ("conn:a,,b", 7, None),
        ("a\0b", 1, None),
        ("x" * 1001, 1000, None),
        ("state:failed /time(out/", 18, None),
        ("-/a[b/", 3, None),
        ("/(?=a)b/", 1, None),
        (r"/(a)\1/", 4, None),
        ("/a{1000}{1000}/", 8, None),
        (f"/{'x' * 201}/", 201, None),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_nearest_key(
    text: str, position: int, nearest: str | None
) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert caught.value.position == position
    assert caught.value.nearest == nearest
    if nearest:
        assert nearest in caught.value.remedy


def test_an_unknown_key_lists_the_keys_where_none_is_near() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter("zzzz:1")
    assert "state:, kind:, conn:" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "row", "passes"),
    [
        ("-status:404", {"status": None}, True),
        ("status:404", {"status": None}, False),
        ("dur:2s", {"took_us": 2_000_000}, True),
        ("dur:2s", {"took_us": 1_999_999}, False),
        ("dur:>2s", {"took_us": 2_000_000}, False),
        ("size:1kb", {"bytes": 1000}, True),
        ("records:25", {"records": 26}, False),
        ("status:4xx", {"status": 499}, True),
        ("state:error", {"state": "failed"}, True),
        ("is:error", {"state": "interrupted"}, True),
        ("is:slow", {"took_us": 1_000_001}, True),
        ("is:retry,limit", {"retries": 0, "error_class": "limit"}, True),
        ('"list tick"', {"name": "List Tickets"}, True),
        ("a,b", {"name": "a,b"}, True),
        ('"never closed', {"name": "never closed"}, True),
        ("-", {"name": "a-b"}, True),
        ("http://x", {"result": "see http://x/y"}, True),
        ("project:prod", {"project": "prod"}, True),
        ("conn:desk*", {"connection": "Desk-2"}, True),
        ("conn:desk*", {"connection": "my-desk"}, False),
        ("/time(d )?out/", {"error_message": "The host timed out"}, True),
        ("/time(d )?out/", {"error_message": "refused"}, False),
        ("/TIMEOUT/", {"error_message": "timeout"}, True),
        ("/(?-i)TIMEOUT/", {"error_message": "timeout"}, False),
        ("/^desk$/", {"connection": "desk", "name": "list"}, True),
        ("/^desk$/", {"connection": "desk-2", "name": "list"}, False),
        (r"/^\/tickets\//", {"path": "/tickets/7"}, True),
        ("/^/tickets/[0-9]+/", {"path": "/tickets/7"}, True),
        ("-/7/", {"path": None}, True),
        ("/x/ /y/", {"name": "x", "result": "y"}, True),
        ("/x/ /y/", {"name": "x", "result": "x"}, False),
        ("/tickets", {"path": "/tickets/7"}, True),
        ("/tickets/7", {"path": "/v1/tickets/7"}, True),
        ('"/tickets/"', {"path": "/tickets"}, False),
        ("/a b/", {"name": "x a b"}, True),
        ("//", {"result": "http://x"}, True),
        ("path:/tickets/*", {"path": "/tickets/7"}, True),
    ],
)
def test_a_value_means_what_the_guide_says(text: str, row: dict[str, Any], passes: bool) -> None:
    assert matches(parse_filter(text, zone=UTC), row.get, NOW_US) is passes


@pytest.mark.parametrize(
    ("text", "hour", "passes"),
    [
        ("since:12:30", 13, True),
        ("since:12:30", 12, False),
        ("since:9:05", 10, True),
        ("until:12:30", 12, True),
        ("until:12:30", 13, False),
        ("since:2026-11-22", 0, True),
        ("since:2026-11-23", 13, False),
        ("until:2026-11-22", 23, True),
        ("until:2026-11-21", 0, False),
        ("since:2026-11-22T10:00 until:2026-11-22T11:00", 11, True),
        ("since:2026-11-22T10:00 until:2026-11-22T11:00", 12, False),
        ("since:2h", 12, True),
        ("since:2h", 11, False),
    ],
)
def test_times_are_meant_in_the_zone_of_the_filter(text: str, hour: int, passes: bool) -> None:
    for zone in (UTC, timezone(timedelta(hours=5, minutes=30))):
        at = NOW.replace(hour=hour, tzinfo=zone)
        now = NOW.replace(tzinfo=zone)
        row = {"started_us": int(at.timestamp()) * 1_000_000}
        assert matches(parse_filter(text, zone=zone), row.get, int(now.timestamp()) * 1_000_000) is passes


def test_a_time_of_day_that_is_still_to_come_was_yesterday() -> None:
    yesterday = {"started_us": NOW_US - 14 * 3_600_000_000}
    assert matches(parse_filter("since:23:00", zone=UTC), yesterday.get, NOW_US)


def test_another_list_brings_its_own_keys() -> None:
    table = FieldTable(
        (*text_fields(name="name", auth="kinds"), Field("ops", "number", "operations")), ("name", "summary")
    )
    row = {"name": "GitHub", "kinds": ("oauth2", "bearer"), "operations": 12, "summary": "Code hosting"}
    for text, passes in {
        "auth:bearer": True, "auth:basic": False, "auth:basic,oauth*": True, "ops:>10": True, "hosting": True,
        "name:github -auth:bearer": False, "name:git*": True,
    }.items():  # fmt: skip
        assert matches(parse_filter(text, table), row.get) is passes, text
    with pytest.raises(FilterError, match="no key state:"):
        parse_filter("state:failed", table)


def test_an_empty_filter_leaves_nothing_out() -> None:
    assert not parse_filter("  ")
    assert to_sql(parse_filter(""), NOW_US) == ("1", ())
    assert matches(parse_filter(""), {}.get)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("op:a%*", {"a%b"}),
        ("op:a_*", {"a_b"}),
        ("op:x\\*", {"x\\y"}),
        ("%", {"a%b"}),
        ("_", {"a_b"}),
        ("op:A*", {"a%b", "a_b", "aXb"}),
    ],
)
def test_what_sql_takes_for_a_pattern_means_itself(
    database: sqlite3.Connection, text: str, names: set[str]
) -> None:
    found = [{"project": "default", "state": "success", "kind": "read", "actor": "x", "started_us": 1, "bytes": 0,
              "records": 0, "retries": 0, "name": name} for name in ("a%b", "a_b", "aXb", "x\\y")]  # fmt: skip
    database.execute("BEGIN")
    try:
        insert(database, found)
        assert {found[int(id_[3:])]["name"] for id_ in select(database, text)} == names
    finally:
        database.execute("ROLLBACK")


def test_a_value_never_becomes_sql() -> None:
    evil = "x' OR 1=1 --"
    condition, parameters = to_sql(parse_filter(f"conn:{quoted(evil)} {quoted(evil)}"), NOW_US)
    assert "1=1" not in condition
    assert any("1=1" in str(value).lower() for value in parameters)


def test_no_pattern_takes_much_longer_than_its_text_is_long(cost: Any) -> None:
    runaway = parse_filter("/(x+x+)+(a|aa)*y/")

    def search(length: int) -> float:
        return cost(lambda: [matches(runaway, {"name": "x" * length}.get, NOW_US) for _ in range(20)])

    assert search(200_000) < 100 * search(20_000)
