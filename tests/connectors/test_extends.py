"""`extends`: a connector that says only what is other than in the revision it comes from."""

from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from connectors import (
    DefinitionError,
    Loaded,
    find_problems,
    json_schema,
    load_definition,
    parents_in,
    revisions_below,
)

HEAD = """\
schema: connect/1
revision: 1
handle: my-desk
extends: acme-desk@3
"""

Load = Callable[..., Loaded]
Problems = Callable[[str], list[str]]


@pytest.fixture
def child(tmp_path: Path, desk: Path) -> Path:
    return tmp_path / "my.yaml"


@pytest.fixture
def load(child: Path) -> Load:
    """Load a child of the sample, given by what follows its head."""

    def load_one(text: str = "", head: str = HEAD) -> Loaded:
        child.write_text(head + text, encoding="utf-8")
        return load_definition(child, parents_in(child.parent))

    return load_one


@pytest.fixture
def problems(child: Path) -> Problems:
    """Give the problems of a child as ``line:col: path: message``."""

    def find(text: str) -> list[str]:
        child.write_text(text, encoding="utf-8")
        found = find_problems(child, parents_in(child.parent))
        assert {problem.file for problem in found} <= {child}
        return [str(problem).removeprefix(f"{child}:") for problem in found]

    return find


def test_what_is_not_said_is_as_in_the_parent(load: Load, desk: Path) -> None:
    base, mine = load_definition(desk).definition, load().definition
    assert (mine.handle, mine.revision, mine.name) == ("my-desk", 1, "Acme Desk")
    assert (mine.inputs, mine.auth, mine.errors, mine.operations) == (
        base.inputs,
        base.auth,
        base.errors,
        base.operations,
    )


def test_mappings_merge_and_null_removes(load: Load) -> None:
    mine = load(
        """
name: My desk
http: {headers: {X-Realm: null, X-Team: mine}, timeout: {read: 5}}
auth: {user: null}
operations:
  delete-ticket: null
  list-tickets: {title: Mine, request: {query: {state: null, sort: age}}, input: {limit: 'integer = 5'}}
"""
    ).definition
    assert (mine.name, mine.http.headers) == ("My desk", {"X-Team": "mine"})
    assert (mine.http.timeout.connect, mine.http.timeout.read) == (3, 5)
    assert list(mine.auth) == ["token", "key", "open"]
    assert list(mine.operations) == ["list-tickets", "create-ticket"]
    lists = mine.operations["list-tickets"]
    assert lists.request.query == {"limit": "{{ input.limit }}", "sort": "age"}
    assert (lists.title, lists.records) == ("Mine", "data.items")
    assert lists.input == {"limit": "integer = 5", "state": "open|solved"}


def test_lists_merge_by_key_or_name_and_other_lists_replace(load: Load) -> None:
    mine = load(
        """
categories: [mine]
inputs:
  - {key: extra}
  - {key: region, default: us}
auth: {token: {test: [{name: tickets, level: required}]}}
errors: [{match: {status: 418}, class: vendor}]
"""
    ).definition
    assert [one.key for one in mine.inputs] == ["base_url", "region", "realm", "extra"]
    region = mine.inputs[1]
    assert (region.default, [option.value for option in region.options]) == ("us", ["eu", "us"])
    tests = mine.auth["token"].test
    assert [(test.name, test.level) for test in tests] == [("me", "required"), ("tickets", "required")]
    assert tests[1].operation == "list-tickets"
    assert mine.categories == ("mine",)
    assert [rule.match.status for rule in mine.errors] == [(418,)]


def test_another_kind_and_another_way_to_write_a_schema_replace(load: Load) -> None:
    mine = load(
        """
auth: {key: {kind: bearer}}
operations:
  list-tickets: {input: {type: object, properties: {limit: {type: integer}, state: {type: string}}}}
"""
    ).definition
    assert mine.auth["key"].model_dump(exclude_defaults=True) == {"kind": "bearer"}
    assert set(mine.operations["list-tickets"].input) == {"type", "properties"}


def test_what_follows_from_the_rest_follows_anew(load: Load) -> None:
    changed = load("operations: {create-ticket: {request: {method: GET}}}").definition.operations[
        "create-ticket"
    ]
    assert (changed.read_only, changed.idempotent, changed.danger) == (True, True, "none")


def test_a_file_and_a_kept_revision_of_it_are_the_same_parent(load: Load, child: Path, desk: Path) -> None:
    text = "operations: {create-ticket: {request: {method: GET}}}\ninputs: [{key: realm, type: secret}]"
    from_file, kept = load(text), load_definition(desk).compiled
    from_kept = load_definition(child, lambda handle, _: {3: kept} if handle == "acme-desk" else {})
    assert (from_kept.hash, from_kept.compiled) == (from_file.hash, from_file.compiled)


def test_the_lineage_is_part_of_the_definition_and_of_its_hash(
    load: Load, desk: Path, tmp_path: Path
) -> None:
    first, base = load(), load_definition(desk)
    assert [(one.name, one.hash) for one in first.definition.lineage] == [("acme-desk@3", base.hash)]
    grandchild = tmp_path / "grand.yaml"
    grandchild.write_text(
        HEAD.replace("my-desk", "grand").replace("acme-desk@3", "my-desk@1"), encoding="utf-8"
    )
    grand = load_definition(grandchild, parents_in(tmp_path))
    assert [one.name for one in grand.definition.lineage] == ["my-desk@1", "acme-desk@3"]
    assert grand.definition.lineage[0].hash == first.hash
    desk.write_text(desk.read_text(encoding="utf-8").replace("List tickets", "All tickets"), encoding="utf-8")
    assert load().hash != first.hash


