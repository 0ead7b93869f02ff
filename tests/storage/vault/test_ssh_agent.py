"""A key of an ssh-agent opens the vault: a real agent, real keys, and an agent that went away."""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import VaultError, WrongKeyError
from storage.vault import Passphrase, SshAgent, agent_keys, open_vault, ssh_agent
from storage.vault.layout import SshAgentWay

from ...peer_needed import need


class Agent:
    """One running ssh-agent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {"SSH_AUTH_SOCK": str(folder / "agent"), "PATH": os.environ["PATH"]}
        said = self._run("ssh-agent", "-a", self.environ["SSH_AUTH_SOCK"])
        self._pid = int(said.split("SSH_AGENT_PID=")[1].split(";")[0])

    def add(self, kind: str, name: str = "key", *options: str) -> str:
        path = self.folder / name
        if not path.exists():
            self._run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", f"{name}@box", "-f", str(path))
        self._run("ssh-add", "-q", *options, str(path))
        return self._run("ssh-keygen", "-lf", str(path)).split()[1]

    def remove(self, name: str = "key") -> None:
        self._run("ssh-add", "-q", "-d", str(self.folder / name))

    def stop(self) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGTERM)
            self._pid = 0

    def _run(self, *words: str) -> str:
        return subprocess.run(words, env=self.environ, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    need(shutil.which("ssh-agent"), "ssh-agent is not installed")
    # The path of a socket is short.
    found = Agent(tmp_path_factory.mktemp("a"))
    yield found
    found.stop()


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_the_agent_opens_what_it_closed(agent: Agent, tmp_path: Path, kind: str) -> None:
    fingerprint = agent.add(kind)
    way = SshAgent(environ=agent.environ)
    assert [key.fingerprint for key in agent_keys(way)] == [fingerprint]
    vault = open_vault(tmp_path / "vault.json")
    vault.create(way)
    vault.put("token", "canary-91c2")
    other = open_vault(vault.path)
    other.unlock(SshAgent(environ=agent.environ))
    assert other.get("token") == "canary-91c2"
    (entry,) = other.status().unlockers
    assert (entry.kind, entry.label) == ("ssh_agent", f"{fingerprint} key@box")


def test_each_unlocker_signs_something_else(agent: Agent, tmp_path: Path) -> None:
    agent.add("ed25519")
    way = SshAgent(environ=agent.environ)
    first, second = open_vault(tmp_path / "a.json"), open_vault(tmp_path / "b.json")
    first.create(way)
    second.create(way)
    rows = [path.read_text() for path in (first.path, second.path)]
    assert rows[0].split('"public"')[1][:50] != rows[1].split('"public"')[1][:50]


def test_one_of_several_keys_is_named(agent: Agent, tmp_path: Path) -> None:
    agent.add("ed25519", "first")
    wanted = agent.add("ed25519", "second")
    vault = open_vault(tmp_path / "vault.json")
    vault.create(SshAgent(wanted, environ=agent.environ))
    agent.remove("first")
    open_vault(vault.path).unlock(SshAgent(environ=agent.environ))
    agent.remove("second")
    agent.add("ed25519", "third")
    named = rf"this ssh-agent does not open the vault: it does not hold {re.escape(wanted)} second@box"
    with pytest.raises(WrongKeyError, match=named) as caught:
        open_vault(vault.path).unlock(SshAgent(environ=agent.environ))
    assert "ssh-add" in caught.value.remedy


def test_a_key_that_is_refused_does_not_keep_another_from_opening(agent: Agent, tmp_path: Path) -> None:
    fingerprints = [agent.add("ed25519", name) for name in ("first", "second")]
    vault = open_vault(tmp_path / "vault.json")
    vault.create(SshAgent(fingerprints[0], environ=agent.environ))
    vault.add_key(SshAgent(fingerprints[1], environ=agent.environ))
    agent.remove("first")
    agent.add("ed25519", "first", "-c")  # to be confirmed, and nobody is there to do so
    open_vault(vault.path).unlock(SshAgent(environ=agent.environ))
    agent.remove("second")
    with pytest.raises(VaultError, match="the ssh-agent refused"):
        open_vault(vault.path).unlock(SshAgent(environ=agent.environ))


def test_a_silent_agent_is_left_and_one_that_answers_nonsense_is_no_crash(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_agent, "_LIST_S", 0.05)
    path = tmp_path_factory.mktemp("s") / "agent"
    way = SshAgentWay(AGENT_KEY, b"c" * 32, "key@box")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        agent = SshAgent(environ={"SSH_AUTH_SOCK": str(path)})
        assert agent_keys(agent) == ()
        server.accept()[0].close()
        for nonsense in (b"\x0e", b"\x0e\0\0", b"\x0e" + packed(packed(b"ssh-ed25519")), b"\x05"):
            with ThreadPoolExecutor(1) as pool:
                pool.submit(answer_each, server, [nonsense])
                with pytest.raises(VaultError):
                    ssh_agent.sign_seed(agent, way)


def packed(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


AGENT_KEY = packed(b"ssh-ed25519") + packed(b"p" * 32)


def answer_each(server: socket.socket, answers: list[bytes]) -> None:
    for answer in answers:
        line = server.accept()[0]
        with line:
            line.recv(4096)
            line.sendall(packed(answer))


def test_a_kind_that_signs_otherwise_each_time_is_not_used(agent: Agent, tmp_path: Path) -> None:
    agent.add("ecdsa")
    assert agent_keys(SshAgent(environ=agent.environ)) == ()
    with pytest.raises(VaultError, match="does not hold an ed25519 or RSA key"):
        open_vault(tmp_path / "vault.json").create(SshAgent(environ=agent.environ))


def test_an_agent_that_is_gone_leaves_the_other_ways(agent: Agent, tmp_path: Path) -> None:
    agent.add("ed25519")
    vault = open_vault(tmp_path / "vault.json")
    vault.create(SshAgent(environ=agent.environ))
    vault.add_key(Passphrase("correct horse"))
    agent.stop()
    other = open_vault(vault.path)
    with pytest.raises(WrongKeyError):
        other.unlock(SshAgent(environ=agent.environ))
    other.unlock(Passphrase("correct horse"))


def test_no_agent_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="SSH_AUTH_SOCK is not set"):
        open_vault(tmp_path / "vault.json").create(SshAgent(environ={}))


def test_rotation_needs_no_agent(agent: Agent, tmp_path: Path) -> None:
    agent.add("ed25519")
    vault = open_vault(tmp_path / "vault.json")
    vault.create(SshAgent(environ=agent.environ))
    vault.put("token", "canary-91c2")
    vault.rotate()
    other = open_vault(vault.path)
    other.unlock(SshAgent(environ=agent.environ))
    assert other.get("token") == "canary-91c2"
