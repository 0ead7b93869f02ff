"""The filter language over connectors: words, facets, order, counts."""

from pathlib import Path
from typing import Any

import pytest

from storage.catalog import (
    BrokenFile,
    CatalogDocument,
    FileState,
    Mistake,
    OperationLine,
    open_catalog_index,
)
from storage.reading import (
    CatalogReading,
    FilterError,
    Found,
    WordForms,
    connector_fields,
    open_catalog_reading,
    parse_filter,
    words_in,
)
from storage.reading.word_forms import other_number

KINDS = ("bearer", "basic")


def connector(handle: str, name: str, operations: tuple[str, ...] = (), **facts: object) -> CatalogDocument:
    lines = tuple(OperationLine(one, "", f"{one} of a café", True, "none") for one in operations)
    known: dict[str, object] = {"type": "api", "status": "published", "summary": "", "auth": ("bearer",)}
    return CatalogDocument(handle, name, 1, hash=handle, operations=lines, **{**known, **facts})


ALL = (
    connector(
        "acme-desk",
        "Acme desk",
        ("list-tickets", "create-ticket"),
        categories=("support",),
        can=("read", "write"),
    ),
    connector("github", "GitHub", ("list-issues",), categories=("development",), can=("read",), auth=KINDS),
    connector("hub", "The hub", ("list-hubs",), type="device", can=("read", "delete"), auth=("basic",)),
    connector(
        "zen",
        "Zen",
        ("archive-ticket",),
        categories=("support", "crm"),
        status="deprecated",
        summary="An old hub.",
    ),
)


@pytest.fixture
def reading(tmp_path: Path):
    path = tmp_path / "catalog.db"
    with open_catalog_index(path) as index:
        index.put(
            [
                (
                    FileState("user" if number else "library", f"{one.handle}.yaml", "1", one.handle, number),
                    one,
                )
                for number, one in enumerate(ALL)
            ]
        )
    with open_catalog_reading(path) as opened:
        yield opened


def find(reading: CatalogReading, text: str, sort: str = "") -> Found:
    return reading.find(reading.load(), parse_filter(text, connector_fields()), sort, 1_000_000)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["acme-desk", "github", "hub", "zen"]),
        ("tick", ["acme-desk", "zen"]),
        ("list-tickets", ["acme-desk"]),
        ("list tickets", ["acme-desk"]),
        ("tickets", ["acme-desk", "zen"]),
        ("archive-tickets", ["zen"]),
        ('"tickets"', ["acme-desk"]),
        ("op:tickets -list", ["zen"]),
        ("cafes", ["acme-desk", "github", "hub", "zen"]),
        ("/^(acme|zen)/", ["acme-desk", "zen"]),
        ("/OLD hub\\./", ["zen"]),
        ("-/hub/", ["acme-desk"]),
        ('"list tickets"', ["acme-desk"]),
        ('"acme tickets"', []),
        ("CAFE", ["acme-desk", "github", "hub", "zen"]),
        ("thub", ["github"]),
        ("-tick", ["github", "hub"]),
        ("type:device", ["hub"]),
        ("category:support", ["acme-desk", "zen"]),
        ("category:support,development", ["acme-desk", "github", "zen"]),
        ("category:dev*", ["github"]),
        ("auth:basic -auth:bearer", ["hub"]),
        ("can:write", ["acme-desk"]),
        ("can:deletes", ["hub"]),
        ("-can:write can:read", ["github", "hub"]),
        ("op:ticket", ["acme-desk", "zen"]),
        ("-op:list", ["zen"]),
        ("op:hub", ["hub"]),
        ("name:zen", ["zen"]),
        ("connector:git*", ["github"]),
        ("status:deprecated", ["zen"]),
        ("is:own -is:deprecated", ["github", "hub"]),
        ("source:library", ["acme-desk"]),
        ("operations:>1", ["acme-desk"]),
        ("'; DROP", []),
        ('"', ["acme-desk", "github", "hub", "zen"]),
    ],
)
def test_a_filter_leaves_what_fits(reading: CatalogReading, text: str, found: list[str]) -> None:
    assert sorted(row.handle for row in find(reading, text).rows) == found


