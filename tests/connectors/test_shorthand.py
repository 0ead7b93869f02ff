"""The short way to write a JSON Schema."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.format.shorthand import is_secret, mistakes, schema_of


@pytest.mark.parametrize(
    ("written", "schema", "required"),
    [
        ("string", {"type": "string"}, False),
        ("integer!", {"type": "integer"}, True),
        ("integer = 25", {"type": "integer", "default": 25}, False),
        ("boolean=true", {"type": "boolean", "default": True}, False),
        ("string = a b", {"type": "string", "default": "a b"}, False),
        (
            "low|normal|high! = normal - how soon",
            {
                "type": "string",
                "enum": ["low", "normal", "high"],
                "default": "normal",
                "description": "how soon",
            },
            True,
        ),
        (
            "string[]! - the names",
            {"type": "array", "items": {"type": "string"}, "description": "the names"},
            True,
        ),
        ("integer[] = [1, 2]", {"type": "array", "items": {"type": "integer"}, "default": [1, 2]}, False),
        ("date-time", {"type": "string", "format": "date-time"}, False),
        ("any - whatever", {"description": "whatever"}, False),
        ([1, 2], {"enum": [1, 2]}, False),
        ({"type": "integer", "minimum": 1, "required": True}, {"type": "integer", "minimum": 1}, True),
        ({"type": "object", "required": ["a"]}, {"type": "object", "required": ["a"]}, False),
    ],
)
def test_a_few_words_give_a_schema(written: Any, schema: dict[str, Any], required: bool) -> None:
    whole = schema_of({"x": written})
    assert whole["properties"]["x"] == schema
    assert whole.get("required", []) == (["x"] if required else [])
    assert whole["additionalProperties"] is False


def test_a_json_schema_is_taken_as_it_is() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert schema_of(schema) == schema


def test_a_field_called_type_is_a_field() -> None:
    assert schema_of({"type": "string!"})["properties"] == {"type": {"type": "string"}}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("strng", "did you mean 'string'?"),
        ("integer = x", "cannot be read as integer"),
        ("a b c", "cannot read"),
        (5, "found 5; write a type"),
    ],
)
def test_what_cannot_be_read_is_told(written: Any, sentence: str) -> None:
    ((name, message),) = mistakes({"x": written})
    assert name == "x"
    assert sentence in message


@given(st.text(st.sampled_from("string!|[]=- 1a"), max_size=20))
def test_no_words_make_the_reader_crash(words: str) -> None:
    if not list(mistakes({"x": words})):
        assert schema_of({"x": words})["properties"].keys() == {"x"}


@pytest.mark.parametrize(
    "written",
    [
        {"pin": "secret! - of the door"},
        {"pin": {"type": "secret", "required": True, "description": "of the door"}},
        {"type": "object", "required": ["pin"], "properties": {"pin": {"type": "secret", "description": "of the door"}}},
    ],
)  # fmt: skip
def test_a_secret_is_a_text_that_is_only_written(written) -> None:
    schema = schema_of(written)
    assert schema["required"] == ["pin"]
    assert schema["properties"]["pin"] == {
        "type": "string", "format": "password", "writeOnly": True, "description": "of the door",
    }  # fmt: skip
    assert is_secret(schema["properties"]["pin"])
    assert not is_secret({"type": "string"})
