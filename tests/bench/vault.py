"""What it costs to unlock the vault in each way, and to read and keep a secret, beside plain SQLite."""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial, reduce
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend

from core.home import find_home
from core.keeper import KEY_FILE, Keeper
from storage.vault import KeyFile, Keyring, Passphrase, SshAgent, Unlocker, Vault, open_vault
from storage.vault.content import OpenKey, with_secret
from storage.vault.layout import VaultFile

ROUNDS, READS, WRITES = 7, 500, 10
SIZES = (1, 100, 1000)
SECRET = "bench-secret-0123456789abcdefghijklmnop"


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report, the quickest of several rounds: CPU for reading, the clock for the rest."""
    with tempfile.TemporaryDirectory(prefix="cb-") as folder, _agent(Path(folder)) as agent:
        rows = _unlocking(Path(folder), agent)
        for size in SIZES:
            rows += _reading(Path(folder) / str(size), size)
    return rows


def _unlocking(folder: Path, agent: SshAgent | None) -> list[tuple[str, str]]:
    file = KeyFile.make(folder / "vault.key")
    keyring.set_keyring(_Remembering())
    ways: dict[str, Unlocker] = {
        "a key file": file,
        "the keyring, which answers at once": Keyring("bench", "bench"),
        "a passphrase": Passphrase("correct horse battery"),
    }
    for kind in ("ed25519", "rsa") if agent is not None else ():
        assert agent is not None
        ways[f"the ssh-agent ({kind})"] = SshAgent(_add_key(folder, agent, kind), agent.environ)
    spent = {}
    for number, (name, unlocker) in enumerate(ways.items()):
        vault = open_vault(folder / f"{number}.json")
        vault.create(unlocker)
        spent[name] = _best_us(partial(_unlock, vault, unlocker), 1)
        if isinstance(unlocker, Passphrase):
            vault.add_key(Passphrase("AAAA-BBBB", "recovery kit of a day"))
            title = f"{name}, with a recovery kit beside it"
            spent[title] = _best_us(partial(_unlock, vault, unlocker), 1)
    least = spent["a key file"]
    return [(f"unlock with {name}", f"{us / 1000:,.2f} ms, {us / least:,.1f}x") for name, us in spent.items()]


def _unlock(vault: Vault, unlocker: Unlocker) -> None:
    open_vault(vault.path).unlock(unlocker)


def _reading(folder: Path, size: int) -> list[tuple[str, str]]:
    """Give what one secret of so many costs, with the same in a table beside it."""
    home = find_home(folder)
    home.create()
    keeper = Keeper(open_vault(home.vault), home, None, {KEY_FILE: str(folder / "vault.key")})
    keeper.open()
    vault = open_vault(home.vault)
    vault.unlock(KeyFile(folder / "vault.key"))
    vault._change(lambda key, file: reduce(partial(_with_one, key), range(size), file))
    with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA synchronous = FULL")
        plain.execute("CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT)")
        many = [(f"secret/{number}", SECRET) for number in range(size)]
        plain.executemany("INSERT INTO secret VALUES (?, ?)", many)
        time.sleep(0.2)  # a file that was written a moment ago is read anew each time

        def select() -> None:
            plain.execute("SELECT value FROM secret WHERE name = 'secret/0'").fetchone()

        def update() -> None:
            plain.execute("UPDATE secret SET value = ? WHERE name = 'secret/0'", (os.urandom(20).hex(),))

        read, write = _cpu_us(select, READS), _best_us(update, WRITES)
        found = {
            "read": (_cpu_us(lambda: vault.get("secret/0"), READS), read),
            "read through the keeper": (_cpu_us(lambda: keeper.resolve("vault:secret/0"), READS), read),
        }
        keeper.lock_after(600)
        locking = _cpu_us(lambda: keeper.resolve("vault:secret/0"), READS)
        found |= {
            "read, with a time to lock after": (locking, read),
            "read the file anew and one of it": (_cpu_us(lambda: _first_read(vault), 3), read),
            "keep one": (_best_us(lambda: vault.put("secret/0", SECRET), WRITES), write),
        }
        keeper.lock()
    return [
        (f"{what}, of {size}", f"{us:,.0f} µs, {us / plain_us:,.1f}x")
        for what, (us, plain_us) in found.items()
    ]


def _with_one(key: OpenKey, file: VaultFile, number: int) -> VaultFile:
    return with_secret(key, file, f"secret/{number}", SECRET)


def _first_read(vault: Vault) -> None:
    vault._seen = vault._checked = None
    vault.get("secret/0")


def _best_us(act: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    least = float("inf")
    for _ in range(ROUNDS):
        started = clock()
        for _ in range(times):
            act()
        least = min(least, (clock() - started) / times)
    return least * 1e6


def _cpu_us(act: Callable[[], object], times: int) -> float:
    return _best_us(act, times, time.thread_time)


class _Remembering(KeyringBackend):
    """Answers at once, so that the measure is of this program alone."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._kept[service, username] = password


# Only the keyrings of operating systems are used, which are known by their names.
_Remembering.__module__, _Remembering.__qualname__ = "keyring.backends.SecretService", "Keyring"


@contextmanager
def _agent(folder: Path) -> Iterator[SshAgent | None]:
    """Start an ssh-agent; nothing where there is none."""
    if shutil.which("ssh-agent") is None:
        yield None
        return
    path = str(folder / "agent")
    said = subprocess.run(["ssh-agent", "-a", path], capture_output=True, text=True, check=True).stdout
    try:
        yield SshAgent(environ={**os.environ, "SSH_AUTH_SOCK": path})
    finally:
        os.kill(int(said.split("SSH_AGENT_PID=")[1].split(";")[0]), signal.SIGTERM)


def _add_key(folder: Path, agent: SshAgent, kind: str) -> str:
    """Give the agent a new key and return its fingerprint."""
    path = folder / kind
    for words in (["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], ["ssh-add", "-q", str(path)]):
        subprocess.run(words, env=dict(agent.environ), check=True)
    told = subprocess.run(["ssh-keygen", "-lf", path], capture_output=True, text=True, check=True)
    return told.stdout.split()[1]
