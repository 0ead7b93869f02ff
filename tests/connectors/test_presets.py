"""Presets and modules: pieces that are written once, and sub-products with an address of their own."""

from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from connectors import Connector, find_problems, json_schema, load_definition
from connectors.source import read_source

TEXT = """\
schema: connect/1
revision: 1
handle: desk
name: Desk
inputs: [{key: files, type: url, default: 'https://files.example'}]
http: {base_url: 'https://desk.example'}
auth:
  token: {kind: bearer, test: [{name: me, request: {use: counted, path: /me}}]}
presets:
  requests:
    counted: {query: {total: true}}
    paged: {query: {page: '{{ input.page }}', size: '{{ input.size }}'}, headers: {X-Pages: yes}}
  operations:
    listing:
      input: {page: 'integer = 1', size: 'integer = 25'}
      request: {use: [counted, paged], query: {page: '{{ input.page }}'}}
      errors: [{use: gone}, {match: {status: 416}, do: ignore}]
    tagged: {tags: [lists], records: items}
  errors:
    gone: [{match: {status: 410}, do: ignore}]
    usual:
      - {match: {status: 401}, class: auth}
      - {match: {status: 403}, class: permission, message: '{{ response.body.why }}'}
errors:
  - {match: {status: 409}, class: conflict}
  - {use: [usual, gone]}
operations:
  list-a: {use: listing, request: {path: /a}}
  list-b:
    use: [listing, tagged]
    tags: [b]
    input: {size: null, q: string}
    request: {path: /b, query: {size: null, q: '{{ input.q }}'}}
modules:
  files:
    base_url: '{{ var.files }}'
    errors: [{use: gone}]
    operations:
      list-files: {use: listing, request: {path: /files}}
"""

