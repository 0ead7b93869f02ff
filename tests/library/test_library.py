"""What every connector of the library promises."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from connectors import find_problems, load_definition, shipped_paths

PATHS = {path.stem: path for path in shipped_paths()}
HANDLES = tuple(sorted(PATHS))


@pytest.fixture(params=HANDLES)
def definition(request: pytest.FixtureRequest):
    return load_definition(PATHS[request.param]).definition


def test_the_library_has_25_connectors_of_8_categories() -> None:
    definitions = [load_definition(path).definition for path in PATHS.values()]
    assert len(definitions) >= 25
    assert len({category for one in definitions for category in one.categories}) >= 8


@pytest.mark.parametrize("handle", HANDLES)
def test_a_connector_has_no_problems_and_is_named_like_its_file(handle: str) -> None:
    path: Path = PATHS[handle]
    assert find_problems(path) == ()
    assert load_definition(path).definition.handle == handle


@pytest.mark.parametrize("handle", HANDLES)
def test_any_yaml_reader_can_read_the_file(handle: str) -> None:
    # The loader stands on libyaml, which lets `?` and `!` pass where a reader in pure Python does not.
    assert yaml.safe_load(PATHS[handle].read_text(encoding="utf-8"))["handle"] == handle


def test_no_two_connectors_share_a_glyph() -> None:
    logos = [load_definition(path).definition.logo for path in PATHS.values()]
    glyphs = Counter(logo.glyph for logo in logos)
    assert [glyph for glyph, times in glyphs.items() if times > 1] == []


def test_people_are_told_what_it_is_and_where_to_read_more(definition) -> None:
    assert definition.summary
    assert definition.description
    assert definition.logo is not None
    assert definition.handle == "practice" or (definition.links and definition.links.docs)


def test_every_field_that_is_asked_says_what_to_enter(definition) -> None:
    for field in definition.inputs:
        assert field.label, field.key
        assert field.help, field.key
    for name, method in definition.auth.items():
        assert method.title, name
        assert method.help, name


def test_every_way_to_sign_in_is_tested_first_by_a_harmless_call(definition) -> None:
    for name, method in definition.auth.items():
        assert method.test, name
        first = method.test[0]
        assert first.level == "required"
        assert first.show, name
        if first.operation:
            assert definition.operations[first.operation].read_only
        else:
            assert first.request.method == "GET"


def test_every_operation_has_a_title_a_sentence_and_described_input(definition) -> None:
    for name, operation in definition.operations.items():
        assert operation.title, name
        assert operation.summary.endswith("."), name
        for key, field in operation.input_schema().get("properties", {}).items():
            assert field.get("description"), f"{name}.{key}"


def test_what_changes_something_is_marked_as_dangerous(definition) -> None:
    for name, operation in definition.operations.items():
        assert (operation.danger == "none") == operation.read_only, name
        if operation.request.method == "DELETE" or "delete" in name or "purge" in name:
            assert operation.danger in ("delete", "bulk"), name


def test_every_operation_tells_a_result_or_counts_records(definition) -> None:
    for name, operation in definition.operations.items():
        told = operation.result or operation.records or operation.response.type in ("binary", "csv", "jsonl")
        assert told or name.startswith("drill-"), name


def test_the_usual_failures_have_a_class_and_a_sentence(definition) -> None:
    classes = {rule.class_ for rule in definition.errors}
    assert {"auth", "permission", "not_found", "input", "vendor"} <= classes
    for rule in definition.errors:
        assert rule.do in ("ok", "ignore") or rule.class_
        if rule.do == "reauthorize":
            assert rule.remedy
