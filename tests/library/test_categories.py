"""The short list of words under which the connectors of the library are listed."""

from typing import Any

import pytest

from connectors import load_definition, shipped_paths

CATEGORIES = {
    "ci", "crm", "databases", "development", "home automation", "incidents", "marketing", "messaging", "monitoring",
    "network", "operations", "payments", "productivity", "project management", "search", "security", "storage", "support",
}  # fmt: skip
KEYWORDS = {
    "type", "description", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "pattern", "items", "format",
    "properties", "required", "additionalProperties", "minItems", "maxItems", "uniqueItems", "writeOnly",
}  # fmt: skip
HANDLES = tuple(sorted(path.stem for path in shipped_paths()))


@pytest.fixture(params=HANDLES)
def definition(request: pytest.FixtureRequest):
    paths = {path.stem: path for path in shipped_paths()}
    return load_definition(paths[request.param]).definition


def test_a_connector_is_listed_under_one_to_three_words_of_the_list(definition) -> None:
    assert 1 <= len(definition.categories) <= 3
    assert set(definition.categories) <= CATEGORIES


def _schemas(name: str, schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = [(name, schema)]
    for key, inner in schema.get("properties", {}).items():
        found += _schemas(f"{name}.{key}", inner)
    if isinstance(schema.get("items"), dict):
        found += _schemas(f"{name}[]", schema["items"])
    return found


def test_what_describes_an_input_says_nothing_that_is_no_keyword(definition) -> None:
    for name, operation in definition.operations.items():
        for place, schema in _schemas(name, operation.input_schema()):
            assert set(schema) <= KEYWORDS, f"{place}: a comma in a description that is not quoted?"