def test_what_is_called_so_comes_first_then_what_begins_so_then_what_holds_it(
    reading: CatalogReading,
) -> None:
    assert [row.handle for row in find(reading, "hub").rows] == ["hub", "github", "zen"]
    assert [row.handle for row in find(reading, "h").rows] == ["hub", "github"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", ["acme-desk", "github", "hub", "zen"]),
        ("-name", ["zen", "hub", "github", "acme-desk"]),
        ("-operations", ["acme-desk", "zen", "hub", "github"]),
        ("-updated", ["zen", "hub", "github", "acme-desk"]),
    ],
)
def test_rows_are_sorted_both_ways(reading: CatalogReading, sort: str, found: list[str]) -> None:
    assert [row.handle for row in find(reading, "", sort).rows] == found


def test_a_facet_counts_as_if_nothing_of_its_own_were_chosen(reading: CatalogReading) -> None:
    facets = find(reading, "type:api can:read").facets
    assert facets["type"] == {"api": 2, "device": 1}
    assert facets["can"] == {"read": 2, "write": 1, "delete": 0}
    assert facets["category"] == {"support": 1, "development": 1, "crm": 0}


@pytest.mark.parametrize(("text", "nearest"), [("typ:api", "type:"), ("can:wrte", "can:write")])
def test_an_unknown_key_or_capability_names_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, connector_fields())
    assert caught.value.nearest == nearest


def test_the_words_of_a_filter_are_those_that_must_be_there() -> None:
    found = words_in(parse_filter('desk op:open_tickets -old type:api "notes" /x/', connector_fields()))
    assert found == (
        WordForms("desk"),
        WordForms("open tickets", ("open ticket",)),
        WordForms("notes"),
    )


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("messages", ("message",)),
        ("policies", ("policy",)),
        ("policy", ("policies",)),
        ("addresses", ("addresse", "address")),
        ("class", ()),
        ("news", ()),
        ("dns", ()),
        ("ticket", ()),
    ],
)
def test_the_other_number_of_a_word_is_a_whole_word(word: str, others: tuple[str, ...]) -> None:
    assert other_number(word) == others


def test_an_index_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    with open_catalog_reading(tmp_path / "none.db") as reading:
        assert len(find(reading, "any word").rows) == 0


def stated(
    number: int, one: CatalogDocument, *, file: str = "", digest: str = ""
) -> tuple[FileState, CatalogDocument]:
    return FileState("user", file or f"{one.handle}.yaml", "1", digest or one.handle, number), one


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.put([stated(3, connector("zen", "Zen two"), digest="2")]),
        lambda index: index.put([stated(9, connector("hub", "The hub", type="api"), digest="2")]),
        lambda index: index.put([stated(9, connector("aaa", "First"))]),
        lambda index: index.remove([("user", "github.yaml")]),
        lambda index: (
            index.remove([("user", "zen.yaml")]), index.put([stated(3, ALL[3], file="renamed.yaml")]),
        ),
        lambda index: index.put([(stated(9, ALL[2])[0], BrokenFile("hub", (Mistake("hub", 1, 1, "", "wrong"),)))]),
        lambda index: index.put([stated(9, connector(f"many-{number}", "Many")) for number in range(150)]),
        lambda index: None,
    ],
)  # fmt: skip
def test_rows_read_again_are_those_of_the_index(reading: CatalogReading, tmp_path: Path, change: Any) -> None:
    before = reading.load()
    with open_catalog_index(tmp_path / "catalog.db") as index:
        change(index)
    again, anew = reading.load(before), reading.load()
    assert again.rows == anew.rows
    assert (again.facets, again.labels, list(again.place_of)) == (
        anew.facets,
        anew.labels,
        list(anew.place_of),
    )
    assert again.kept == anew.kept


def test_only_rows_that_changed_are_made_again(reading: CatalogReading, tmp_path: Path) -> None:
    before = reading.load()
    with open_catalog_index(tmp_path / "catalog.db") as index:
        index.put([stated(9, connector("hub", "Another hub"), digest="2")])
    again = reading.load(before)
    assert [row is old for row, old in zip(again.rows, before.rows, strict=True)] == [True, True, False, True]
    assert again.rows[2].name == "Another hub"
