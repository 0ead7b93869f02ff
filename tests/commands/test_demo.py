"""``demo``: the whole main job, each step with the command that a person would type."""

import json


def test_it_shows_every_step_with_its_command_and_result(child, tmp_path):
    ran = child("demo", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    for words in (
        "connector list",
        "auth add practice --method token",
        "connection create practice --name desk",
        "connection test desk",
        "run desk list-tickets",
        "run desk create-ticket",
        "operation list",
    ):
        assert f"$ connect-tui {words}" in ran.stdout
    assert "created ticket" in ran.stdout
    assert "connect-tui practice" in ran.stdout.rpartition("Next:")[2]


def test_it_leaves_nothing_behind(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ran = cli("demo", "--json")
    assert ran.code == 0
    assert [step["exit_code"] for step in ran.json["steps"]] == [0] * 7
    assert ran.json["steps"][-1]["output"][0]["name"] == "create-ticket"
    assert not (tmp_path / "home").exists()


def test_it_stops_at_the_first_failure_with_its_code(cli, monkeypatch):
    from tui.commands import demo

    whole = demo._steps
    monkeypatch.setattr(
        demo,
        "_steps",
        lambda url: [*list(whole(url))[:2], ["connection", "test", "nobody"], ["vault", "status"]],
    )
    ran = cli("demo", "--json")
    assert ran.code == 2
    assert ran.json["state"] == "failed"
    assert [step["exit_code"] for step in ran.json["steps"]] == [0, 0, 2]
    assert json.dumps(ran.json["steps"][-1]["output"]).count("refused") == 1
