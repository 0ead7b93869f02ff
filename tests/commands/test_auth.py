"""``auth …``: credentials go to the vault; what is shown of them never holds a secret."""

import pytest

from storage import open_store


def add(cli, *more, name="agent", stdin=""):
    return cli("auth", "add", "practice", "--method", "token", "--name", name, *more, stdin=stdin)


def test_it_is_kept_with_the_promised_shape(cli, canary, monkeypatch):
    monkeypatch.setenv("A_TOKEN", canary)
    ran = add(cli, "--secret", "token=env:A_TOKEN", "--json")
    assert ran.code == 0, ran.err
    assert ran.json.items() >= {
        "name": "agent", "connector": "practice", "method": "token", "kind": "bearer", "state": "ready",
        "expires_at": None, "used_by": [],
    }.items()  # fmt: skip
    assert ran.json["secrets"] == {"token": "vault"}


@pytest.mark.parametrize("way", ["@file", "env", "cmd", "-"])
def test_a_secret_comes_from_each_source(cli, canary, monkeypatch, tmp_path, way):
    file = tmp_path / "secret"
    file.write_text(canary + "\n")
    monkeypatch.setenv("A_TOKEN", canary)
    sources = {
        "@file": f"@{file}",
        "env": "env:A_TOKEN",
        "cmd": f"cmd:cat {file}",
        "-": "-",
    }
    ran = add(cli, "--secret", f"token={sources[way]}", stdin=canary + "\n")
    assert ran.code == 0, ran.err
    assert cli("vault", "status", "--json").json["secrets"] == 1


