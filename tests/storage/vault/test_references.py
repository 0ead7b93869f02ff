"""References and sources find a secret where it is kept, and never show it or guess."""

import io
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import SecretMissingError, SecretSourceError, VaultError
from storage.vault import check_reference, is_reference, read_source, resolve_reference

CANARY = "canary-6f1d"
NOWHERE: dict[str, str] = {}


def python(code: str) -> str:
    """The words of a command line that runs this code."""
    return f"{sys.executable} -c '{code}'"


def test_a_reference_is_known_by_its_beginning() -> None:
    assert is_reference("ref:env:TOKEN")
    assert not is_reference("env:TOKEN")


def test_an_environment_variable_is_read_at_use() -> None:
    assert resolve_reference("ref:env:TOKEN", environ={"TOKEN": CANARY}) == CANARY
    with pytest.raises(SecretMissingError, match="the environment variable TOKEN is not set"):
        resolve_reference("ref:env:TOKEN", environ=NOWHERE)
    with pytest.raises(SecretMissingError, match="TOKEN is empty"):
        resolve_reference("ref:env:TOKEN", environ={"TOKEN": ""})


@pytest.mark.parametrize(
    ("content", "secret"),
    [("s", "s"), ("s\n", "s"), ("s\r\n", "s"), ("s\n\n", "s\n"), ("a\nb ä\n", "a\nb ä"), (" s ", " s ")],
)
def test_one_newline_at_the_end_of_a_file_does_not_count(tmp_path: Path, content: str, secret: str) -> None:
    path = tmp_path / "a file"
    path.write_bytes(content.encode())
    assert resolve_reference(f"ref:file:{path}", environ=NOWHERE) == secret


def test_a_pipe_is_read_to_its_end_and_one_that_nobody_writes_is_left(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SecretMissingError, match=r"gave nothing for 0\.05 s"):
        resolve_reference(f"ref:file:{pipe}", timeout_s=0.05)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(pipe.write_text, CANARY + "\n")
        assert resolve_reference(f"ref:file:{pipe}") == CANARY


def test_the_home_folder_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CANARY)
    assert resolve_reference("ref:file:~/token", environ={"HOME": str(tmp_path)}) == CANARY


def test_a_file_that_holds_no_text_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00" + CANARY.encode())
    for name, why in (
        ("empty", "is empty"),
        ("bytes", "is not text"),
        ("none", "is not there"),
        ("", "cannot be read"),
    ):
        with pytest.raises(SecretMissingError, match=why) as caught:
            resolve_reference(f"ref:file:{tmp_path}/{name}", environ=NOWHERE)
        assert str(tmp_path) in str(caught.value)
        assert CANARY not in str(caught.value) + caught.value.remedy


def test_a_command_is_run_without_a_shell() -> None:
    environ = {"PATH": os.environ["PATH"]}
    assert resolve_reference("ref:cmd:echo '$HOME;' 'a  b' \\$HOME", environ=environ) == "$HOME; a  b $HOME"
    assert resolve_reference("ref:cmd:printenv TOKEN", environ={**os.environ, "TOKEN": CANARY}) == CANARY


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("pass show desk | head -1", "|"),
        ("echo $TOKEN", "$"),
        ('echo "of ${TOKEN}"', "$"),
        ("echo $(cat token)", "$"),
        ('echo "a `cat token`"', "`"),
        ("cat < token", "<"),
        ("cat token; true", ";"),
        ("cat token && true", "&"),
        ("cat ~/token", "~"),
        ("TOKEN=canary-6f1d printenv TOKEN", "NAME="),
    ],
)
def test_what_only_a_shell_would_understand_is_refused_before_anything_runs(line: str, sign: str) -> None:
    with pytest.raises(SecretSourceError, match="run without a shell") as caught:
        check_reference(f"ref:cmd:{line}")
    assert f"what {sign} means" in str(caught.value)
    assert "sh -c" in caught.value.remedy
    assert CANARY not in str(caught.value)
    check_reference(f"""ref:cmd:sh -c '{line.replace("'", "")}'""")


@pytest.mark.parametrize(
    "line", ["cut -d$ -f1 a~b", r'echo "a\$b" 5$ it\;self', "curl 'https://a/?b=1&c=2'", "tell --price=5$"]
)
def test_what_a_shell_would_leave_alone_is_left_alone(line: str) -> None:
    check_reference(f"ref:cmd:{line}")


def test_a_command_that_fails_shows_only_its_exit_code() -> None:
    code = f'import sys; print("{CANARY}"); print("{CANARY}", file=sys.stderr); sys.exit(7)'
    with pytest.raises(SecretMissingError, match="ended with exit code 7") as caught:
        resolve_reference(f"ref:cmd:{python(code)}")
    assert CANARY not in str(caught.value) + caught.value.remedy
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("command", "why"),
    [("/no/such/command x", "cannot be started"), ("true", "is empty"), ("/", "cannot be started")],
)
def test_a_command_that_gives_nothing_is_an_error(command: str, why: str) -> None:
    with pytest.raises(SecretMissingError, match=why):
        resolve_reference(f"ref:cmd:{command}")


