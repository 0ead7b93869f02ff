"""On a real terminal: colours, the first-run question, and no raw control character in anything."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from typing import IO

import pytest

pytestmark = pytest.mark.terminal


class Terminal:
    """A command whose standard streams are one pseudo terminal, but for a standard output that is given."""

    def __init__(self, *words: str, stdout: IO[str] | None = None, **environment: str) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tui", *words], stdin=theirs, stdout=stdout or theirs, stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", **environment}, start_new_session=True,
            preexec_fn=take_terminal,  # noqa: PLW1509 - the child does nothing but become the terminal's
        )  # fmt: skip
        os.close(theirs)
        self.seen = b""

    def until(self, text: str) -> None:
        while text.encode() not in self.seen:
            ended = self.process.poll() is not None
            assert self._read(0.2) or not ended, f"no {text!r} in {self.seen!r}"

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def interrupt(self) -> None:
        """Interrupt it as a person does: again, should it begin to read in the moment between."""
        self.process.send_signal(signal.SIGINT)
        while self._read(1.0) or self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, bytes]:
        while self._read(0.2) or self.process.poll() is None:
            pass
        code = self.process.wait()
        os.close(self.ours)
        return code, self.seen

    def _read(self, wait_s: float) -> bool:
        ready, _, _ = select.select([self.ours], [], [], wait_s)
        if not ready:
            return False
        try:
            read = os.read(self.ours, 65536)
        except OSError:
            return False
        self.seen += read
        return bool(read)


def take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def unsafe(written: bytes) -> list[str]:
    """Control characters other than our colours and line ends."""
    text = re.sub(r"\x1b\[\d*m", "", written.decode())
    return re.findall("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]", text)


def test_states_have_a_colour_on_a_terminal_unless_none_is_wanted(desk):
    assert b"\x1b[32mactive" in Terminal("connection", "list").end()[1]
    assert b"\x1b[" not in Terminal("connection", "list", NO_COLOR="1").end()[1]


def test_what_a_vendor_says_cannot_act_on_a_terminal(desk):
    for words in (
        ["request", "desk", "GET", "/hostile"],
        ["run", "desk", "drill-hostile"],
        ["run", "desk", "drill-hostile", "--json"],
        *(["run", "desk", "drill-hostile", "--format", form] for form in ("csv", "json", "jsonl")),
    ):
        _, written = Terminal(*words).end()
        assert written
        assert not unsafe(written), words


def test_a_single_record_is_told_field_by_field(desk):
    _, written = Terminal("run", "desk", "get-ticket", "--set", "id=1040").end()
    assert re.search(rb"\r?\nsubject +\S", written)


def test_the_first_secret_asks_once_how_the_vault_is_unlocked(
    desk_service, tmp_path, monkeypatch, cli, canary
):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    secret = tmp_path / "secret"
    secret.write_text(canary)
    words = ["auth", "add", "practice", "--method", "token", "--secret", f"token=@{secret}", "--name"]
    first = Terminal(*words, "one")
    first.until("[1-2]")
    first.type("1\n")
    first.until("Passphrase:")
    first.type("correct horse\n")
    first.until("Once more:")
    first.type("correct horse\n")
    code, written = first.end()
    assert code == 0, written
    assert b"correct horse" not in written
    second = Terminal(*words, "two")
    for _ in range(3):
        second.until("Passphrase:")
        second.seen = b""
        second.type("wrong\n")
    assert second.end()[0] == 7
    (tmp_path / "pass").write_text("correct horse")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    assert cli("vault", "unlock").code == 0
    assert [row["name"] for row in cli("auth", "list", "--json").json] == ["one"]


def test_a_key_file_can_be_chosen_and_is_not_asked_for_again(tmp_path, monkeypatch, cli, canary):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    secret = tmp_path / "secret"
    secret.write_text(canary)
    words = ["auth", "add", "practice", "--method", "token", "--secret", f"token=@{secret}", "--name"]
    first = Terminal(*words, "one")
    first.until("[1-2]")
    first.type("2\n")
    first.until("key file")
    first.until("usual place")
    first.type("\n")
    assert first.end()[0] == 0
    assert cli(*words, "two").code == 0


def test_an_interrupt_at_the_question_leaves_nothing(tmp_path, monkeypatch, cli, canary):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    secret = tmp_path / "secret"
    secret.write_text(canary)
    asked = Terminal(
        "auth", "add", "practice", "--method", "token", "--name", "one", "--secret", f"token=@{secret}"
    )
    asked.until("[1-2]")
    asked.interrupt()
    code, written = asked.end()
    assert code == 130
    assert b"Traceback" not in written
    assert cli("auth", "list", "--json").json == []


def test_a_passphrase_is_asked_before_a_run_and_an_interrupt_there_is_130(
    tmp_path, monkeypatch, cli, canary, desk_service
):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "pass").write_text("correct horse")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    monkeypatch.setenv("T", desk_service.credentials.token)
    cli("auth", "add", "practice", "--method", "token", "--name", "a", "--secret", "token=env:T")
    cli(
        "connection",
        "create",
        "practice",
        "--name",
        "d",
        "--auth",
        "a",
        "--set",
        f"base_url={desk_service.base_url}",
    )
    monkeypatch.delenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE")
    asked = Terminal("run", "d", "list-tickets", "--set", "limit=1")
    asked.until("Passphrase:")
    asked.type("\x03")
    assert asked.end()[0] == 130
    again = Terminal("run", "d", "list-tickets", "--set", "limit=1")
    again.until("Passphrase:")
    again.type("correct horse\n")
    code, written = again.end()
    assert code == 0, written
    assert b"1 ticket" in written


def test_an_interrupt_at_the_first_question_of_a_new_connection_leaves_nothing(
    tmp_path, monkeypatch, cli, canary
):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    secret = tmp_path / "secret"
    secret.write_text(canary)
    asked = Terminal(
        "connection", "create", "practice", "--name", "d", "--method", "token", "--secret", f"token=@{secret}"
    )
    asked.until("[1-2]")
    asked.type("\x03")
    code, written = asked.end()
    assert code == 130
    assert b"Traceback" not in written
    assert cli("connection", "list", "--json").json == cli("auth", "list", "--json").json == []


def test_a_new_connection_asks_for_the_passphrase_before_it_is_made(tmp_path, monkeypatch, cli, desk_service):
    monkeypatch.delenv("CONNECT_TUI_VAULT_KEY_FILE")
    (tmp_path / "pass").write_text("correct horse")
    monkeypatch.setenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    monkeypatch.setenv("T", desk_service.credentials.token)
    cli("auth", "add", "practice", "--method", "token", "--name", "a", "--secret", "token=env:T")
    monkeypatch.delenv("CONNECT_TUI_VAULT_PASSPHRASE_FILE")
    create = ["connection", "create", "practice", "--name", "d", "--auth", "a"]
    create += ["--set", f"base_url={desk_service.base_url}"]
    asked = Terminal(*create)
    asked.until("Passphrase:")
    asked.type("\x03")
    assert asked.end()[0] == 130
    assert cli("connection", "list", "--json").json == []
    again = Terminal(*create)
    again.until("Passphrase:")
    again.type("correct horse\n")
    code, written = again.end()
    assert code == 0, written
    assert [row["state"] for row in cli("connection", "list", "--json").json] == ["active"]


def test_a_delete_asks_for_the_name(desk, cli):
    asked = Terminal("connection", "delete", "desk")
    asked.until("Type desk")
    asked.type("dsek\n")
    assert asked.end()[0] == 6
    assert cli("connection", "show", "desk").code == 0
    again = Terminal("connection", "delete", "desk")
    again.until("Type desk")
    again.type("desk\n")
    assert again.end()[0] == 0
    assert cli("connection", "list", "--json").json == []


def test_json_on_a_terminal_asks_before_a_secret_is_gone_and_only_its_document_is_standard_output(
    desk, cli, tmp_path, canary
):
    secret = tmp_path / "secret"
    secret.write_text(canary)
    add = ["auth", "add", "practice", "--method", "token", "--name", "spare", "--secret", f"token=@{secret}"]
    assert cli(*add).code == 0
    asked = Terminal("auth", "delete", "spare", "--json")
    asked.until("Type spare")
    asked.type("spar\n")
    assert asked.end()[0] == 6
    assert cli("auth", "show", "spare").code == 0
    piped = tmp_path / "piped.json"
    with piped.open("w") as out:
        again = Terminal("auth", "delete", "spare", "--json", stdout=out)
    again.until("Type spare")
    again.type("spare\n")
    assert again.end()[0] == 0
    assert json.loads(piped.read_text())["deleted"] is True
    assert cli("auth", "show", "spare").code == 2


def test_what_needs_no_question_asks_none_on_a_terminal(desk, cli):
    assert Terminal("connection", "delete", "desk", "--json").end()[0] == 0
    assert Terminal("auth", "delete", "agent", "--yes").end()[0] == 0
    assert cli("auth", "list", "--json").json == []


def test_the_app_is_started_on_a_terminal(tmp_path):
    app = Terminal()
    app.until("\x1b[?1049h")
    app.process.send_signal(signal.SIGTERM)
    app.end()
