"""``connection …``: set up, test, change; the exit code of a test is that of its first failing stage."""

import socket

import pytest


def create(cli, *more, name="second"):
    return cli("connection", "create", "practice", "--name", name, *more)


@pytest.fixture
def base_url(desk_service) -> str:
    return desk_service.base_url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_is_tested_when_it_is_made_and_has_the_promised_shape(cli, desk, base_url):
    ran = create(cli, "--auth", "agent", "--set", f"base_url={base_url}", "--json")
    assert ran.code == 0, ran.err
    shape = ran.json
    assert shape.items() >= {
        "name": "second", "project": "default", "connector": "practice", "revision": 1, "auth": "agent",
        "state": "active", "variables": {"base_url": base_url},
    }.items()  # fmt: skip
    assert shape["id"].startswith("con_")
    assert shape["last_test"]["verdict"] == "passed"
    assert shape["last_test"]["operation"].startswith("op_")
    assert (
        cli("connection", "show", "second", "--json").json.items()
        >= {"state": "active", "last_test": shape["last_test"]}.items()
    )


def test_without_a_test_nothing_is_sent_and_it_is_active(cli, desk):
    ran = create(cli, "--auth", "agent", "--no-test", "--json")
    assert ran.code == 0
    assert (ran.json["state"], ran.json["last_test"]) == ("active", None)
    assert len(cli("operation", "list", "--json").json) == 1


def test_a_method_makes_an_authentication_of_the_same_name(cli, desk, base_url, desk_service, monkeypatch):
    monkeypatch.setenv("PW", desk_service.credentials.password)
    ran = create(cli, "--method", "basic", "--set", f"base_url={base_url}",
                 "--set", f"username={desk_service.credentials.username}", "--secret", "password=env:PW", "--json")  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.json["auth"] == "second"
    assert cli("auth", "show", "second", "--json").json["kind"] == "basic"


def test_one_that_fails_its_test_is_kept_and_the_code_says_why(cli, desk, base_url, canary, monkeypatch):
    monkeypatch.setenv("BAD", canary)
    cli("auth", "add", "practice", "--method", "token", "--name", "bad", "--secret", "token=env:BAD")
    ran = create(cli, "--auth", "bad", "--set", f"base_url={base_url}", "--json")
    assert ran.code == 3
    assert ran.json["state"] == "authorization_required"
    assert ran.json["error"]["class"] == "auth"
    assert ran.json["last_test"]["verdict"] == "failed"
    assert canary not in ran.out + ran.err
    assert cli("connection", "show", "second").code == 0


def test_a_connection_test_has_the_promised_shape(cli, desk):
    ran = cli("connection", "test", "desk", "--json")
    assert ran.code == 0
    report = ran.json
    assert report["operation"].startswith("op_")
    assert report["verdict"] == "passed"
    assert isinstance(report["took_ms"], int)
    stages = {stage["stage"]: stage for stage in report["stages"]}
    assert list(stages)[:6] == ["inputs", "dns", "tcp", "tls", "clock", "auth"]
    assert stages["tls"]["verdict"] == "skipped"
    assert stages["tls"]["evidence"]
    assert all(
        {"stage", "verdict", "took_ms", "evidence", "hint"} <= set(stage) for stage in report["stages"]
    )


def test_a_connection_test_for_people_names_every_stage(cli, desk):
    out = cli("connection", "test", "desk").out
    for word in ("STAGE", "dns", "tcp", "clock", "passed in"):
        assert word in out


def test_bad_credentials_fail_the_stage_auth_with_code_3(cli, desk, canary, monkeypatch):
    monkeypatch.setenv("BAD", canary)
    cli("auth", "add", "practice", "--method", "token", "--name", "bad", "--secret", "token=env:BAD")
    cli("connection", "edit", "desk", "--auth", "bad")
    ran = cli("connection", "test", "desk", "--json")
    assert ran.code == 3
    failed = next(stage for stage in ran.json["stages"] if stage["verdict"] == "failed")
    assert (failed["stage"], failed["class"]) == ("auth", "auth")
    assert ran.json["verdict"] == "failed"
    assert canary not in ran.out + ran.err


