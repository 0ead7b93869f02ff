"""``app …``: clients that are registered at providers; their secrets are never shown and go nowhere else."""

import pytest


def add(cli, *more, name="ours", stdin=""):
    given = ("--name", name, "--client-id", "id-1", "--secret", "client_secret=-", *more)
    return cli("app", "add", "practice", *given, stdin=stdin or "canary-app-secret\n")


def test_it_is_kept_with_the_promised_shape(cli):
    ran = add(cli, "--set", "tenant=acme", "--json")
    assert ran.code == 0, ran.err
    assert ran.json.items() >= {
        "name": "ours", "provider": "practice", "client_id": "id-1", "values": {"tenant": "acme"},
        "secrets": {"client_secret": "vault"}, "used_by": [],
    }.items()  # fmt: skip
    assert cli("app", "list", "--json").json == [ran.json]
    assert cli("app", "show", "OURS", "--json").json == ran.json
    assert "canary" not in ran.out + ran.err + cli("app", "show", "ours").out + cli("app", "list").out


def test_before_anything_is_kept_there_is_none(cli):
    assert cli("app", "list", "--json").json == []
    assert "app add" in cli("app", "list").err
    assert cli("app", "show", "ours").code == 2


def test_an_authentication_names_its_app_and_keeps_it(cli, canary, monkeypatch):
    monkeypatch.setenv("A_TOKEN", canary)
    add(cli)
    words = (
        "auth",
        "add",
        "practice",
        "--method",
        "token",
        "--name",
        "agent",
        "--secret",
        "token=env:A_TOKEN",
    )
    made = cli(*words, "--app", "Ours", "--json")
    assert (made.code, made.json["app"]) == (0, "ours")
    assert cli("auth", "list", "--json").json[0]["app"] == "ours"
    assert "ours" in cli("auth", "show", "agent").out
    assert cli("app", "show", "ours", "--json").json["used_by"] == ["agent"]
    refused = cli("app", "delete", "ours", "--yes", "--json")
    assert (refused.code, refused.json["error"]["class"]) == (6, "policy")
    cli("auth", "delete", "agent", "--yes")
    gone = cli("app", "delete", "ours", "--yes", "--json")
    assert (gone.code, gone.json["deleted"]) == (0, True)
    assert cli("vault", "status", "--json").json["secrets"] == 0


def test_another_app_can_be_given_later(cli, canary, monkeypatch):
    monkeypatch.setenv("A_TOKEN", canary)
    add(cli)
    add(cli, name="newer")
    cli("auth", "add", "practice", "--method", "token", "--name", "agent", "--secret", "token=env:A_TOKEN",
        "--app", "ours")  # fmt: skip
    changed = cli("auth", "edit", "agent", "--app", "newer", "--json")
    assert (changed.code, changed.json["app"]) == (0, "newer")
    assert cli("app", "delete", "ours", "--yes").code == 0


def test_a_secret_is_replaced_and_the_old_one_forgotten(cli):
    add(cli)
    words = ("app", "edit", "ours", "--client-id", "id-2", "--secret", "client_secret=-", "--json")
    ran = cli(*words, stdin="canary-newer\n")
    assert (ran.code, ran.json["client_id"]) == (0, "id-2")
    assert cli("vault", "status", "--json").json["secrets"] == 1
    assert cli("app", "edit", "ours").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--client-id", "id-1", "--secret", "client_secret=canary-typed"),
        ("--client-id", "id-1", "--set", "client_secret=canary-typed"),
        ("--client-id", "id-1", "canary-typed"),
        ("--client-id", ""),
        (),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_repeated(cli, words):
    ran = cli("app", "add", "practice", "--name", "ours", *words)
    assert ran.code == 2
    assert "canary" not in ran.out + ran.err
    assert cli("app", "list", "--json").json == []


def test_an_app_is_not_handed_to_another_provider(cli, canary, monkeypatch):
    monkeypatch.setenv("A_TOKEN", canary)
    add(cli)
    ran = cli("auth", "add", "gitlab", "--name", "git", "--app", "ours", "--secret", "token=env:A_TOKEN",
              "--method", next(iter(methods(cli, "gitlab"))), "--json")  # fmt: skip
    assert (ran.code, ran.json["state"]) == (2, "refused")
    assert "ours is for practice, not for gitlab" in ran.json["error"]["message"]


def methods(cli, handle):
    return [one["method"] for one in cli("connector", "show", handle, "--json").json["auth"]]


def test_another_project_has_apps_of_its_own(cli):
    add(cli)
    cli("project", "create", "second")
    assert cli("app", "list", "--project", "second", "--json").json == []
    assert cli("app", "show", "ours", "--project", "second").code == 2
    assert cli("auth", "add", "practice", "--method", "token", "--name", "a", "--app", "ours",
               "--project", "second", "--secret", "token=-", stdin="x").code == 2  # fmt: skip
