"""The JSON Schema that editors use."""

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
from pydantic import BaseModel

from connectors import json_schema, shipped_paths
from connectors.format import part
from connectors.format.rules import ErrorRule
from connectors.schema import COMMITTED, schema_text
from connectors.source import read_source


def test_the_committed_schema_is_the_one_the_models_give() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), "run `python -m connectors.schema`"


def test_the_sample_fits_the_schema(desk: Path) -> None:
    validator = jsonschema_rs.validator_for(json_schema(), offline=True)
    assert [error.message for error in validator.iter_errors(read_source(desk).data)] == []


@pytest.mark.parametrize("path", shipped_paths(), ids=lambda path: path.stem)
def test_a_shipped_connector_fits_the_schema(path: Path) -> None:
    validator = jsonschema_rs.validator_for(json_schema(), offline=True)
    assert [error.message for error in validator.iter_errors(read_source(path).data)] == []


def test_an_editor_is_told_of_unknown_keys_and_kinds(desk: Path) -> None:
    validator = jsonschema_rs.validator_for(json_schema(), offline=True)
    for change in ({"nam": 1}, {"auth": {"a": {"kind": "beaer"}}}, {"http": {"base_url": "x"}}):
        assert not validator.is_valid({**read_source(desk).data, **change})


def _models(kind: type[BaseModel]) -> set[type[BaseModel]]:
    found = set(kind.__subclasses__())
    return found.union(*(_models(child) for child in found))


def test_every_field_says_what_it_is_for() -> None:
    import connectors.format.connector  # noqa: F401

    models = _models(part.Part)
    assert ErrorRule in models
    silent = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_every_model_is_frozen_and_knows_its_keys() -> None:
    for model in _models(part.Part):
        assert (model.model_config["extra"], model.model_config["frozen"], model.model_config["strict"]) == (
            "forbid",
            True,
            True,
        )


def test_every_definition_in_the_schema_is_described() -> None:
    definitions: dict[str, Any] = json_schema()["$defs"]
    assert [name for name, one in definitions.items() if not one.get("description")] == []
    assert json.loads(schema_text())["$defs"].keys() == definitions.keys()


def test_the_classes_of_errors_are_those_of_the_engine() -> None:
    import core.errors

    assert get_args(part.ErrorClass) == get_args(core.errors.ErrorClass)
