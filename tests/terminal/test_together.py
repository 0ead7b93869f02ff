"""Many apps and commands on one home at once: nothing is locked out, nothing is lost."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.home import find_home
from storage.reading import open_reading, parse_filter

pytestmark = pytest.mark.terminal

APP = (sys.executable, "-P", "-m", "tui")
EACH = 3


@pytest.mark.timeout(300)
def test_eight_at_once_on_one_home(on_pty, desk, environment):
    apps = [on_pty(), on_pty()]
    for app in apps:
        app.wait("▸ Connections", "desk")

    def run(*words: str) -> str:
        ran = subprocess.run(
            [*APP, *words], env={**environment, "MORE": "one-more-token"}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )  # fmt: skip
        return f"{words}: {ran.returncode} {ran.stderr}" if ran.returncode else ""

    def work(kind: str, number: int) -> list[str]:
        match kind:
            case "run":
                return [run("run", "desk", "list-tickets", "--json")]
            case "auth":
                name = f"more-{number}"
                return [
                    run(
                        "auth",
                        "add",
                        "practice",
                        "--method",
                        "token",
                        "--name",
                        name,
                        "--secret",
                        "token=env:MORE",
                    )
                ]
            case _:
                name = f"desk-{number}"
                return [
                    run("connection", "create", "practice", "--name", name, "--auth", "agent", "--no-test")
                ]

    def keep_on(kind: str, begin: int) -> list[str]:
        return [said for number in range(begin, begin + EACH) for said in work(kind, number)]

    jobs = [("run", 0), ("run", 10), ("auth", 20), ("auth", 30), ("connection", 40), ("connection", 50)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        working = [pool.submit(keep_on, *job) for job in jobs]
        for number, app in enumerate(apps):
            app.send(":run desk list-tickets\r")
            app.wait("▸ list-tickets", "status", limit_s=60)
            app.wait_quiet(limit_s=60)
            app.send("\x1b[15~")
            app.wait("✓ done", "25 records", limit_s=60)
            app.send(str(1 + 5 * number))
        said = [one for job in working for one in job.result() if one]
    assert not said, said[:3]
    apps[0].wait("desk-40", "desk-52", limit_s=60)
    for app in apps:
        app.send("\x11")
        assert app.wait_end() == 0
    _check_kept(desk, environment)


def _check_kept(desk, environment) -> None:
    with open_reading(find_home(desk).database) as reading:
        names = {row.connection.name for row in reading.connections()}
        signed = {row.name for row in reading.authentications()}
        done = reading.operations_block(parse_filter("op:list-tickets"), limit=100)
    assert names == {"desk", *(f"desk-{begin + step}" for begin in (40, 50) for step in range(EACH))}
    assert signed == {"agent", *(f"more-{begin + step}" for begin in (20, 30) for step in range(EACH))}
    assert [row.state for row in done] == ["success"] * (2 * EACH + 2)
    status = subprocess.run(
        [*APP, "vault", "status", "--json"], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(status.stdout)["secrets"] == 1 + 2 * EACH
    assert not list((desk / "state" / "processes").iterdir())


def test_eight_first_commands_make_one_home_together(environment, tmp_path):
    given = {
        **environment,
        "MORE": "one-more-token",
        "CONNECT_TUI_VAULT_KEY_FILE": str(tmp_path / "vault.key"),
    }
    started = [
        subprocess.Popen(
            [*APP, *f"auth add practice --method token --name a{number} --secret token=env:MORE".split()],
            env=given, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for number in range(8)
    ]  # fmt: skip
    said = [child.communicate()[1].decode() for child in started]
    assert [child.returncode for child in started] == [0] * 8, said
    with open_reading(tmp_path / "home" / "connect.db") as reading:
        assert {row.name for row in reading.authentications()} == {f"a{number}" for number in range(8)}
    status = subprocess.run(
        [*APP, "vault", "status", "--json"], env=given, capture_output=True, text=True, check=True
    )
    assert json.loads(status.stdout)["secrets"] == 8
