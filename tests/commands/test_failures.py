"""A person never sees a traceback, a log keeps it, and no secret is in any of it."""

import os
import stat
from pathlib import Path

import pytest
import typer

from tui.commands import connector


@pytest.fixture
def broken(monkeypatch, canary):
    def explode(context: typer.Context):
        raise ZeroDivisionError(f"it holds {canary}")

    monkeypatch.setattr(connector, "schema", explode)


def test_an_unforeseen_error_is_one_sentence_and_its_traceback_is_kept(cli, broken, tmp_path):
    ran = cli("connector", "schema", "--json")
    assert ran.code == 1
    assert (ran.json["state"], ran.json["error"]["class"]) == ("failed", "bug")
    assert "Traceback" not in ran.out + ran.err
    log = tmp_path / "home" / "state" / "errors.log"
    assert str(log) in ran.err
    assert "ZeroDivisionError" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_secret_of_the_command_is_in_no_part_of_it(cli, monkeypatch, canary, tmp_path):
    from tui.commands import auth

    def explode(_call, _pairs):
        raise ZeroDivisionError(f"it holds {canary}")

    real = auth.read_secrets
    monkeypatch.setattr(auth, "read_secrets", lambda call, pairs: real(call, pairs) and explode(call, pairs))
    monkeypatch.setenv("A_TOKEN", canary)
    ran = cli(
        "auth",
        "add",
        "practice",
        "--method",
        "token",
        "--name",
        "a",
        "--secret",
        "token=env:A_TOKEN",
        "--json",
    )
    assert ran.code == 1
    log = (tmp_path / "home" / "state" / "errors.log").read_text()
    assert canary not in ran.out + ran.err + log
    assert "•••" in log


def test_a_log_that_cannot_be_written_is_told_and_not_a_second_failure(cli, broken, tmp_path):
    (tmp_path / "home").write_text("a file")
    ran = cli("connector", "schema")
    assert ran.code == 1
    assert "could not be kept" in ran.err


def test_a_home_that_cannot_be_used_is_7(cli, tmp_path):
    (tmp_path / "home").write_text("a file")
    ran = cli("connector", "list", "--json")
    assert ran.code == 7
    assert ran.json["error"]["class"] == "storage"


def test_a_newer_database_is_refused_with_7(cli, desk):
    import sqlite3

    with sqlite3.connect(desk / "connect.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    database.close()
    for words in (["connection", "list"], ["operation", "list"], ["doctor"]):
        ran = cli(*words, "--json")
        assert ran.code == 7, words


def test_a_closed_reader_is_quiet(child, desk):
    read_end, write_end = os.pipe()
    os.close(read_end)
    ran = child("connector", "schema", stdout=write_end, stderr=-1, capture_output=False)
    os.close(write_end)
    assert ran.returncode == 0
    assert ran.stderr == ""


def test_a_canary_is_in_no_output_no_file_and_no_argument(
    cli, desk, desk_service, canary, monkeypatch, tmp_path
):
    secret = tmp_path / "secret"
    secret.write_text(canary)
    token = f"token=@{secret}"
    ran = [
        cli("auth", "add", "practice", "--method", "token", "--name", "bad", "--secret", token),
        cli("auth", "add", "practice", "--method", "basic", "--name", "also", "--set", "username=u",
            "--secret", f"password=@{secret}", "--json"),
        cli("connection", "create", "practice", "--name", "b", "--auth", "bad",
            "--set", f"base_url={desk_service.base_url}"),
        cli("connection", "create", "practice", "--name", "c", "--auth", "also",
            "--set", f"base_url={desk_service.base_url}", "--json"),
        *[cli("run", name, "list-tickets", *more) for name in ("b", "c") for more in ((), ("--json",), ("--dry-run",))],
        cli("request", "b", "GET", "/me", "--query", "a=b", "--json"),
        cli("auth", "show", "bad", "--json"),
        cli("operation", "list"),
    ]  # fmt: skip
    for row in cli("operation", "list", "--json").json:
        ran.append(cli("operation", "show", row["id"], "--exchanges", "--bodies", "--json"))
        ran.append(cli("operation", "show", row["id"], "--exchanges", "--bodies"))
    import base64

    forms = [canary, base64.b64encode(f"u:{canary}".encode()).decode()]
    for form in forms:
        assert not [one for one in ran if form in one.out + one.err]
        assert not [file for file in files_below(tmp_path / "home") if form.encode() in file.read_bytes()]


def files_below(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