def test_a_late_command_is_ended_with_its_children(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    script = tmp_path / "late"
    script.write_text(f"#!/bin/sh\n(sleep 60; echo alive) >'{pipe}' &\necho half\nsleep 600\n")
    script.chmod(0o700)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reading:
        with pytest.raises(SecretMissingError, match=r"took longer than 0\.3 s"):
            resolve_reference(f"ref:cmd:{script}", timeout_s=0.3)
        os.set_blocking(reading.fileno(), True)
        # The pipe ends when nobody has it open any more.
        assert reading.read() == b""


def test_a_child_that_keeps_the_output_open_does_not_hold_us(tmp_path: Path) -> None:
    script = tmp_path / "leaves"
    script.write_text("#!/bin/sh\nsleep 600 &\necho secret\n")
    script.chmod(0o700)
    started = time.monotonic()
    with pytest.raises(SecretMissingError, match="took longer"):
        resolve_reference(f"ref:cmd:{script}", timeout_s=0.3)
    assert time.monotonic() - started < 300  # not the 600 s of the child


def test_an_endless_output_is_cut_off() -> None:
    with pytest.raises(SecretMissingError, match="printed more than"):
        resolve_reference("ref:cmd:yes", timeout_s=20)


@pytest.mark.parametrize(
    ("text", "why", "remedy"),
    [
        ("ref:fil:x", "the nearest is file", "ref:env:, ref:file:, ref:cmd:"),
        ("ref:age:item", "is not known", "ref:env:, ref:file:, ref:cmd:"),
        ("ref:", "ref:KIND:WHERE", "ref:env:"),
        ("ref:env", "ref:KIND:WHERE", "ref:env:"),
        ("plain", "ref:KIND:WHERE", "ref:env:"),
        ("ref:env:", "no environment variable", "ref:env:NAME"),
        ("ref:env:A=B", "no environment variable", "ref:env:NAME"),
        ("ref:file:", "names no file", "ref:file:PATH"),
        ("ref:cmd:", "names no command", "ref:cmd:"),
        ("ref:cmd:echo 'open", "cannot be split", "quotes"),
    ],
)
def test_a_reference_that_cannot_be_read_says_what_is_allowed(text: str, why: str, remedy: str) -> None:
    with pytest.raises(SecretSourceError, match=why) as caught:
        check_reference(text)
    assert remedy in caught.value.remedy
    assert caught.value.error_class == "input"


def test_checking_looks_for_nothing() -> None:
    for text in ("ref:env:NOT_SET_ANYWHERE", "ref:file:/no/such/file", "ref:cmd:/no/such/command"):
        check_reference(text)


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_five_forms_of_a_source(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{CANARY}\n")
    environ = {"TOKEN": CANARY, "PATH": os.environ["PATH"]}
    for text in (f"@{path}", "env:TOKEN", f"cmd:echo {CANARY}"):
        assert read_source(text, io.StringIO(""), environ=environ) == CANARY
    assert read_source("-", io.StringIO(f"{CANARY}\n"), environ=environ) == CANARY
    for text in ("ref:env:LATER", "ref:file:/later", "ref:cmd:later"):
        assert read_source(text, io.StringIO(""), environ=NOWHERE) == text


@pytest.mark.parametrize("text", [CANARY, "", f"pass:{CANARY}", f"file:{CANARY}", f" env:{CANARY}"])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SecretSourceError, match="on the command line itself is refused") as caught:
        read_source(text, io.StringIO("x"), environ=NOWHERE)
    for form in ("@FILE", "env:NAME", "cmd:COMMAND", "- (standard input)", "ref:env:NAME"):
        assert form in caught.value.remedy
    assert CANARY not in str(caught.value) + caught.value.remedy


@pytest.mark.parametrize(
    "text", ["@", "@/no/such/file", "env:", "env:NOT_SET", "cmd:", "cmd:false", "-", "ref:fil:x"]
)
def test_a_source_that_gives_nothing_is_an_error(text: str) -> None:
    with pytest.raises(VaultError):
        read_source(text, io.StringIO("\n"), environ={"PATH": os.environ["PATH"]})


def test_a_terminal_is_not_read_because_it_shows_the_secret() -> None:
    with pytest.raises(SecretSourceError, match="is a terminal"):
        read_source("-", Terminal(CANARY), environ=NOWHERE)


def test_what_is_not_text_on_standard_input_is_an_error() -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"\xff\xfe"), encoding="utf-8")
    with pytest.raises(SecretMissingError, match="not text"):
        read_source("-", stdin, environ=NOWHERE)