@pytest.mark.parametrize("reference", ["ref:env:A_TOKEN", "ref:file:/run/a-token", "ref:cmd:pass show desk"])
def test_a_reference_is_kept_as_it_is_and_needs_no_vault(cli, reference):
    ran = add(cli, "--secret", f"token={reference}", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["secrets"] == {"token": reference}
    assert cli("vault", "status", "--json").json["exists"] is False


@pytest.mark.parametrize("given", ["token={}", "{}", "token={}=", "={}"])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(cli, canary, given):
    for more in ((), ("--json",)):
        ran = add(cli, "--secret", given.format(canary), *more)
        assert ran.code == 2
        assert canary not in ran.out + ran.err
        assert "@FILE" in ran.err
    assert cli("auth", "list", "--json").json == []


def test_a_secret_given_as_a_plain_value_is_refused_and_not_repeated(cli, canary):
    ran = add(cli, "--set", f"token={canary}", "--json")
    assert ran.code == 2
    assert canary not in ran.out + ran.err


def test_a_secret_that_missed_its_option_is_not_repeated(cli, canary):
    ran = add(cli, canary, "--json")
    assert ran.code == 2
    assert canary not in ran.out + ran.err


@pytest.mark.parametrize("source", ["env:NOT_SET", "@/not/there", "cmd:false"])
def test_a_source_with_nothing_there_says_so(cli, source):
    ran = add(cli, "--secret", f"token={source}", "--json")
    assert ran.code == 2
    assert ran.json["state"] == "refused"
    assert ran.json["error"]["message"]


def test_two_secrets_cannot_share_standard_input(cli):
    ran = cli("auth", "add", "practice", "--method", "basic", "--name", "a",
              "--secret", "username=-", "--secret", "password=-", stdin="x")  # fmt: skip
    assert ran.code == 2
    assert "standard input" in ran.err


def test_a_method_must_be_chosen_where_there_are_several(cli):
    ran = cli("auth", "add", "practice", "--name", "a")
    assert ran.code == 2
    assert "--method token or basic or key" in ran.err


def test_a_missing_field_is_named(cli):
    ran = cli("auth", "add", "practice", "--method", "basic", "--name", "a", "--set", "username=u", "--json")
    assert ran.code == 2
    assert "password" in ran.json["error"]["message"]


def test_a_name_can_be_taken_only_once(cli):
    assert add(cli, "--secret", "token=ref:env:T").code == 0
    ran = add(cli, "--secret", "token=ref:env:T", name="AGENT")
    assert ran.code == 2
    assert "exists" in ran.err


def test_the_list_says_who_uses_it(cli, desk):
    rows = cli("auth", "list", "--json").json
    assert [(one["name"], one["used_by"]) for one in rows] == [("agent", ["desk"])]
    assert "desk" in cli("auth", "list").out


def test_one_is_shown_without_its_secret(cli, desk, desk_service):
    shown = cli("auth", "show", "agent")
    assert shown.code == 0
    assert "secret, in vault" in shown.out
    assert desk_service.credentials.token not in shown.out
    assert cli("auth", "show", "agent", "--json").json["used_by"] == ["desk"]


def test_one_that_is_used_is_not_deleted(cli, desk):
    ran = cli("auth", "delete", "agent", "--json")
    assert ran.code == 6
    assert ran.json["error"]["class"] == "policy"
    assert "desk" in ran.json["error"]["message"]


def test_one_that_nothing_uses_is_deleted_with_its_secret(cli, canary, tmp_path):
    file = tmp_path / "secret"
    file.write_text(canary)
    add(cli, "--secret", f"token=@{file}")
    assert cli("auth", "delete", "agent").code == 0
    assert cli("auth", "list", "--json").json == []
    assert cli("vault", "status", "--json").json["secrets"] == 0


def test_a_rotated_secret_replaces_the_one_before_for_every_connection_that_uses_it(
    cli, desk, desk_service, monkeypatch
):
    monkeypatch.setenv("A_TOKEN", "wrong-by-now")
    assert cli("auth", "edit", "agent", "--secret", "token=env:A_TOKEN").code == 0
    assert cli("connection", "test", "desk", "--json").json["verdict"] == "failed"
    monkeypatch.setenv("A_TOKEN", desk_service.credentials.token)
    ran = cli("auth", "edit", "agent", "--secret", "token=env:A_TOKEN", "--json")
    assert (ran.code, ran.json["used_by"]) == (0, ["desk"])
    assert cli("connection", "test", "desk", "--json").json["verdict"] == "passed"
    assert cli("vault", "status", "--json").json["secrets"] == 1


@pytest.mark.parametrize("given", [(), ("--set", "nothing=1"), ("--secret", "nothing=@/dev/null")])
def test_an_edit_that_changes_nothing_known_is_refused(cli, desk, given):
    assert cli("auth", "edit", "agent", *given).code == 2


def test_what_is_known_of_tokens_is_shown_and_the_tokens_are_not(cli, canary, monkeypatch, tmp_path):
    monkeypatch.setenv("A_TOKEN", canary)
    made = add(cli, "--secret", "token=env:A_TOKEN", "--json").json
    facts = {
        "tokens": f"vault:{made['id']}/tokens",
        "scopes": ["tickets", "people"],
        "captured": {"team": "acme", "limits": {"calls": 3}},
        "expires_us": 4_102_444_800_000_000,
        "refreshed_us": 1_795_305_600_000_000,
        "refresh_failed_us": 1_795_305_700_000_000,
        "refresh_failures": 2,
        "refresh_error": "503 service unavailable",
        "rotation_us": 1_795_305_700_000_000,
    }
    with open_store(tmp_path / "home" / "connect.db") as store:
        store.authentications.note(made["id"], **facts)
    row = cli("auth", "show", "agent", "--json").json
    assert cli("auth", "list", "--json").json == [{**row, "standing": "in_doubt"}]
    assert "in doubt" in cli("auth", "list").out
    assert row.items() >= {
        "state": "ready", "app": None, "scopes": ["tickets", "people"], "captured": facts["captured"],
        "expires_at": "2100-01-01T00:00:00.000000Z", "refreshed_at": "2026-11-22T00:00:00.000000Z",
        "refresh_error": "503 service unavailable", "refresh_failures": 2,
    }.items()  # fmt: skip
    assert "tokens" not in row
    shown = cli("auth", "show", "agent").out
    assert "a refresh was cut off at 2026-11-22T00:01:40.000000Z; the provider may have used up" in shown
    assert "2 times: 503 service unavailable" in shown
    assert '"calls":3' in shown.replace(" ", "")
    assert "in 7" in cli("auth", "list").out
