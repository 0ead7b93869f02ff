"""Several processes and threads write one vault, and no secret is lost."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from storage.errors import VaultError
from storage.vault import KeyFile, Passphrase, open_vault

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from pathlib import Path
from storage.vault import KeyFile, open_vault
folder, name = Path(sys.argv[1]), sys.argv[2]
vault = open_vault(folder / "vault.json")
vault.unlock(KeyFile(folder / "vault.key"))
for number in range(20):
    vault.put(f"{name}/{number}", f"{name}-{number}")
"""
COUNTER = """
import sys
from pathlib import Path
from storage.errors import SecretChangedError
from storage.vault import KeyFile, open_vault
folder = Path(sys.argv[1])
vault = open_vault(folder / "vault.json")
vault.unlock(KeyFile(folder / "vault.key"))
done = 0
while done < 10:
    value, revision = vault.get_with_revision("count")
    try:
        vault.put("count", str(int(value) + 1), expected=revision)
    except SecretChangedError:
        continue
    done += 1
"""
CREATOR = """
import sys
from pathlib import Path
from storage.errors import VaultError
from storage.vault import KeyFile, open_vault
folder = Path(sys.argv[1])
try:
    open_vault(folder / "vault.json").create(KeyFile(folder / "vault.key"))
except VaultError as error:
    sys.exit(3 if "already" in str(error) else 1)
"""
# Writes until it is killed; the parent checks that the file is whole at any moment.
ENDLESS = """
import sys
from pathlib import Path
from storage.vault import KeyFile, open_vault
folder = Path(sys.argv[1])
vault = open_vault(folder / "vault.json")
vault.unlock(KeyFile(folder / "vault.key"))
print("ready", flush=True)
while True:
    vault.put("big", "x" * 100_000)
"""
# Stretches on four lanes, as a vault may ask for, and then as a new vault does.
UNLOCKERS = """
import sys, threading
from pathlib import Path
from storage.vault import Passphrase, open_vault
from storage.vault.layout import PassphraseWay
from storage.vault.passphrase import stretch
path = Path(sys.argv[1])
passphrase = Passphrase("correct horse")
four = PassphraseWay(salt=b"s" * 16, memory_kib=8192, passes=1, lanes=4)
def unlock():
    for _ in range(3):
        stretch(passphrase, four)
    vault = open_vault(path)
    vault.unlock(passphrase)
    print(vault.get("token"), flush=True)
threads = [threading.Thread(target=unlock) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def start(code: str, *arguments: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE
    )


def finish(children: "list[subprocess.Popen[bytes]]") -> list[int]:
    for child in children:
        child.communicate(timeout=60)
    return [child.returncode for child in children]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    KeyFile.make(tmp_path / "vault.key")
    return tmp_path


def test_processes_that_write_at_once_lose_nothing(folder: Path) -> None:
    vault = open_vault(folder / "vault.json")
    vault.create(KeyFile(folder / "vault.key"))
    names = ("red", "green", "blue")
    assert finish([start(WRITER, folder, name) for name in names]) == [0, 0, 0]
    expected = {f"{name}/{number}": f"{name}-{number}" for name in names for number in range(20)}
    assert {name: vault.get(name) for name in vault.names()} == expected


def test_compare_and_swap_counts_right_across_processes(folder: Path) -> None:
    vault = open_vault(folder / "vault.json")
    vault.create(KeyFile(folder / "vault.key"))
    vault.put("count", "0")
    assert finish([start(COUNTER, folder) for _ in range(3)]) == [0, 0, 0]
    assert vault.get_with_revision("count") == ("30", 31)


def test_only_one_of_several_creators_makes_the_vault(folder: Path) -> None:
    assert sorted(finish([start(CREATOR, folder) for _ in range(3)])) == [0, 3, 3]
    vault = open_vault(folder / "vault.json")
    vault.unlock(KeyFile(folder / "vault.key"))


def test_threads_with_vaults_of_their_own_lose_nothing(folder: Path) -> None:
    key = KeyFile(folder / "vault.key")
    open_vault(folder / "vault.json").create(key)

    def write(name: str) -> None:
        vault = open_vault(folder / "vault.json")
        vault.unlock(key)
        for number in range(15):
            vault.put(f"{name}{number}", name)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(open_vault(folder / "vault.json").names()) == 60


def test_threads_that_unlock_with_a_passphrase_at_once_come_to_an_end(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "vault.json")
    vault.create(Passphrase("correct horse"))
    vault.put("token", "abc")
    child = start(UNLOCKERS, vault.path)
    try:
        answer, _ = child.communicate(timeout=60)
    finally:
        child.kill()
        child.communicate()
    assert (child.returncode, answer.split()) == (0, [b"abc"] * 3)


def test_a_writer_that_is_killed_leaves_a_whole_file_and_no_lock(folder: Path) -> None:
    key = KeyFile(folder / "vault.key")
    vault = open_vault(folder / "vault.json")
    vault.create(key)
    vault.put("big", "x")
    for _ in range(3):
        child = start(ENDLESS, folder)
        assert child.stdout is not None
        child.stdout.readline()
        for _ in range(20):
            assert set(vault.get("big")) == {"x"}
        child.kill()
        child.communicate()
        assert set(vault.get("big")) == {"x"}
        vault.put("after", "the kill")


def test_a_folder_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    vault = open_vault(tmp_path / "file" / "vault.json")
    with pytest.raises(VaultError, match=r"file/vault\.json cannot be") as caught:
        vault.create(KeyFile.make(tmp_path / "vault.key"))
    assert caught.value.remedy


def test_a_disk_without_locks_is_named_with_a_remedy_and_nothing_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    vault = open_vault(folder / "vault.json")
    with pytest.raises(VaultError, match=r"vault\.json cannot be locked: No locks available") as caught:
        vault.create(KeyFile(folder / "vault.key"))
    assert caught.value.remedy
    assert not vault.exists


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    key = KeyFile.make(tmp_path / "vault.key")
    vault = open_vault(tmp_path / "vault.json")
    vault.create(key)
    left = tmp_path / ".vault.json.killed.new"
    left.write_bytes((tmp_path / "vault.json").read_bytes())
    vault.put("one", "value")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault.json", "vault.json.lock", "vault.key"]
