"""Results: the columns that are chosen, the text of a cell, and what an export holds."""

import csv
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.state.exporting import export_records
from tui.state.result import cell_text, choose_columns, find_value, since, widen

TICKETS = [
    {
        "updated_at": "2026-11-01T10:00:00Z",
        "body": "x" * 300,
        "state": "open",
        "customer": {"id": "c-1", "name": "Hotel Adler"},
        "tags": ["printer", "loud"],
        "id": 1042,
        "subject": "Label printer offline again",
        "nothing": None,
    },
    {"id": 7, "subject": "Invoice", "customer": None, "state": "closed", "extra": {"a": [1]}, "body": ""},
]


def test_what_names_a_record_comes_first_moments_late_and_long_text_last():
    titles = [column.title for column in choose_columns(TICKETS)]
    assert titles == ["ID", "SUBJECT", "STATE", "CUSTOMER", "UPDATED AT", "TAGS", "EXTRA", "BODY"]


def test_numbers_and_moments_stand_on_the_right():
    kinds = {column.title: (column.kind, column.right) for column in choose_columns(TICKETS)}
    assert kinds["ID"] == ("number", True)
    assert kinds["UPDATED AT"] == ("time", True)
    assert kinds["SUBJECT"] == ("text", False)


def test_a_column_is_as_wide_as_its_content_up_to_a_limit():
    widths = {column.title: column.width for column in choose_columns(TICKETS)}
    assert widths["SUBJECT"] == len("Label printer offline again")
    assert widths["BODY"] == 40


def test_later_records_can_widen_a_column():
    columns = choose_columns([{"name": "a"}])
    assert widen(columns, [{"name": "a longer one"}])[0].width == len("a longer one")


def test_a_nested_object_is_shown_by_the_field_that_names_it():
    column = next(one for one in choose_columns(TICKETS) if one.title == "CUSTOMER")
    assert [cell_text(find_value(record, column.path)) for record in TICKETS] == ["Hotel Adler", ""]


def test_records_that_are_no_objects_have_one_column():
    assert [column.title for column in choose_columns([1, "two", None])] == ["VALUE"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (2.5, "2.5"),
        ([1, "a"], "1, a"),
        ([{"a": 1}], "[1]"),
        ({"x": []}, "{…}"),
        ("t", "t"),
    ],
)
def test_a_cell_is_one_short_text(value, text):
    assert cell_text(value) == text


def test_a_moment_is_told_as_its_distance():
    now_us = 1_793_527_200_000_000  # 2026-11-01T10:00:00Z
    assert since("2026-11-01T09:48:00Z", now_us) == "12m"
    assert since("2026-11-01T13:00:00+00:00", now_us) == "in 3h"
    assert since("soon", now_us) == "soon"


def test_choosing_columns_costs_the_same_for_more_records(cost):
    records = [{"id": index, "name": f"record {index}"} for index in range(50_000)]
    assert cost(lambda: choose_columns(records)) < 10 * cost(lambda: choose_columns(records[:1000]))


@given(
    st.lists(
        st.dictionaries(st.text(max_size=4), st.none() | st.text() | st.lists(st.integers()), max_size=4)
    )
)
def test_any_records_have_columns_whose_cells_are_text(records):
    for column in choose_columns(records):
        for record in records:
            assert isinstance(cell_text(find_value(record, column.path), column.kind), str)


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv"])
def test_an_export_holds_every_record_and_is_the_owners_alone(tmp_path, ending):
    path = tmp_path / f"tickets.{ending}"
    assert export_records(TICKETS, path) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    if ending == "json":
        assert json.loads(text) == TICKETS
    elif ending == "jsonl":
        assert [json.loads(line) for line in text.splitlines()] == TICKETS
    else:
        rows = list(csv.DictReader(text.splitlines()))
        assert [row["id"] for row in rows] == ["1042", "7"]
        assert json.loads(rows[0]["customer"]) == TICKETS[0]["customer"]


def test_an_export_never_overwrites_a_file(tmp_path):
    path = tmp_path / "there.json"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        export_records(TICKETS, path)
    assert path.read_text() == "mine"


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"\.json"):
        export_records(TICKETS, tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []
