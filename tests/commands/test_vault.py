"""``vault …``: the first-run choice, what opens it, and exit 7 where nothing does."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui.commands import unlocking
from tui.commands.call import Call
from tui.commands.output import Output

from ..peer_needed import need

ADD = ["auth", "add", "practice", "--method", "token", "--name", "agent"]


@pytest.fixture
def secret(canary, tmp_path):
    file = tmp_path / "secret"
    file.write_text(canary)
    return f"token=@{file}"


def test_the_key_file_that_is_named_is_made_readable_by_its_owner_alone(cli, secret, tmp_path):
    assert cli(*ADD, "--secret", secret).code == 0
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600
    assert (
        cli("vault", "status", "--json").json.items() >= {"exists": True, "opens": True, "secrets": 1}.items()
    )


def test_a_passphrase_file_answers_unattended(cli, secret, tmp_path, monkeypatch):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "pass").write_text("a long passphrase\n")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    assert cli(*ADD, "--secret", secret).code == 0
    assert cli("vault", "status", "--json").json["unlockers"][0]["kind"] == "passphrase"


def test_without_a_terminal_and_without_an_answer_it_is_7_and_nothing_is_kept(cli, secret, monkeypatch):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    ran = cli(*ADD, "--secret", secret, "--json")
    assert ran.code == 7
    assert ran.json["error"]["class"] == "vault"
    assert "CONNECT_TUI_VAULT_PASSPHRASE_FILE" in ran.err
    assert "CONNECT_TUI_VAULT_KEY_FILE" in ran.err
    assert cli("auth", "list", "--json").json == []


def test_a_wrong_key_is_7(cli, secret, tmp_path, monkeypatch):
    cli(*ADD, "--secret", secret)
    (tmp_path / "vault.key").rename(tmp_path / "elsewhere.key")
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "pass").write_text("not it")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    assert cli("vault", "status", "--json").json["opens"] is False
    assert cli("vault", "unlock").code == 7
    assert cli("vault", "rotate").code == 7


def test_no_vault_is_told(cli):
    assert cli("vault", "status").code == 0
    assert "no vault yet" in cli("vault", "status").out
    assert cli("vault", "unlock", "--json").json["error"]["class"] == "vault"
    assert cli("vault", "unlock").code == 7
    assert cli("vault", "rotate").code == 7


def test_unlock_checks_that_it_opens(cli, secret):
    cli(*ADD, "--secret", secret)
    assert cli("vault", "unlock", "--json").json.items() >= {"opens": True, "locked": False}.items()


def test_lock_forgets_the_key_and_says_whether_the_next_command_opens_it_again(cli, secret, monkeypatch):
    cli(*ADD, "--secret", secret)
    ran = cli("vault", "lock", "--json")
    assert (ran.code, ran.json["locked"], ran.json["opens"]) == (0, True, True)
    assert "opens it again without asking" in ran.err
    assert cli("vault", "status", "--json").json["opens"] is True
    (Path(os.environ["CONNECT_TUI_VAULT_KEY_FILE"])).unlink()
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    ran = cli("vault", "lock", "--json")
    assert (ran.code, ran.json["locked"], ran.json["opens"]) == (0, True, False)
    assert "without asking" not in ran.err
    assert cli("vault", "unlock").code == 7


def test_another_key_opens_it_too(cli, secret, canary, tmp_path, monkeypatch):
    cli(*ADD, "--secret", secret)
    ran = cli(
        "vault", "add-key", "--way", "passphrase", "--passphrase", "-", "--json", stdin="another way in\n"
    )
    assert ran.code == 0, ran.err
    assert [one["kind"] for one in ran.json["unlockers"]] == ["key_file", "passphrase"]
    (tmp_path / "vault.key").rename(tmp_path / "elsewhere.key")
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "pass").write_text("another way in")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    assert cli("vault", "unlock").code == 0


def test_a_second_key_file_is_made(cli, secret, tmp_path):
    cli(*ADD, "--secret", secret)
    ran = cli("vault", "add-key", "--way", "key_file", "--key-file", str(tmp_path / "second.key"))
    assert ran.code == 0, ran.err
    assert stat.S_IMODE((tmp_path / "second.key").stat().st_mode) == 0o600


def test_a_key_of_the_ssh_agent_opens_it_until_the_agent_has_it_no_more(
    cli, secret, tmp_path, tmp_path_factory, monkeypatch
):
    need(shutil.which("ssh-agent"), "ssh-agent is not installed")
    cli(*ADD, "--secret", secret)
    folder = tmp_path_factory.mktemp("a")  # the path of a socket is short
    monkeypatch.setenv("SSH_AUTH_SOCK", str(folder / "agent"))
    said = subprocess.run(
        ["ssh-agent", "-a", str(folder / "agent")], capture_output=True, text=True, check=True
    ).stdout
    try:
        for words in (["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f"], ["ssh-add", "-q"]):
            subprocess.run([*words, str(folder / "key")], check=True)
        ran = cli("vault", "add-key", "--way", "ssh_agent", "--json")
        first, agent = ran.json["unlockers"]
        assert cli("vault", "remove-key", first["id"], "--yes").code == 0
        monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
        assert cli("vault", "unlock").code == 0
        subprocess.run(["ssh-add", "-q", "-d", str(folder / "key")], check=True)
        ran = cli("vault", "unlock")
        assert ran.code == 7
        assert agent["label"].split()[0] in ran.err
        assert "ssh-add" in ran.err
    finally:
        os.kill(int(said.split("SSH_AGENT_PID=")[1].split(";")[0]), signal.SIGTERM)


def test_a_new_passphrase_has_to_come_from_somewhere(cli, secret):
    cli(*ADD, "--secret", secret)
    assert cli("vault", "add-key", "--way", "passphrase").code == 2


def test_a_passphrase_on_the_command_line_is_refused_and_not_repeated(cli, secret, canary):
    cli(*ADD, "--secret", secret)
    ran = cli("vault", "add-key", "--way", "passphrase", "--passphrase", canary, "--json")
    assert ran.code == 2
    assert canary not in ran.out + ran.err


def test_everything_still_opens_after_rotating(cli, secret, tmp_path):
    cli(*ADD, "--secret", secret)
    before = json.loads((tmp_path / "home" / "vault.json").read_text())
    assert cli("vault", "rotate").code == 0
    assert json.loads((tmp_path / "home" / "vault.json").read_text()) != before
    assert cli("vault", "unlock").code == 0


@pytest.mark.parametrize(("typed", "way"), [("1\n", "passphrase"), ("9\nkey_file\n\n", "key_file")])
def test_the_question_takes_a_number_or_a_word(monkeypatch, typed, way):
    from core import UnlockRequest

    monkeypatch.setattr(unlocking.getpass, "getpass", lambda *_args, **_more: "typed")
    with os.fdopen(os.memfd_create("typed"), "w+") as given:
        given.write(typed)
        given.seek(0)
        monkeypatch.setattr(sys, "stdin", given)
        choice = unlocking.ask_unlock(UnlockRequest(False, ("passphrase", "key_file"), "to keep a token"))
    assert choice is not None
    assert choice.way == way


def test_a_new_passphrase_replaces_the_old_one_and_the_kit_goes_on_working(
    cli, secret, tmp_path, monkeypatch
):
    cli(*ADD, "--secret", secret)
    cli("vault", "add-key", "--way", "passphrase", "--passphrase", "-", stdin="the first one\n")
    kit = tmp_path / "kit.txt"
    assert cli("vault", "recovery-kit", str(kit)).code == 0
    assert stat.S_IMODE(kit.stat().st_mode) == 0o600
    ran = cli("vault", "change-passphrase", "--passphrase", "-", "--json", stdin="the second one\n")
    assert ran.code == 0, ran.err
    labels = [one["label"] for one in ran.json["unlockers"] if one["kind"] == "passphrase"]
    assert labels[1:] == ["passphrase"]
    assert labels[0].startswith("recovery kit of ")
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "vault.key").rename(tmp_path / "elsewhere.key")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    written = next(line.strip() for line in kit.read_text().splitlines() if line.startswith("    "))
    for text, code in (("the first one", 7), ("the second one", 0), (written, 0)):
        (tmp_path / "pass").write_text(text)
        assert cli("vault", "unlock").code == code, text


def test_a_kit_and_the_file_open_the_vault_on_another_machine(cli, secret, tmp_path, monkeypatch):
    cli(*ADD, "--secret", secret)
    kit = tmp_path / "kit.txt"
    assert cli("vault", "recovery-kit", str(kit)).code == 0
    printed = next(line.strip() for line in kit.read_text().splitlines() if line.startswith("    "))
    vault = (tmp_path / "home" / "vault.json").read_bytes()
    monkeypatch.setenv("CONNECT_TUI_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "vault.key").unlink()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "vault.json").write_bytes(vault)
    assert cli("vault", "unlock").code == 7
    (tmp_path / "pass").write_text(printed.lower().replace("-", " "))
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    assert cli("vault", "unlock").code == 0
    added = cli("vault", "add-key", "--way", "key_file", "--key-file", str(tmp_path / "new.key"), "--json")
    gone, *kits = (one["id"] for one in added.json["unlockers"][:2])
    assert cli("vault", "remove-key", gone, "--yes").code == 0
    assert cli("vault", "remove-key", *kits, "--yes").code == 0
    assert cli("vault", "status", "--json").json["opens"] is False
    monkeypatch.delenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE")
    assert cli("vault", "status", "--json").json.items() >= {"opens": True, "secrets": 1}.items()


def test_a_long_command_locks_a_vault_that_it_does_not_use(cli, secret, tmp_path):
    cli(*ADD, "--secret", secret)
    (tmp_path / "home" / "config").mkdir(exist_ok=True)
    (tmp_path / "home" / "config" / "settings.toml").write_text("lock_after_minutes = 0.0005\n")
    with Call(Output(sys.stdout, sys.stderr, as_json=False), str(tmp_path / "home"), None).engine(
        ask=False
    ) as engine:
        engine.keeper.open()
        while not engine.keeper.status().locked:
            time.sleep(0.005)
        engine.keeper.open("to use it again")


def test_a_kit_is_never_written_over_another_file(cli, secret, tmp_path):
    cli(*ADD, "--secret", secret)
    (tmp_path / "notes").write_text("precious")
    assert cli("vault", "recovery-kit", str(tmp_path / "notes")).code == 2
    assert (tmp_path / "notes").read_text() == "precious"
    assert len(cli("vault", "status", "--json").json["unlockers"]) == 1


def test_a_key_that_is_taken_away_opens_no_more_and_the_last_one_stays(cli, secret, tmp_path):
    cli(*ADD, "--secret", secret)
    cli("vault", "add-key", "--way", "passphrase", "--passphrase", "-", stdin="another way in\n")
    first, second = cli("vault", "status", "--json").json["unlockers"]
    ran = cli("vault", "remove-key", second["id"], "--yes", "--json")
    assert [one["id"] for one in ran.json["unlockers"]] == [first["id"]]
    assert cli("vault", "remove-key", first["id"], "--yes").code == 7
    assert cli("vault", "unlock").code == 0


def test_where_each_secret_is_and_who_uses_it(cli, secret, canary, practice):
    cli(*ADD, "--secret", secret)
    cli(
        "auth",
        "add",
        "practice",
        "--method",
        "token",
        "--name",
        "elsewhere",
        "--secret",
        "token=ref:env:PRACTICE",
    )
    ran = cli("vault", "secrets", "--json")
    assert ran.code == 0, ran.err
    found = {(one["name"], one["secret"]): (one["where"], one["used_by"]) for one in ran.json}
    assert found["elsewhere", "token"] == ("ref:env:PRACTICE", [])
    assert sorted(where for where, _ in found.values()) == ["ref:env:PRACTICE", "vault"]
    assert canary not in ran.out
    assert "ref:env:PRACTICE" in cli("vault", "secrets").out
