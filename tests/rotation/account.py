"""A home with one account of a provider, and processes that use it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core import Engine, find_home, open_engine
from core.home import Home

from .provider import CONNECTOR, Provider

JOB = Path(__file__).with_name("job.py")


@dataclass(frozen=True)
class Account:
    """The home, and the environment that opens its vault."""

    home: Home
    environment: Mapping[str, str]

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a process that uses the account, and wait until it is ready."""
        child = self.spawn(*words)
        wait_ready(child)
        return child

    def spawn(self, *words: str, ahead_s: float = 0.0) -> "subprocess.Popen[str]":
        """Start a process that uses the account, with a clock that is so far ahead."""
        return subprocess.Popen(
            [sys.executable, "-P", str(JOB), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={
                **self.environment,
                "PYTHONPATH": str(JOB.parents[2]),
                "ROTATION_CLOCK_AHEAD_S": str(ahead_s),
            },
        )  # fmt: skip

    def open(self) -> Engine:
        """Open the home in this process."""
        os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = self.environment["CONNECT_TUI_VAULT_KEY_FILE"]
        try:
            engine = open_engine(self.home)
            engine.keeper.open()
        finally:
            del os.environ["CONNECT_TUI_VAULT_KEY_FILE"]
        return engine


def wait_ready(child: "subprocess.Popen[str]") -> None:
    """Wait until a process has opened the home."""
    assert child.stdout is not None
    line = child.stdout.readline()
    if line != "ready\n":
        child.kill()
        raise AssertionError(line + child.communicate()[1])


def say_go(child: "subprocess.Popen[str]") -> None:
    """Let a process that is ready begin."""
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()


def what_went_wrong(child: "subprocess.Popen[str]") -> list[str]:
    """Wait until a process has done what it was let begin, and give what it said."""
    assert child.stdout is not None
    wrong = []
    while (line := child.stdout.readline()) != "done\n":
        assert line, child.communicate()[1]
        wrong.append(line.rstrip())
    return wrong


def make_account(folder: Path, provider: Provider) -> Account:
    """Make a home whose account has the provider's first refresh token, and no access token yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECT_TUI_")}
    home = find_home(folder / "home")
    key = str(folder / "vault.key")
    environment = {**kept, "CONNECT_TUI_HOME": str(home.data), "CONNECT_TUI_VAULT_KEY_FILE": key}
    home.connectors.mkdir(parents=True)
    (home.connectors / "shop.yaml").write_text(CONNECTOR)
    account = Account(home, environment)
    engine = account.open()
    try:
        engine.workspace.authentications.add(
            "shop", "person", "crm", {"client_id": "c1"}, {"first_refresh_token": provider.first}
        )
        engine.workspace.create_connection(
            "shop", "shop", authentication="crm", variables={"base_url": provider.url}
        )
        engine.workspace.activate("shop")
    finally:
        engine.close_store()
    return account
