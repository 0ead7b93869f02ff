"""Wrong use is exit 2, with the nearest right one, and as JSON where that was asked for."""

import pytest

WRONG = {
    "conection list": "connection",
    "auth ad": "add",
    "connector import x": "there is no verb of connector called import",
    "connection": "needs a verb",
    "auth add practice": "--name",
    "auth add practice --name x --methd token": "--method",
    "connection create practice": "--name",
    "run desk": "OPERATION",
    "operation list --limit none": "limit",
    "operation list --limit 0": "limit",
    "operation list --filter stat:failed": "state:",
    "connector list --sort nam": "name",
    "connector list --include auths": "auth",
    "connector list --filter hndle:x": "handle:",
    "connector show practise": "practice",
    "connection show dsek": "no connection",
    "auth show x": "no authentication",
    "operation show op_1": "no operation",
    "project show prod": "no project",
    "--nonsense": "--nonsense",
    "run desk x --set novalue": "KEY=VALUE",
    "run desk x --set a:=[1": "not JSON",
    "run desk x --set a=1 --set a.b=2": "fields below",
    "run desk x --format xml": "xml",
    "run desk x --json --format csv": "standard output",
    "run desk x --input missing.json": "cannot be read",
    "request desk GET / --query q": "KEY=VALUE",
    "request desk PUT / --body missing.bin": "cannot be read",
    "connector add missing.yaml": "missing.yaml",
    "vault add-key --way magic": "magic",
    "connection edit desk": "nothing to change",
    "connection create practice --name d --auth a --method token": "one of them",
}


@pytest.mark.parametrize("line", WRONG)
def test_it_is_told_and_named(cli, line: str):
    ran = cli(*line.split())
    assert ran.code == 2, ran.err
    assert ran.out == "" or "--json" in line
    assert WRONG[line] in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("line", WRONG)
def test_with_json_it_is_refused_in_one_document(cli, line: str):
    ran = cli(*line.split(), *(() if "--json" in line else ("--json",)))
    assert ran.code == 2
    assert (ran.json["operation"], ran.json["state"]) == (None, "refused")
    assert ran.json["error"]["class"] == "input"
    assert ran.json["error"]["message"]
    assert ran.json["error"]["retryable"] is False


def test_an_unknown_project_is_wrong_use(cli):
    for words in (["connection", "list"], ["auth", "list"], ["operation", "list"], ["connector", "list"]):
        ran = cli(*words, "--project", "prod", "--json")
        assert ran.code == 2, words
        assert ran.json["state"] == "refused"