def test_a_newer_revision_may_extend_an_older_one(load: Load) -> None:
    newer = load("name: Newer", HEAD.replace("my-desk", "acme-desk").replace("revision: 1", "revision: 4"))
    assert [one.name for one in newer.definition.lineage] == ["acme-desk@3"]


def test_what_is_about_the_parent_alone_is_not_inherited(load: Load, desk: Path) -> None:
    with desk.open("a", encoding="utf-8") as file:
        file.write(
            "deprecation: {message: old}\ntests: [{name: a, operation: delete-ticket, given: {input: {id: a}}}]\n"
        )
    mine = load().definition
    assert (mine.changelog, mine.deprecation, mine.tests) == ((), None, ())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("acme-desk@4", "acme-desk has no revision 4; there is acme-desk@3"),
        ("acme-dsk@3", "there is no connector 'acme-dsk' in the catalog"),
        ("my-desk@1", "this goes in a circle: my-desk@1 extends my-desk@1"),
        ("acme-desk", 'found "acme-desk", expected the handle and the revision of a connector, as in `acme-desk@3`'),
        ("3", "found 3, expected text; put it in quotes"),
    ],
)  # fmt: skip
def test_a_parent_that_is_not_there_is_named_at_its_place(
    problems: Problems, name: str, message: str, desk: Path
) -> None:
    assert f"4:10: extends: {message}" in problems(HEAD.replace("acme-desk@3", name))


def test_a_circle_is_found_wherever_it_begins(problems: Problems, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        text = HEAD.replace("my-desk", name).replace("acme-desk@3", f"{other}@1")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (problem,) = problems(HEAD.replace("acme-desk@3", "b@1"))
    assert "this goes in a circle: b@1 extends c@1 extends a@1 extends b@1" in problem


def test_a_parent_that_is_wrong_is_told_with_its_place(problems: Problems, desk: Path) -> None:
    desk.write_text(desk.read_text(encoding="utf-8").replace("categories:", "categoris:"), encoding="utf-8")
    (problem,) = problems(HEAD)
    assert problem.startswith(
        f"4:10: extends: what it extends cannot be used: {desk}:7:1: categoris: unknown key"
    )


def test_a_mistake_of_the_child_is_named_where_it_stands(problems: Problems, desk: Path) -> None:
    text = """
inputs: [{key: extra, type: strng}]
operations:
  list-tickets: {request: {query: {limit: '{{ input.limt }}'}}}
  delete-ticket: {titel: x}
auth: {token: {test: [{name: tickets, operation: list-tickts}]}}
"""
    found = problems(HEAD + text)
    assert [one.split(": ")[0:2] for one in found] == [
        ["6:29", "inputs[0].type"],
        ["8:47", "operations.list-tickets.request.query.limit"],
        ["9:19", "operations.delete-ticket.titel"],
    ]
    assert problems(HEAD + "auth: {token: {test: [{name: tickets, operation: list-tickts}]}}")[0].startswith(
        "5:50: auth.token.test[0].operation: there is no operation 'list-tickts'"
    )


def test_what_the_child_breaks_in_the_parent_is_told_at_extends(problems: Problems, desk: Path) -> None:
    (problem,) = problems(HEAD + "operations: {list-tickets: null}")
    assert problem.startswith(
        "4:10: auth.token.test[1].operation: in what is inherited: there is no operation 'list-tickets'"
    )


def test_the_lineage_cannot_be_written(problems: Problems, desk: Path) -> None:
    (problem,) = problems(HEAD + "lineage: []")
    assert problem.startswith("5:1: lineage: this is noted by itself")


def test_the_library_and_the_files_beside_it_are_there_unless_other_parents_are_given(
    child: Path, desk: Path
) -> None:
    child.write_text(HEAD, encoding="utf-8")
    assert load_definition(child).definition.lineage[0].name == "acme-desk@3"
    child.write_text(HEAD.replace("acme-desk@3", "rabbitmq@1"), encoding="utf-8")
    assert load_definition(child).definition.lineage[0].name == "rabbitmq@1"
    with pytest.raises(DefinitionError, match="there is no connector 'rabbitmq'"):
        load_definition(child, lambda *_: {})


def test_an_editor_takes_a_child_for_what_it_is() -> None:
    validator = jsonschema_rs.validator_for(json_schema(), offline=True)
    child = {"schema": "connect/1", "revision": 1, "handle": "a", "extends": "b@1"}
    assert validator.is_valid({**child, "operations": {"x": {"request": {"query": {"a": None}}}, "y": None}})
    assert validator.is_valid({**child, "auth": {"token": {"title": "Mine"}}, "name": None})
    assert not validator.is_valid({**child, "operations": {"x": {"reqest": {}}}})
    assert not validator.is_valid({**child, "extends": "b"})
    assert not validator.is_valid({key: value for key, value in child.items() if key != "extends"})


def test_revisions_are_found_by_what_files_say(tmp_path: Path, desk: Path) -> None:
    four = tmp_path / "acme-desk@4"
    four.mkdir()
    (four / "connector.yaml").write_text(
        desk.read_text(encoding="utf-8").replace("revision: 3", "revision: 4", 1)
    )
    assert revisions_below(tmp_path, "acme-desk", 4) == {4: four}, "the name says it, no other file is read"
    assert revisions_below(tmp_path, "acme-desk", 3) == {3: desk, 4: four}
    four.rename(tmp_path / "other")
    assert revisions_below(tmp_path, "acme-desk", 4) == {3: desk, 4: tmp_path / "other"}
    assert revisions_below(tmp_path / "nowhere", "acme-desk", 3) == {}
