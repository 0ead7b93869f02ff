"""What breaks a vault's work in the middle: kills, a full disk, one wrong key after the other."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from storage.errors import VaultError, WrongKeyError
from storage.vault import KeyFile, Passphrase, open_vault, passphrase
from storage.vault.layout import PassphraseWay
from storage.vault.unlockers import seeds_for

ROOT = Path(__file__).parents[3]
SECRETS = {f"secret/{number}": f"canary-{number}" * 20 for number in range(30)}
# Rotates, and changes what unlocks, until it is killed.
ROTATING = """
import sys
from pathlib import Path
from storage.vault import KeyFile, open_vault
folder = Path(sys.argv[1])
vault = open_vault(folder / "vault.json")
vault.unlock(KeyFile(folder / "vault.key"))
print("ready", flush=True)
while True:
    vault.rotate()
    vault.replace_keys(KeyFile(folder / "other.key"), lambda row: row.label.endswith("other.key"))
"""
# Writes files no longer than so many bytes, as on a disk that has no more room.
FULL = """
import resource, sys
from pathlib import Path
from storage.errors import VaultError
from storage.vault import KeyFile, open_vault
folder, room = Path(sys.argv[1]), int(sys.argv[2])
vault = open_vault(folder / "vault.json")
vault.unlock(KeyFile(folder / "vault.key"))
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
for step in (
    lambda: vault.put("big", "x" * 100_000), vault.rotate, lambda: KeyFile.make(folder / "new.key")
):
    try:
        step()
    except VaultError as error:
        print(error)
if len(sys.argv) > 3:
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")
    Path.hardlink_to = no_links
    from storage.vault.key_file import _write_new
    try:
        _write_new(folder / "new.key", b"x" * 44)
    except OSError as error:
        print(error.strerror)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vault = open_vault(tmp_path / "vault.json")
    vault.create(KeyFile.make(tmp_path / "vault.key"))
    vault.add_key(KeyFile.make(tmp_path / "other.key"))
    for name, value in SECRETS.items():
        vault.put(name, value)
    return tmp_path


def kept(folder: Path, key: str = "vault.key") -> dict[str, str]:
    vault = open_vault(folder / "vault.json")
    vault.unlock(KeyFile(folder / key))
    return {name: vault.get(name) for name in vault.names()}


def test_a_rotation_that_is_killed_anywhere_leaves_a_vault_that_every_key_opens(folder: Path) -> None:
    chance = random.Random(20)
    seen = set()
    for _ in range(8):
        child = subprocess.Popen([sys.executable, "-c", ROTATING, folder], cwd=ROOT, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        before = (folder / "vault.json").read_bytes()
        while (folder / "vault.json").read_bytes() == before:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
        child.kill()
        child.communicate()
        assert kept(folder) == SECRETS
        assert kept(folder, "other.key") == SECRETS
        seen.add(json.loads((folder / "vault.json").read_bytes())["key_id"])
    assert len(seen) == 8


@pytest.mark.parametrize("room", [0, 1000])
def test_a_full_disk_leaves_the_vault_and_no_half_of_a_file(folder: Path, room: int) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    said = subprocess.run(
        [sys.executable, "-c", FULL, folder, str(room), *(("without links",) if not room else ())],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert (
        said[:2]
        == [f"the vault {folder / 'vault.json'} cannot be written: File too large; it is as before"] * 2
    )
    if not room:
        assert said[2:] == [
            f"the key file {folder / 'new.key'} cannot be written: File too large",
            "File too large",
        ]
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert kept(folder) == SECRETS


def test_twenty_wrong_passphrases_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_MEMORY_KIB", 8 * 1024)
    monkeypatch.setattr(passphrase, "_PASSES", 1)
    vault = open_vault(tmp_path / "vault.json")
    vault.create(Passphrase("right"))
    vault.put("a", "b")
    before = vault.path.read_bytes()
    other = open_vault(vault.path)
    for number in range(20):
        with pytest.raises(WrongKeyError, match="does not open the vault") as caught:
            other.unlock(Passphrase(f"wrong-{number}"))
        assert f"wrong-{number}" not in str(caught.value)
        assert other.locked
    assert vault.path.read_bytes() == before
    other.unlock(Passphrase("right"))
    assert other.get("a") == "b"


def test_the_first_passphrase_that_opens_it_is_the_last_that_is_stretched() -> None:
    first = PassphraseWay(salt=b"s" * 16, memory_kib=8192, passes=1, lanes=1)
    seeds = seeds_for(Passphrase("open sesame"), (first, replace(first, passes=0)))
    assert next(seeds)
    with pytest.raises(VaultError, match="out of bounds"):
        next(seeds)
