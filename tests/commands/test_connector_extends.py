"""A connector that extends another, through the commands of the catalog."""

from pathlib import Path

import pytest

BASE = """schema: connect/1
revision: 3
handle: acme-base
name: Acme
http: {base_url: 'http://127.0.0.1:9'}
operations:
  ping: {request: {path: /ping}, records: '@'}
"""
CHILD = """schema: connect/1
revision: 1
handle: acme-desk
extends: acme-base@3
summary: Mine.
modules:
  files: {base_url: 'http://127.0.0.1:8', operations: {get-file: {request: {path: /f}}}}
tests:
  - {name: pings, operation: ping, given: {responses: [{body: [1]}]}, expect: {count: 1}}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "base.yaml"
    path.parent.mkdir()
    path.write_text(BASE)
    return path


@pytest.fixture
def child(tmp_path: Path) -> Path:
    path = tmp_path / "child.yaml"
    path.write_text(CHILD)
    return path


def test_the_parent_is_found_in_the_catalog(cli, base, child):
    missing = cli("connector", "validate", str(child))
    assert missing.code == 2
    assert f"{child}:4:10: extends: there is no connector 'acme-base' in the catalog" in missing.out
    assert cli("connector", "add", str(child)).code == 2
    cli("connector", "add", str(base))
    assert cli("connector", "validate", str(child)).code == 0
    assert cli("connector", "test", str(child)).code == 0
    added = cli("connector", "add", str(child))
    assert added.code == 0, added.err
    assert cli("connector", "test", "acme-desk").code == 0
    assert "acme-desk" in [one["handle"] for one in cli("connector", "list", "--json").json]


def test_show_tells_the_lineage_and_the_modules(cli, base, child):
    cli("connector", "add", str(base))
    cli("connector", "add", str(child))
    shape = cli("connector", "show", "acme-desk", "--json").json
    parent = cli("connector", "show", "acme-base", "--json").json
    assert shape["lineage"] == [{"handle": "acme-base", "revision": 3, "hash": parent["hash"]}]
    assert (parent["lineage"], parent["modules"]) == ([], [])
    assert [(one["name"], one["base_url"]) for one in shape["modules"]] == [("files", "http://127.0.0.1:8")]
    assert [(one["name"], one["module"]) for one in shape["operations"]] == [
        ("ping", None),
        ("get-file", "files"),
    ]
    out = cli("connector", "show", "acme-desk").out
    assert f"Extends: acme-base@3 ({parent['hash'][:19]}…)" in out
    assert "Module files: files (http://127.0.0.1:8)" in out


def test_a_parent_is_kept_for_its_children_when_its_file_goes(cli, base, child, tmp_path):
    cli("connector", "add", str(base))
    cli("connector", "add", str(child))
    before = cli("connector", "show", "acme-desk", "--json").json["hash"]
    for path in (tmp_path / "home").rglob("acme-base@3.yaml"):
        path.unlink()
    assert cli("connector", "show", "acme-desk", "--json").json["hash"] == before


def test_a_parent_that_changes_changes_its_children(cli, base, child, tmp_path):
    cli("connector", "add", str(base))
    cli("connector", "add", str(child))
    before = cli("connector", "show", "acme-desk", "--json").json
    (path,) = (tmp_path / "home").rglob("acme-base@3.yaml")
    path.write_text(BASE.replace("/ping", "/pong"))
    after = cli("connector", "show", "acme-desk", "--json").json
    assert after["hash"] != before["hash"]
    assert after["lineage"][0]["hash"] != before["lineage"][0]["hash"]


def listed(cli, handle: str) -> dict:
    return next((one for one in cli("connector", "list", "--json").json if one["handle"] == handle), {})


def test_the_list_follows_what_happens_to_a_parent(cli, base, child, tmp_path):
    cli("connector", "add", str(base))
    cli("connector", "add", str(child))
    assert listed(cli, "acme-desk")["operations"] == 2
    (path,) = (tmp_path / "home").rglob("acme-base@3.yaml")
    path.write_text(BASE + "  pong: {request: {path: /pong}}\n")
    assert listed(cli, "acme-desk")["operations"] == 3
    path.unlink()
    assert listed(cli, "acme-desk")["operations"] == 2, "as it was when the child was added"


def test_a_child_without_its_parent_is_named_and_comes_back_with_it(cli, base, child, tmp_path):
    cli("connector", "add", str(base))
    (found,) = (tmp_path / "home").rglob("acme-base@3.yaml")
    folder, moved = found.parent, tmp_path / "moved.yaml"
    found.rename(moved)
    (folder / "child.yaml").write_text(CHILD)
    missing = cli("connector", "list")
    assert "there is no connector 'acme-base'" in missing.err
    moved.rename(found)
    assert listed(cli, "acme-desk")["operations"] == 2


def test_a_child_of_the_library_works_as_a_connection(cli, tmp_path, desk_service, monkeypatch):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "schema: connect/1\nrevision: 1\nhandle: my-desk\nextends: practice@1\nname: Mine\n"
        "operations:\n  list-tickets: {input: {status: open|solved = solved}, result: 'only {{ input.status }}'}\n"
    )
    assert cli("connector", "add", str(path)).code == 0
    monkeypatch.setenv("A_TOKEN", desk_service.credentials.token)
    made = cli(
        "connection", "create", "my-desk", "--name", "mine", "--method", "token",
        "--secret", "token=env:A_TOKEN", "--set", f"base_url={desk_service.base_url}", "--json",
    )  # fmt: skip
    assert (made.code, made.json["connector"], made.json["last_test"]["verdict"]) == (0, "my-desk", "passed")
    ran = cli("run", "mine", "list-tickets", "--json").json
    assert (ran["state"], ran["result"]) == ("success", "only solved")
    assert {one["status"] for one in ran["records"]} == {"solved"}
