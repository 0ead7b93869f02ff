"""The catalog without Textual: facets and the filter they write, operations that were found, the tabs."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.catalog import OperationLine
from storage.reading import WordForms, connector_fields, parse_filter
from tui.screens.connector.facts import source_text
from tui.state.catalog import count_said, matched_operations
from tui.state.catalog_facets import FacetLine, chosen_values, facet_cells, facet_lines, toggled
from tui.state.filters import FilterProblem, complete_catalog_filter, read_catalog_filter

FACETS = {"type": {"api": 7, "device": 0}, "category": {"crm": 2, "support": 5}, "auth": {"basic": 1}}


@pytest.mark.parametrize(
    ("text", "value", "left"),
    [
        ("", "api", "type:api"),
        ("desk", "api", "desk type:api"),
        ("type:api desk", "api", "desk"),
        ("type:api", "device", "type:api,device"),
        ("type:api,device x", "api", "type:device x"),
        ("-type:api", "api", "-type:api type:api"),
        ('"type:api x"', "api", '"type:api x" type:api'),
        ("", 'a "b, c', r'type:"a \"b, c"'),
        (r'type:"a \"b, c",d', 'a "b, c', "type:d"),
        (r'type:"\"",d', '"', "type:d"),
    ],
)
def test_a_facet_is_written_into_the_filter_and_taken_out_of_it(text: str, value: str, left: str) -> None:
    assert toggled(text, "type", value) == left


@given(st.lists(st.sampled_from(["type:api", "desk", '"two words"', "-can:write", "category:crm"]), max_size=4),
       st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8))  # fmt: skip
def test_what_is_toggled_twice_asks_for_the_same_as_before(pieces: list[str], value: str) -> None:
    text = " ".join(pieces)
    if value in chosen_values(text, "category"):
        return
    once = toggled(text, "category", value)
    assert value in chosen_values(once, "category")
    parse_filter(once, connector_fields())
    assert toggled(once, "category", value).split() == text.split()


def test_the_pane_shows_what_fits_and_what_is_chosen() -> None:
    lines = facet_lines(FACETS, "type:device category:gone")
    assert [(one.key, one.value, one.count, one.chosen) for one in lines if one.value] == [
        ("type", "api", 7, False), ("type", "device", 0, True), ("category", "support", 5, False), ("category", "crm", 2, False),
    ]  # fmt: skip


def test_a_facet_that_nothing_fits_is_left_out() -> None:
    assert (
        facet_lines({"type": {"api": 0, "device": 0}, "auth": {"basic": 1, "none": 0}}, "x")[0].key
        == "sign in"
    )


def test_what_there_is_no_room_for_is_counted() -> None:
    many = {"category": {f"kind-{number}": 1 for number in range(20)}}
    assert facet_lines(many, "")[-1] == FacetLine("category", count=4)
    assert facet_cells(FacetLine("category", count=4))[0][0] == "4 more: /category:"


def test_operations_that_hold_every_word_come_before_those_that_hold_one() -> None:
    operations = [
        OperationLine("list-tickets", "", "Tickets, newest first.", True, "none"),
        OperationLine("list-orders", "", "", True, "none"),
    ]

    def matched(*words: str) -> tuple[str, ...]:
        return matched_operations(operations, tuple(WordForms(word) for word in words))

    assert matched("list", "tick") == ("list-tickets",)
    assert matched("list o") == ("list-orders",)
    assert matched("orders", "tickets") == ("list-tickets", "list-orders")
    assert matched("l", "desk") == ()


def test_an_operation_is_found_by_the_other_number_of_a_word() -> None:
    operations = [
        OperationLine("create-post", "Post a message", "", False, "write"),
        OperationLine("list-messengers", "", "", True, "none"),
    ]
    assert matched_operations(operations, (WordForms("messages", ("message",)),)) == ("create-post",)


def test_a_filter_that_cannot_be_read_says_what_was_probably_meant() -> None:
    with pytest.raises(FilterProblem, match="category:"):
        read_catalog_filter("categry:crm")


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("cat", "category:"),
        ("x category:s", "x category:support"),
        ("-type:d", "-type:device"),
        ("is:b", "is:broken"),
    ],
)
def test_keys_and_values_are_completed(text: str, completed: str) -> None:
    assert complete_catalog_filter(text, FACETS) == completed


def test_how_far_reading_is_comes_before_the_count() -> None:
    assert count_said(3, 10, "x", (1_200, 10_000)) == "reading files: 1,200 of 10,000 · ^c stops"
    assert count_said(3, 10, "x", None) == "3 of 10"
    assert count_said(1, 1, "", None) == "1 connector"


def test_the_source_of_a_connector_is_read_from_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    (folder / "operations").mkdir(parents=True)
    (folder / "connector.yaml").write_text("handle: one\n")
    (folder / "operations" / "list.yaml").write_text("title: List\n")
    (folder / "notes.txt").write_text("not read\n")
    assert source_text(folder) == "# connector.yaml\nhandle: one\n\n# operations/list.yaml\ntitle: List\n"
    os.mkfifo(tmp_path / "pipe.yaml")
    assert source_text(tmp_path / "pipe.yaml") == "cannot be read: it is neither a file nor a folder"
    assert source_text(tmp_path / "gone.yaml") == "cannot be read: no such file or directory"
