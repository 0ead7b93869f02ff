"""Whatever stands where presets, modules and parents are expected: a file is judged, never a crash."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import compile_definition, find_problems, load_definition, read_compiled
from connectors.document import Document
from connectors.expand import expand
from connectors.source import Source
from connectors.written import written

NAMES = st.sampled_from(["a", "b", "usual"])
LEAVES = st.none() | st.booleans() | st.integers(0, 9) | NAMES | st.just("{{ input.a }}")
USES = NAMES | st.lists(NAMES, max_size=2) | LEAVES
ANY = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES | st.just("use"), inner, max_size=2),
    max_leaves=6,
)


def mapping(**optional: Any) -> Any:
    return st.fixed_dictionaries({}, optional=optional) | ANY


RULES = st.lists(mapping(use=USES, match=ANY), max_size=3) | ANY
REQUESTS = mapping(use=USES, path=st.just("/a") | ANY, query=ANY)
OPERATIONS = mapping(use=USES, request=REQUESTS, errors=RULES, input=ANY, module=NAMES)


def by_name(values: Any) -> Any:
    return st.dictionaries(NAMES, values, max_size=2) | ANY


FILES = st.fixed_dictionaries(
    {},
    optional={
        "extends": st.just("desk@1") | ANY,
        "presets": mapping(operations=by_name(OPERATIONS), requests=by_name(REQUESTS), errors=by_name(RULES)),
        "modules": by_name(mapping(base_url=ANY, errors=RULES, operations=by_name(OPERATIONS))),
        "errors": RULES,
        "operations": by_name(OPERATIONS),
        "auth": by_name(mapping(kind=st.just("bearer"), test=st.lists(mapping(request=REQUESTS)) | ANY)),
        "tests": ANY,
        "lineage": ANY,
    },
)
HEAD = {
    "schema": "connect/1",
    "revision": 1,
    "handle": "desk",
    "name": "Desk",
    "http": {"base_url": "http://a"},
}


@given(FILES)
@settings(deadline=None)
def test_any_document_is_written_out(data: dict[str, Any]) -> None:
    document = Document(Source(Path("any"), data), data)
    before = json.dumps(data)
    expansion = expand(document)
    assert json.dumps(data) == before
    for about, finding in expansion.findings:
        about.origin(finding.path)
    again = expand(expansion.document)
    assert again.document.data == expansion.document.data


@given(FILES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_any_file_is_judged(tmp_path: Path, data: dict[str, Any]) -> None:
    base = tmp_path / "desk.yaml"
    base.write_text(json.dumps(HEAD), encoding="utf-8")
    path = tmp_path / "any.yaml"
    path.write_text(json.dumps({**HEAD, "handle": "any", **data}), encoding="utf-8")
    for problem in find_problems(path):
        assert problem.file == path
        assert problem.message


@pytest.mark.parametrize(
    "text", ["", "operations: {a: {request: {path: /a, method: POST}}}\ninputs: [{key: a, type: secret}]"]
)
def test_a_compiled_form_is_written_as_its_author_did(tmp_path: Path, text: str) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(
        "".join(f"{key}: {json.dumps(value)}\n" for key, value in HEAD.items()) + text, encoding="utf-8"
    )
    loaded = load_definition(path)
    plain = written(read_compiled(loaded.compiled))
    assert set(plain) == {*HEAD, *(("operations", "inputs") if text else ())}
    assert (
        compile_definition(type(loaded.definition).model_validate_json(json.dumps(plain))) == loaded.compiled
    )
    if text:
        assert set(plain["operations"]["a"]) == {"request"}
        assert set(plain["inputs"][0]) == {"key", "type"}