Problems = Callable[[str, str], list[str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def definition(file: Path) -> Connector:
    return load_definition(file).definition


@pytest.fixture
def problems(file: Path) -> Problems:
    """Replace one piece and give the problems; ``§`` in the new piece marks the place that §: stands for."""

    def change(was: str, now: str) -> list[str]:
        assert TEXT.count(was) == 1, was
        before = TEXT.replace(was, now).split("§")[0]
        mark = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        file.write_text(TEXT.replace(was, now).replace("§", ""), encoding="utf-8")
        found = [str(problem).removeprefix(f"{file}:") for problem in find_problems(file)]
        return [one.replace(f"{mark}:", "§:", 1) if one.startswith(f"{mark}:") else one for one in found]

    return change


def test_an_operation_takes_presets_in_from_the_first_to_the_last_and_has_the_last_word(
    definition: Connector,
) -> None:
    one, two = definition.operations["list-a"], definition.operations["list-b"]
    assert one.request.query == {"total": True, "page": "{{ input.page }}", "size": "{{ input.size }}"}
    assert (one.request.headers, one.tags, one.records) == ({"X-Pages": "yes"}, (), None)
    assert (two.tags, two.records, two.input) == (("b",), "items", {"page": "integer = 1", "q": "string"})


def test_null_takes_away_what_a_preset_of_an_operation_brings(problems: Problems) -> None:
    assert problems("{size: null, q: string}", "{page: null, size: null, q: string}") == [
        "16:58: presets.operations.listing.request.query.page: there is no input.page; known: q"
    ]


def test_a_request_of_an_authentication_test_takes_presets_in(definition: Connector) -> None:
    assert definition.auth["token"].test[0].request.query == {"total": True}


def test_rules_stand_where_they_are_taken_in(definition: Connector) -> None:
    def statuses(rules) -> list[int]:
        return [rule.match.status[0] for rule in rules]

    assert statuses(definition.errors) == [409, 401, 403, 410]
    assert statuses(definition.operations["list-a"].errors) == [410, 416]
    assert statuses(definition.modules["files"].errors) == [410]


def test_operations_of_a_module_stand_among_the_others(definition: Connector) -> None:
    assert [(name, one.module) for name, one in definition.operations.items()] == [
        ("list-a", None),
        ("list-b", None),
        ("list-files", "files"),
    ]
    assert definition.operations["list-files"].request.query["total"] is True


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("{use: listing, request: {path: /a}}", "{use: §listin, request: {path: /a}}",
         "§: operations.list-a.use: there is no preset 'listin' of operations; did you mean 'listing'?"),
        ("{use: counted, path: /me}", "{use: §paged2, path: /me}",
         "§: auth.token.test[0].request.use: there is no preset 'paged2' of requests; did you mean 'paged'?"),
        ("- {use: [usual, gone]}", "- {use: §usal}",
         "§: errors[1].use: there is no preset 'usal' of errors; did you mean 'usual'?"),
        ("- {use: [usual, gone]}", "- §{use: usual, do: fail}",
         "§: errors[1]: an item that takes rules in has nothing beside `use`"),
        ("{use: listing, request: {path: /a}}", "{use: §3, request: {path: /a}}",
         "§: operations.list-a.use: found 3, expected the name of a preset, or a list of names"),
        ("tagged: {tags", "tagged: {use: §listing, tags",
         "§: presets.operations.tagged.use: a preset of operations takes in no other"),
        ("X-Pages: yes}}", "X-Pages: yes}, §heders: {}}",
         "§: presets.requests.paged.heders: unknown key 'heders'; did you mean 'headers'?"),
        ("{match: {status: 410}", "{match: {status: §41}", "§: presets.errors.gone[0].match.status: found 41"),
        ("'{{ response.body.why }}'", "'{{ §respons.body.why }}'",
         "§: presets.errors.usual[1].message: 'respons' is unknown"),
        ("size: '{{ input.size }}'}, h", "size: '{{ §input.siz }}'}, h",
         "§: presets.requests.paged.query.size: there is no input.siz; did you mean 'size'?"),
        ("request: {path: /files}", "request: {path: §files}",
         '§: modules.files.operations.list-files.request.path: found "files"'),
        ("      list-files:", "      §list-a:",
         "§: modules.files.operations.list-a: another operation is called 'list-a' already"),
        ("'{{ var.files }}'", "'{{ §var.fils }}'", "§: modules.files.base_url: there is no var.fils"),
        ("list-a: {use", "list-a: {§module: files, use",
         "§: operations.list-a.module: an operation of a module stands below it"),
        ("request: {use: counted, path: /me}", "operation: §list-files",
         "§: auth.token.test[0].operation: a test asks the connector's own address, and 'list-files' another"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_once_and_where_it_was_written(
    problems: Problems, was: str, now: str, problem: str
) -> None:
    found = problems(was, now)
    assert found[0].startswith(problem)
    assert len(found) == 1


def test_presets_are_inherited_and_changed_for_all_who_use_them(file: Path, tmp_path: Path) -> None:
    child = tmp_path / "mine.yaml"
    child.write_text(
        "schema: connect/1\nrevision: 1\nhandle: mine\nextends: desk@1\n"
        "presets: {requests: {counted: {query: {total: null, count: 1}}}}\n"
        "operations: {list-c: {use: listing, request: {path: /c}}}\n"
        "modules: {files: {base_url: 'https://mine.example', operations: {list-files: {title: Mine}}}}\n",
        encoding="utf-8",
    )
    kept = load_definition(file).compiled
    for parent in (file, kept):
        mine = load_definition(child, lambda *_, parent=parent: {1: parent}).definition
        assert mine.operations["list-c"].request.query["count"] == 1
        assert mine.modules["files"].base_url == "https://mine.example"
        assert mine.operations["list-files"].title == "Mine"
        assert [one.module for one in mine.operations.values()].count("files") == 1


def test_an_editor_knows_both_ways_to_write(file: Path) -> None:
    validator = jsonschema_rs.validator_for(json_schema(), offline=True)
    data = read_source(file).data
    assert [error.message for error in validator.iter_errors(data)] == []
    operations = data["operations"]
    assert not validator.is_valid({**data, "operations": {**operations, "x": {"request": {}}}})
    assert not validator.is_valid(
        {**data, "operations": {**operations, "x": {"titel": "x", "use": "listing"}}}
    )
    assert not validator.is_valid({**data, "presets": {"requests": {"x": {"pth": "/a"}}}})


def test_more_presets_than_anybody_means_are_refused(problems: Problems) -> None:
    (problem,) = problems(
        "use: listing, request: {path: /a}", f"use: [{', '.join(['listing'] * 33)}], request: {{path: /a}}"
    )
    assert "found 33 names; at most 32 presets" in problem
