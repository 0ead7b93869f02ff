"""Putting documents on top of each other: what comes of it, and where every value of it was written."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.document import Document, merged
from connectors.source import Source

KEYS = st.sampled_from(["a", "b", "input", "kind", "name", "key"])
LEAVES = st.sampled_from([None, True, 0, 1, "x", "object"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.lists(st.fixed_dictionaries({"name": st.sampled_from("pqr")}, optional={"a": inner}), max_size=3)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


def document(name: str, data: dict[str, Any]) -> Document:
    return Document(Source(Path(name), data), data)


def on_top(base: dict[str, Any], over: dict[str, Any]) -> Document:
    above = document("over", over)
    piece = merged(document("base", base).piece(), above.piece())
    return Document(above.source, piece.value, piece.document.origins)


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def leaves(value: Any, path: tuple[str | int, ...] = ()):
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    if not children:
        yield path, value
    for step, child in children:
        yield from leaves(child, (*path, step))


@settings(deadline=None)
@given(DOCUMENTS)
def test_nothing_on_top_changes_nothing(base: dict[str, Any]) -> None:
    assert on_top(base, {}).data == base


@settings(deadline=None)
@given(DOCUMENTS)
def test_on_top_of_nothing_all_is_as_written(over: dict[str, Any]) -> None:
    assert on_top({}, over).data == over


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_the_parts_stay_as_they_are(base: dict[str, Any], over: dict[str, Any]) -> None:
    before = repr((base, over))
    on_top(base, over)
    assert repr((base, over)) == before


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_every_value_is_found_where_it_was_written(base: dict[str, Any], over: dict[str, Any]) -> None:
    whole = on_top(base, over)
    for path, value in leaves(whole.data):
        source, place = whole.origin(path)
        written = at(source.data, place)
        assert written == value or (value in ({}, []) and not leaves_of(written)), path


def leaves_of(value: Any) -> list[Any]:
    """Give what stands in a mapping that is not taken away by null."""
    return [item for _, item in leaves(value) if item is not None and item not in ({}, [])]


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_places_hold_through_several_layers(
    base: dict[str, Any], middle: dict[str, Any], over: dict[str, Any]
) -> None:
    below = document("middle", middle)
    lower = merged(document("base", base).piece(), below.piece())
    upper = merged(lower, document("over", over).piece())
    whole = Document(document("over", over).source, upper.value, upper.document.origins)
    for path, value in leaves(whole.data):
        source, place = whole.origin(path)
        assert at(source.data, place) == value or value in ({}, []), path


def test_two_items_of_one_name_are_both_kept_for_the_checks_to_find() -> None:
    whole = on_top({"l": [{"name": "p", "a": 1}]}, {"l": [{"name": "p", "b": 2}, {"name": "p", "b": 3}]})
    assert whole.data["l"] == [{"name": "p", "a": 1, "b": 2}, {"name": "p", "b": 3}]
    assert whole.origin(("l", 0, "a"))[1] == ("l", 0, "a")
    assert whole.origin(("l", 1, "b"))[1] == ("l", 1, "b")
