"""``connector test``: the tests of connector files, as a command."""

from pathlib import Path

import pytest

FILE = """schema: connect/1
revision: 1
handle: acme-desk
name: Acme desk
http: {base_url: 'http://127.0.0.1:9'}
operations:
  ping: {request: {path: /ping}, records: '@'}
"""
TESTS = """tests:
  - name: pings
    operation: ping
    given: {responses: [{body: [{pong: true}]}]}
    expect: {count: 1, records: [{pong: true}]}
  - name: is refused
    operation: ping
    given: {responses: [{status: 403}]}
    expect: {error: {class: permission}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(FILE + TESTS)
    return path


def test_every_test_has_its_line_and_all_that_pass_end_with_0(cli, file):
    ran = cli("connector", "test", str(file))
    assert ran.out.splitlines() == ["passed  acme-desk: pings", "passed  acme-desk: is refused"]
    assert (ran.code, ran.err) == (0, "2 tests, none failed\n")


def test_differences_stand_below_their_test_and_end_with_1(cli, file):
    file.write_text(file.read_text().replace("count: 1", "count: 2"))
    ran = cli("connector", "test", str(file))
    assert ran.code == 1
    assert ran.out.splitlines()[:2] == [
        "failed  acme-desk: pings",
        "        expect.count: expected 2, found 1",
    ]
    assert ran.err == "2 tests, 1 failed\n"


def test_the_json_has_the_promised_shape(cli, file):
    file.write_text(file.read_text().replace("count: 1", "count: 2"))
    ran = cli("connector", "test", str(file), "--json")
    assert ran.code == 1
    assert [(one["connector"], one["test"], one["state"]) for one in ran.json] == [
        ("acme-desk", "pings", "failed"),
        ("acme-desk", "is refused", "passed"),
    ]
    difference = {"path": "expect.count", "expected": 2, "found": 1, "message": "expected 2, found 1"}
    assert [one["differences"] for one in ran.json] == [[difference], []]


def test_a_connector_without_tests_says_so(cli, file):
    file.write_text(FILE)
    ran = cli("connector", "test", str(file), "--json")
    assert (ran.code, ran.json, ran.err) == (0, [], "acme-desk@1 has no tests\n")


def test_a_file_needs_no_home(cli, file, tmp_path):
    (tmp_path / "home").write_text("no folder")
    assert cli("connector", "test", str(file)).code == 0


def test_a_handle_is_looked_up_in_the_catalog(cli, file, tmp_path, monkeypatch):
    cli("connector", "add", str(file))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "acme-desk").mkdir()
    ran = cli("connector", "test", "acme-desk@1", str(file), "--json")
    assert ran.code == 0
    assert [one["test"] for one in ran.json] == ["pings", "is refused"] * 2
    unknown = cli("connector", "test", "acme-dsk")
    assert unknown.code == 2
    assert "acme-desk" in unknown.err


def test_a_file_that_is_wrong_or_not_there_is_wrong_use(cli, file, tmp_path):
    file.write_text(file.read_text().replace("operation: ping", "operation: pong", 1))
    ran = cli("connector", "test", str(file))
    assert ran.code == 2
    assert f"{file}:10:16: tests[0].operation: there is no operation 'pong'" in ran.err
    assert cli("connector", "test", str(tmp_path / "none.yaml")).code == 2
