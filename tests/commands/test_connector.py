"""``connector …``: what the catalog holds, in the shapes of the contract."""

import json
from pathlib import Path

import pytest

MINIMAL = """schema: connect/1
revision: 1
handle: acme-desk
name: Acme desk
summary: A desk of a test.
categories: [crm]
http: {base_url: 'http://127.0.0.1:9'}
operations:
  ping: {request: {path: /ping}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(MINIMAL)
    return path


def test_the_list_has_the_promised_shape(cli):
    ran = cli("connector", "list", "--json")
    practice = next(one for one in ran.json if one["handle"] == "practice")
    promised = {"handle", "name", "revision", "type", "categories", "summary", "status", "source", "auth",
                "operations", "entities", "events"}  # fmt: skip
    assert promised <= set(practice)
    assert (ran.code, ran.err) == (0, "")
    assert practice["source"] == "library"
    assert set(practice["auth"]) == {"bearer", "basic", "api_key"}
    assert practice["operations"] > 5


def test_the_list_for_people_is_a_table(cli):
    lines = cli("connector", "list").out.splitlines()
    assert lines[0].startswith("HANDLE")
    assert any(line.startswith("practice ") for line in lines)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("category:support", True),
        ("practice", True),
        ("-practice", False),
        ("auth:bearer type:api", True),
        ("nowhere", False),
    ],
)
def test_the_filter_chooses(cli, words, found):
    handles = [one["handle"] for one in cli("connector", "list", "--json", "--filter", words).json]
    assert ("practice" in handles) is found


def test_it_is_sorted_both_ways_and_comes_in_pages(cli, file):
    cli("connector", "add", str(file))
    up = [one["handle"] for one in cli("connector", "list", "--json", "--sort", "name").json]
    down = [one["handle"] for one in cli("connector", "list", "--json", "--sort", "-name").json]
    assert up == down[::-1]
    assert len(up) > 1
    newest = cli("connector", "list", "--json", "--sort", "-updated").json
    assert newest[0]["handle"] == "acme-desk"
    second = cli("connector", "list", "--json", "--sort", "name", "--page", "2", "--per-page", "1").json
    assert [one["handle"] for one in second] == up[1:2]


def test_the_list_includes_more_where_asked(cli):
    practice = cli(
        "connector", "list", "--json", "--filter", "handle:practice", "--include", "auth,operations"
    ).json[0]
    assert {one["method"] for one in practice["included"]["auth"]} == {"token", "basic", "key"}
    assert practice["operations"] == len(practice["included"]["operations"])


def test_one_connector_has_the_promised_shape(cli):
    shape = cli("connector", "show", "practice", "--json").json
    assert shape["hash"].startswith("sha256:")
    assert set(shape["author"]) >= {"person", "company"}
    assert (
        shape["inputs"][0].items()
        >= {"key": "base_url", "type": "url", "required": True, "secret": False}.items()
    )
    token = next(one for one in shape["auth"] if one["method"] == "token")
    assert token["kind"] == "bearer"
    assert token["inputs"][0].items() >= {"key": "token", "secret": True}.items()
    lists = next(one for one in shape["operations"] if one["name"] == "list-tickets")
    assert lists["read_only"] is True
    assert (lists["danger"], lists["irreversible"]) == ("none", False)
    assert lists["input"]["type"] == "object"
    assert (shape["entities"], shape["events"]) == ([], [])


def test_what_is_for_good_or_can_be_undone_is_said_where_its_danger_does_not(cli):
    assert "write, for good" in cli("connector", "show", "stripe").out
    assert "delete, can be undone" in cli("connector", "show", "zendesk").out


def test_one_connector_for_people_names_inputs_methods_and_operations(cli):
    out = cli("connector", "show", "practice@1").out
    for word in ("base_url", "Sign in with token (bearer)", "list-tickets", "create-ticket"):
        assert word in out


def test_a_revision_that_is_not_there_is_wrong_use(cli):
    ran = cli("connector", "show", "practice@99", "--json")
    assert ran.code == 2
    assert "99" in ran.json["error"]["message"]


def test_a_good_file_is_valid(cli, file):
    ran = cli("connector", "validate", str(file), "--json")
    assert (ran.code, ran.json) == (0, {"valid": True, "problems": []})


def test_every_mistake_is_named_with_its_place(cli, file):
    file.write_text(
        MINIMAL.replace("name: Acme desk", "nmae: Acme desk").replace("revision: 1", "revision: none")
    )
    ran = cli("connector", "validate", str(file))
    assert ran.code == 2
    lines = ran.out.splitlines()
    assert len(lines) >= 2
    assert any(line.startswith(f"{file}:2:") for line in lines)
    assert any("name" in line for line in lines)
    found = cli("connector", "validate", str(file), "--json").json
    assert found["valid"] is False
    assert {"file", "line", "column", "path", "message"} <= set(found["problems"][0])


def test_a_file_that_is_not_there_is_not_valid(cli, tmp_path):
    ran = cli("connector", "validate", str(tmp_path / "none.yaml"))
    assert ran.code == 2
    assert "none.yaml" in ran.out


@pytest.mark.parametrize("words", [["validate", "acme.yaml"], ["schema"]], ids=" ".join)
def test_a_file_is_checked_without_a_home(cli, file, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    assert cli("connector", *words, "--json").code == 0
    assert not (tmp_path / "home").exists()
    (tmp_path / "home").write_text("no folder")
    assert cli("connector", *words, "--json").code == 0


def test_an_added_file_is_in_the_catalog(cli, file):
    ran = cli("connector", "add", str(file), "--json")
    assert ran.code == 0
    assert ran.json["source"] == "user"
    assert cli("connector", "show", "acme-desk", "--json").json["name"] == "Acme desk"


def test_a_wrong_file_is_not_added(cli, file):
    file.write_text(MINIMAL + "surprise: 1\n")
    ran = cli("connector", "add", str(file), "--json")
    assert ran.code == 2
    assert ran.json["error"]["class"] == "config"
    assert "surprise" in ran.json["error"]["message"]


def test_the_same_revision_with_other_content_is_refused(cli, file):
    cli("connector", "add", str(file))
    file.write_text(MINIMAL.replace("Acme desk", "Another desk"))
    ran = cli("connector", "add", str(file))
    assert ran.code == 2
    assert "revision" in ran.err


def test_the_schema_is_a_json_schema(cli):
    ran = cli("connector", "schema")
    assert ran.code == 0
    assert "properties" in json.dumps(ran.json)


def test_what_a_connector_can_do_chooses(cli, file):
    cli("connector", "add", str(file))
    found = cli("connector", "list", "--json", "--filter", "can:read -can:write source:user").json
    assert [(one["handle"], one["can"]) for one in found] == [("acme-desk", ["read"])]
    ran = cli("connector", "list", "--filter", "can:wrte")
    assert ran.code == 2
    assert "can:write" in ran.err


def test_a_broken_file_is_listed_with_its_place_and_hides_nothing(cli, tmp_path):
    bad = tmp_path / "home" / "connectors" / "bad.yaml"
    cli("connector", "list")
    bad.write_text("schema: connect/1\nrevision: none\nhandle: mine\n")
    ran = cli("connector", "list", "--json")
    handles = {one["handle"]: one for one in ran.json}
    assert ran.code == 0
    assert "practice" in handles
    assert (handles["mine"]["status"], handles["mine"]["revision"]) == ("broken", None)
    assert {"line": 2, "column": 11, "path": "revision", "file": str(bad)}.items() <= handles["mine"][
        "problems"
    ][-1].items()
    people = cli("connector", "list", "--filter", "is:broken")
    assert f"broken: {bad}:2:11: revision: " in people.err
    assert people.out.splitlines()[1].startswith("mine ")
    shown = cli("connector", "show", "mine", "--json")
    assert shown.code == 2
    assert "bad.yaml:2:11" in shown.json["error"]["message"]


def test_no_part_of_a_files_name_passes_for_a_line_of_its_own(cli, tmp_path):
    cli("connector", "list")
    bad = tmp_path / "home" / "connectors" / "a\nerror: all is lost.yaml"
    bad.write_text("schema: connect/1\nhandle: bad\n")
    for ran in (
        cli("connector", "list", "--filter", "source:user"),
        cli("connector", "validate", str(bad)),
        cli("connector", "show", "bad"),
        cli("connector", "add", str(bad.with_name("b\nerror: all is lost"))),
        cli("doctor"),
    ):
        assert "all is lost" in ran.out + ran.err
        assert not [line for line in (ran.out + ran.err).splitlines() if line.startswith("error:")]


def test_two_files_of_one_revision_are_named_wherever_one_looks(cli, tmp_path):
    folder = tmp_path / "home" / "connectors"
    cli("connector", "list")
    counts, other = folder / "acme-desk.yaml", folder / "zebra.yaml"
    for path in (counts, other):
        path.write_text(MINIMAL.replace("A desk of a test", f"It stands in {path.name}"))
    said = "acme-desk.yaml is acme-desk@1 too, and it is the one that counts"
    listed = cli("connector", "list", "--filter", "source:user")
    assert f"broken: {other}:1:1: revision: {said}" in listed.err
    assert "It stands in acme-desk.yaml" in listed.out
    assert cli("connector", "show", "acme-desk", "--json").json["summary"] == "It stands in acme-desk.yaml."
    doctor = cli("doctor")
    assert (doctor.code, said in doctor.err) == (2, True)
    for path, beside in ((counts, other), (other, counts)):
        checked = cli("connector", "validate", str(path))
        assert checked.code == 2
        assert (
            f"{path}:2:11: revision: {beside.name} is acme-desk@1 too, and acme-desk.yaml is the one"
            in checked.out
        )
    other.unlink()
    assert cli("connector", "validate", str(counts)).code == cli("doctor").code == 0


def test_what_hangs_on_a_connector_is_included_with_counts(cli, desk):
    found = cli(
        "connector", "list", "--json", "--filter", "handle:practice", "--include", "connections,authentications,auth"
    ).json[0]  # fmt: skip
    assert found["counts"] == {"connections": 1, "authentications": 1, "auth": 3}
    assert found["included"]["connections"][0]["name"] == "desk"
    shape = cli("connector", "show", "practice", "--json").json
    assert [one["name"] for one in shape["authentications"]] == ["agent"]