def test_nobody_there_fails_the_stage_tcp_with_code_5(cli, desk):
    cli("connection", "edit", "desk", "--set", f"base_url=http://127.0.0.1:{free_port()}")
    ran = cli("connection", "test", "desk", "--json")
    assert ran.code == 5
    failed = next(stage for stage in ran.json["stages"] if stage["verdict"] == "failed")
    assert (failed["stage"], failed["class"]) == ("tcp", "network")
    assert ran.json["error"]["class"] == "network"


def test_a_secret_that_is_gone_fails_with_code_7(cli, desk, monkeypatch):
    cli("auth", "add", "practice", "--method", "token", "--name", "gone", "--secret", "token=ref:env:NOT_SET")
    cli("connection", "edit", "desk", "--auth", "gone")
    ran = cli("connection", "test", "desk", "--json")
    assert ran.code == 7
    assert ran.json["error"]["class"] == "vault"


def test_the_list_and_one_of_it(cli, desk):
    assert [one["name"] for one in cli("connection", "list", "--json").json] == ["desk"]
    assert "desk" in cli("connection", "list").out
    shown = cli("connection", "show", "desk").out
    assert "practice@1" in shown
    assert "base_url" in shown


def test_names_are_found_whatever_their_case_and_the_nearest_is_named(cli, desk):
    assert cli("connection", "show", "DESK").code == 0
    ran = cli("connection", "show", "dsek")
    assert ran.code == 2
    assert "did you mean desk?" in ran.err


def test_an_edit_changes_only_what_it_names(cli, desk):
    before = cli("connection", "show", "desk", "--json").json
    ran = cli("connection", "edit", "desk", "--time-zone", "Europe/Berlin", "--name", "front", "--json")
    assert ran.code == 0
    assert (
        ran.json.items()
        >= {"name": "front", "time_zone": "Europe/Berlin", "variables": before["variables"]}.items()
    )


@pytest.mark.parametrize(
    "words",
    [["--time-zone", "Mars/Base"], ["--set", "base_url=nonsense"], ["--set", "base=1"], ["--auth", "nobody"]],
)
def test_a_wrong_edit_changes_nothing(cli, desk, words):
    before = cli("connection", "show", "desk", "--json").json
    assert cli("connection", "edit", "desk", *words).code == 2
    assert cli("connection", "show", "desk", "--json").json == before


def test_a_suspended_one_runs_nothing_until_it_is_resumed(cli, desk):
    assert cli("connection", "suspend", "desk", "--json").json["state"] == "inactive"
    ran = cli("run", "desk", "list-tickets", "--json")
    assert ran.code == 6
    assert ran.json["error"]["class"] == "policy"
    assert cli("connection", "resume", "desk", "--json").json["state"] == "active"
    assert cli("run", "desk", "list-tickets").code == 0


def test_a_locked_one_refuses_edits_but_not_traffic(cli, desk):
    assert cli("connection", "lock", "desk", "--reason", "month end", "--json").json["locked"] == "month end"
    ran = cli("connection", "edit", "desk", "--name", "other")
    assert ran.code == 6
    assert "month end" in ran.err
    assert cli("run", "desk", "list-tickets").code == 0
    assert cli("connection", "unlock", "desk", "--json").json["locked"] is None
    assert cli("connection", "edit", "desk", "--name", "other").code == 0


def test_a_deleted_one_is_gone_and_can_be_restored(cli, desk):
    assert cli("connection", "delete", "desk", "--json").json["deleted_at"]
    assert cli("connection", "list", "--json").json == []
    assert cli("run", "desk", "list-tickets").code == 2
    assert cli("connection", "restore", "desk", "--json").json["deleted_at"] is None
    assert cli("run", "desk", "list-tickets").code == 0


def test_a_draft_that_passes_its_test_becomes_active(cli, desk):
    import sqlite3

    with sqlite3.connect(desk / "connect.db") as database:
        database.execute("UPDATE connection SET state = 'draft'")
    database.close()
    assert cli("run", "desk", "list-tickets").code == 6
    assert cli("connection", "test", "desk").code == 0
    assert cli("connection", "show", "desk", "--json").json["state"] == "active"


def test_a_name_that_is_taken_is_refused(cli, desk):
    ran = create(cli, "--auth", "agent", "--no-test", "--json", name="Desk")
    assert ran.code == 2
    assert ran.json["error"]["class"] == "conflict"
