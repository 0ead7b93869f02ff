"""Filter the lists that are in memory with the one filter language, and complete what is typed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar, get_args

from core.errors import ErrorClass
from storage.records import ConnectionState

if TYPE_CHECKING:
    from storage.reading.fields import Field, FieldTable
    from storage.reading.terms import Filter, FilterError

    from .authentications import AuthenticationRow
    from .connections import ConnectionRow

R = TypeVar("R")
TEST_VERDICTS = ("passed", "warned", "failed")
_WRONG_VALUE = re.compile(r"([a-z]+): cannot be ")
_KEY = re.compile(r"(-?)([a-z_]*)(:?)([^\s,]*)$")


class FilterProblem(ValueError):  # noqa: N818 - a sentence for the person
    """A filter cannot be read; the message says where and what was probably meant."""


@lru_cache(maxsize=1)
def connection_fields() -> "FieldTable":
    """Give the keys for the list of connections."""
    from storage.reading.fields import Field, FieldTable, Flag, text_fields

    return FieldTable(
        (
            Field(
                "state", "choice", "state", values=get_args(ConnectionState),
                aliases={"paused": "inactive", "suspended": "inactive", "signin": "authorization_required"},
            ),
            *text_fields(conn="name", name="name", connector="connector", auth="auth", uses="authentication"),
            Field("test", "choice", "verdict", values=TEST_VERDICTS),
            Field("is", "flag", ""),
        ),
        ("name", "connector", "auth", "base_url", "authentication"),
        {
            "error": Flag("", "needs_person", bool),
            "locked": Flag("", "locked", lambda reason: reason is not None),
        },
    )  # fmt: skip


@lru_cache(maxsize=1)
def authentication_fields() -> "FieldTable":
    """Give the keys for the list of authentications."""
    from storage.reading.fields import Field, FieldTable, Flag, text_fields

    return FieldTable(
        (
            Field(
                "state", "choice", "standing",
                values=("sign_in", "expired", "in_doubt", "failing", "ready", "unused"),
                aliases={"signin": "sign_in", "doubt": "in_doubt"},
            ),
            *text_fields(
                name="name", connector="connector", auth="kind", kind="kind", method="method", app="app",
                conn="used_by", scope="scopes", cert="certificate",
            ),
            Field("is", "flag", ""),
        ),
        ("name", "connector", "kind", "method", "app", "used_by", "error"),
        {
            "error": Flag("", "needs_person", bool),
            "used": Flag("", "used_by", bool),
        },
    )  # fmt: skip


def catalog_fields() -> "FieldTable":
    """Give the keys for the list of connectors."""
    from storage.reading import connector_fields

    return connector_fields()


def filter_problem(listed: str, text: str) -> str:
    """Say what is wrong with a filter of a list, by its context in `tui.keys`; else nothing."""
    from .workspace_filters import app_fields, certificate_fields, secret_fields

    read: Callable[[str], object] | None = {
        "catalog": read_catalog_filter,
        "connections": lambda one: filter_connections((), one, 0),
        "authentications": lambda one: filter_authentications((), one, 0),
        "apps": lambda one: filter_rows((), one, app_fields(), 0),
        "certificates": lambda one: filter_rows((), one, certificate_fields(), 0),
        "secrets": lambda one: filter_rows((), one, secret_fields(), 0),
        "operations": check_operation_filter,
    }.get(listed)
    try:
        if read is not None and text.strip():
            read(text)
    except FilterProblem as problem:
        return str(problem)
    return ""


def filter_connections(rows: Sequence["ConnectionRow"], text: str, now_us: int) -> list["ConnectionRow"]:
    """Give the rows that pass. Raises `FilterProblem`."""
    return filter_rows(rows, text, connection_fields(), now_us)


def filter_authentications(
    rows: Sequence["AuthenticationRow"], text: str, now_us: int
) -> list["AuthenticationRow"]:
    """Give the rows that pass. Raises `FilterProblem`."""
    return filter_rows(rows, text, authentication_fields(), now_us)


def read_catalog_filter(text: str) -> "Filter":
    """Read a filter of the catalog. Raises `FilterProblem`."""
    from storage.reading.filters import parse_filter
    from storage.reading.terms import FilterError

    try:
        return parse_filter(text, catalog_fields())
    except FilterError as error:
        raise FilterProblem(_sentence(error, catalog_fields())) from error


def check_operation_filter(text: str) -> None:
    """Raise `FilterProblem` when a filter of operations cannot be read."""
    from storage.reading.fields import operation_fields
    from storage.reading.filters import parse_filter
    from storage.reading.terms import FilterError

    try:
        parse_filter(text)
    except FilterError as error:
        raise FilterProblem(_sentence(error, operation_fields())) from error


def complete_filter(text: str, keys: Iterable[str], values: Mapping[str, Iterable[str]]) -> str:
    """Give the whole text with its last word completed, empty when nothing fits."""
    found = _KEY.search(text)
    if found is None or not (found[2] or found[4]):
        return ""
    minus, key, colon, value = found.groups()
    before = text[: found.start()]
    if not colon:
        full = next((one for one in keys if one.startswith(key)), "")
        return f"{before}{minus}{full}:" if full and key else ""
    full = next((one for one in values.get(key, ()) if value and one.startswith(value)), "")
    return f"{before}{minus}{key}:{full}" if full else ""


def complete_connection_filter(text: str, rows: Sequence["ConnectionRow"]) -> str:
    """Complete a filter of the list of connections."""
    values = {
        "state": get_args(ConnectionState),
        "conn": [row.name for row in rows],
        "name": [row.name for row in rows],
        "connector": sorted({row.connector for row in rows}),
        "auth": sorted({row.auth for row in rows if row.auth}),
        "test": TEST_VERDICTS,
        "uses": sorted({row.authentication for row in rows if row.authentication}),
        "is": ("error", "locked"),
    }
    return complete_filter(text, values, values)


def complete_authentication_filter(text: str, rows: Sequence["AuthenticationRow"]) -> str:
    """Complete a filter of the list of authentications."""
    table = authentication_fields()
    values: dict[str, Iterable[str]] = {one.key: one.values for one in table.fields}
    kinds = sorted({row.kind for row in rows})
    values |= {
        "name": [row.name for row in rows],
        "connector": sorted({row.connector for row in rows}),
        "auth": kinds,
        "kind": kinds,
        "method": sorted({row.method for row in rows}),
        "app": sorted({row.app for row in rows if row.app}),
        "conn": sorted({user for row in rows for user in row.used_by}),
        "scope": sorted({scope for row in rows for scope in row.scopes or ()}),
        "is": tuple(table.flags),
    }
    return complete_filter(text, values, values)


def complete_catalog_filter(text: str, facets: Mapping[str, Mapping[str, int]]) -> str:
    """Complete a filter of the catalog with the values that something has."""
    table = catalog_fields()
    values: dict[str, Iterable[str]] = dict.fromkeys(table.keys, ())
    values |= {key: sorted(counts) for key, counts in facets.items()}
    values["is"] = tuple(table.flags)
    return complete_filter(text, values, values)


def complete_operation_filter(text: str, connections: Sequence[str]) -> str:
    """Complete a filter of the log."""
    from storage.reading.fields import operation_fields

    table = operation_fields()
    values: dict[str, Iterable[str]] = {one.key: one.values for one in table.fields}
    values |= {
        "conn": connections,
        "is": tuple(table.flags),
        "method": ("GET", "POST", "PUT", "PATCH", "DELETE"),
        "error": get_args(ErrorClass),
    }
    return complete_filter(text, table.keys, values)


def complete_row_filter(text: str, rows: Sequence[object], table: "FieldTable") -> str:
    """Complete a filter of rows in memory with the words that some of them have."""
    values: dict[str, Iterable[str]] = {one.key: one.values or _words(rows, one) for one in table.fields}
    values["is"] = tuple(table.flags)
    return complete_filter(text, values, values)


def _words(rows: Sequence[object], field: "Field") -> list[str]:
    found: set[str] = set()
    for row in rows:
        value = getattr(row, field.attribute, None) or ()
        found.update([value] if isinstance(value, str) else value)
    return sorted(found)


def filter_rows(rows: Sequence[R], text: str, table: "FieldTable", now_us: int) -> list[R]:
    """Give the rows that pass; all of them without a text. Raises `FilterProblem`."""
    if not text:
        return list(rows)
    from storage.reading.filters import parse_filter
    from storage.reading.matching import matches
    from storage.reading.terms import FilterError

    try:
        wanted = parse_filter(text, table)
    except FilterError as error:
        raise FilterProblem(_sentence(error, table)) from error
    return [row for row in rows if matches(wanted, partial(_attribute, row), now_us)]


def _attribute(row: object, name: str) -> object:
    return getattr(row, name, None)


def _sentence(error: "FilterError", table: "FieldTable") -> str:
    """Give the problem, what was probably meant, and for a word that has few values all of them."""
    found = _WRONG_VALUE.match(error.message)
    field = table.get(found[1]) if found else None
    allowed = (tuple(table.flags) if field.kind == "flag" else field.values) if field else ()
    listed = f"it can be {', '.join(allowed)}" if allowed and error.nearest else ""
    return "; ".join(part for part in (str(error), listed, error.remedy) if part)
